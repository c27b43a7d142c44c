import { countUnknownFields, readBodyValue } from '@/lib/api/read-query'
import { type DiffBody, diffBody, diffQuery, MAX_DRAFT_BYTES } from '@/lib/api/schemas'
import { DEFAULT_WINDOW_MS } from '@/lib/graph/view'
import type { Result } from '@/lib/model/problem'
import type { DiffQuestion } from './draft-reviews'
import { aProblem, problemResponse } from './http/problem'
import { readBody } from './http/read-body'
import { readJson } from './http/read-json'
import { readRequest } from './http/read-request'
import type { Measures } from './measures'

const YAML_TYPES: ReadonlySet<string> = new Set(['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/plain'])
/** A draft inside a JSON string is longer than its bytes. */
const MAX_BODY_BYTES = 2 * MAX_DRAFT_BYTES

/** Reads a draft to compare: JSON with the text in `changes`, or the YAML itself with the parameters in the query. */
export async function readDiffRequest(request: Request, measures: Measures): Promise<Result<DiffQuestion, Response>> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isYaml = YAML_TYPES.has(type)
  if (!isYaml && type !== 'application/json') {
    return refused(415, 'The body is of a kind that is not read', 'Send application/json with the draft in "changes", or application/yaml.')
  }
  const query = readRequest(request, diffQuery, measures.countUnknown)
  if (!query.ok) return query
  if (isYaml) {
    const body = await readBody(request, MAX_DRAFT_BYTES)
    if (!body.ok) return { ok: false, error: problemResponse(body.error) }
    const changes = decode(body.value)
    if (changes === null) return refused(400, 'The body cannot be read', 'Send UTF-8.')
    return { ok: true, value: questionOf({ ...query.value, changes }) }
  }

  const body = await readJson(request, MAX_BODY_BYTES)
  if (!body.ok) return { ok: false, error: problemResponse(body.error) }
  const read = readBodyValue(diffBody, body.value)
  if (!read.ok) {
    const detail = read.error.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
    return { ok: false, error: problemResponse(aProblem(400, 'The draft cannot be read', detail, read.error)) }
  }
  measures.unknownFields += countUnknownFields(diffBody, body.value)
  return { ok: true, value: questionOf({ ...query.value, ...read.value }) }
}

function questionOf({ changes, level, external, unchanged, window, at, lenient }: DiffBody): DiffQuestion {
  return {
    changes,
    level: level ?? 'workload',
    external: external ?? true,
    unchanged: unchanged ?? false,
    windowMs: window ?? DEFAULT_WINDOW_MS,
    at: at ?? null,
    lenient: lenient ?? false,
  }
}

function refused(status: number, title: string, detail: string): Result<never, Response> {
  return { ok: false, error: problemResponse(aProblem(status, title, detail)) }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
