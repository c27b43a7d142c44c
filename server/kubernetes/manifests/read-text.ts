import { createReadStream } from 'node:fs'
import type { Result } from '@/lib/model/problem'
import { describeFileError } from './find-manifest-files'

export type TextProblem = { readonly kind: 'too-large' } | { readonly kind: 'unreadable'; readonly message: string }

/** Reads UTF-8 text from a file, or from standard input for `-`; at most `maxBytes`, also from a pipe without an end. */
export async function readText(
  file: string,
  maxBytes: number,
): Promise<Result<{ readonly text: string; readonly bytes: number }, TextProblem>> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      bytes += buffer.length
      if (bytes > maxBytes) return { ok: false, error: { kind: 'too-large' } }
      chunks.push(buffer)
    }
  } catch (error) {
    return { ok: false, error: { kind: 'unreadable', message: describeFileError(error) } }
  }
  try {
    // `fatal` refuses other encodings; a byte order mark is dropped.
    return { ok: true, value: { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)), bytes } }
  } catch {
    return { ok: false, error: { kind: 'unreadable', message: 'not UTF-8 text' } }
  }
}
