import type { Result } from '@/lib/model/problem'
import { aProblem, type Problem } from './problem'
import { readBody } from './read-body'

/** Reads a bounded body as JSON. */
export async function readJson(request: Request, maxBytes: number): Promise<Result<unknown, Problem>> {
  const body = await readBody(request, maxBytes)
  if (!body.ok) return body
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body.value)) }
  } catch {
    return { ok: false, error: aProblem(400, 'The body is not JSON', 'Send one JSON document in UTF-8.') }
  }
}
