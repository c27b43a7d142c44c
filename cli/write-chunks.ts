import type { CommandContext } from './command'

/** Few enough writes for the system, few enough bytes for the memory. */
const BUFFER_CHARACTERS = 64 * 1024

/** Writes text as it is made, no faster than it is read, so that a long answer is never held whole. */
export async function writeChunks(chunks: Iterable<string>, { stdout, drained }: CommandContext): Promise<void> {
  let buffer = ''
  for (const chunk of chunks) {
    buffer += chunk
    if (buffer.length < BUFFER_CHARACTERS) continue
    stdout(buffer)
    buffer = ''
    if (!(await drained())) return
  }
  if (buffer !== '') stdout(buffer)
}
