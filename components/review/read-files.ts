/** Files larger than the server takes are not read. */
const MAX_BYTES = 1024 * 1024

/** The texts of the files that can be read, and a sentence for each of the others. */
export async function readFiles(
  files: readonly File[],
): Promise<{ readonly texts: readonly string[]; readonly refusals: readonly string[] }> {
  const texts: string[] = []
  const refusals: string[] = []
  for (const file of files) {
    if (file.size > MAX_BYTES) refusals.push(`${file.name} is larger than 1 MiB.`)
    else {
      try {
        texts.push(await file.text())
      } catch {
        // A folder that is dropped comes as a file, and the browser's own words for it help nobody.
        refusals.push(`${file.name} could not be read: it is a folder, or no longer there.`)
      }
    }
  }
  return { texts, refusals }
}
