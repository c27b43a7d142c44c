import { createReadStream } from 'node:fs'
import type { Result } from '@/lib/model/problem'
import { LineSplitter } from '@/server/flow-sources/line-splitter'
import { describeFileError } from '@/server/kubernetes/manifests/find-manifest-files'

/** One line, or why the file cannot be read on; `text` is null for a line that is too long. */
export type ReadLine = Result<{ readonly text: string | null; readonly line: number }, string>

/** Reads the lines of a file, or of standard input (`-`), as they come. Ends after an error. */
export async function* readLines(path: string, maxLineBytes: number): AsyncIterable<ReadLine> {
  const splitter = new LineSplitter(maxLineBytes)
  let line = 0
  try {
    for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      for (const { text } of splitter.push(bytes)) yield { ok: true, value: { text, line: ++line } }
    }
    const rest = splitter.flush()
    if (rest !== null) yield { ok: true, value: { text: rest.text, line: ++line } }
  } catch (error) {
    yield { ok: false, error: describeFileError(error) }
  }
}
