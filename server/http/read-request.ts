import type { z } from 'zod'
import { countUnknownParameters, readQuery } from '@/lib/api/read-query'
import type { Result } from '@/lib/model/problem'
import { aProblem, problemResponse } from './problem'

/**
 * Reads the query of a request. Parameters that the schema does not name are ignored and handed to `countUnknown`; everything
 * else that is wrong is an answer ready to send.
 */
export function readRequest<Schema extends z.ZodObject>(
  request: Request,
  schema: Schema,
  countUnknown: (count: number) => void,
): Result<z.output<Schema>, Response> {
  const { searchParams } = new URL(request.url)
  countUnknown(countUnknownParameters(schema, searchParams))
  const read = readQuery(schema, searchParams)
  if (!read.ok) {
    const detail = read.error.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
    return { ok: false, error: problemResponse(aProblem(400, 'The query cannot be used', detail, read.error)) }
  }
  return { ok: true, value: read.value }
}

/** Counts the parameters of a request to a route that takes no others than `known`. */
export function countParameters(request: Request, known: z.ZodObject, countUnknown: (count: number) => void): void {
  countUnknown(countUnknownParameters(known, new URL(request.url).searchParams))
}

/** The part of the path after a route's own, decoded; null when it is not text. */
export function pathReference(request: Request, route: string): string | null {
  const { pathname } = new URL(request.url)
  const start = pathname.indexOf(route)
  if (start < 0) return null
  try {
    return decodeURIComponent(pathname.slice(start + route.length))
  } catch {
    return null
  }
}
