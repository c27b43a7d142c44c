import type { Result } from '@/lib/model/problem'
import { aProblem, type Problem } from './problem'

/** Reads a whole request body and stops at the limit, whatever the length header said. */
export async function readBody(request: Request, maxBytes: number): Promise<Result<Uint8Array, Problem>> {
  const tooLarge = { ok: false, error: aProblem(413, 'The body is too large', `At most ${maxBytes} bytes are taken.`) } as const
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > maxBytes) return tooLarge
  if (request.body === null) return { ok: true, value: new Uint8Array() }

  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maxBytes) {
      await reader.cancel()
      return tooLarge
    }
    chunks.push(value)
  }
  return { ok: true, value: Buffer.concat(chunks, size) }
}
