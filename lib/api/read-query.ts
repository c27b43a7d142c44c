import type { z } from 'zod'
import type { Result } from '../model/problem'

/** What is wrong in a query string or body, place by place. */
export type RequestProblem = { readonly path: string; readonly line: number | null; readonly message: string }

/** How many parameters a query string has that the schema does not name: they are ignored, and counted by the caller. */
export function countUnknownParameters(schema: z.ZodObject, query: URLSearchParams): number {
  return new Set([...query.keys()].filter((name) => !Object.hasOwn(schema.shape, name))).size
}

/** The same for the fields of a JSON body. */
export function countUnknownFields(schema: z.ZodObject, body: unknown): number {
  if (typeof body !== 'object' || body === null) return 0
  return Object.keys(body).filter((name) => !Object.hasOwn(schema.shape, name)).length
}

/** Reads a query string. Of a parameter that is given more than once the last value counts; empty ones count as left out. */
export function readQuery<Schema extends z.ZodObject>(
  schema: Schema,
  query: URLSearchParams,
): Result<z.output<Schema>, readonly RequestProblem[]> {
  const given = new Map<string, string>()
  for (const [name, value] of query) {
    if (!Object.hasOwn(schema.shape, name)) continue
    if (value === '') given.delete(name)
    else given.set(name, value)
  }
  const read = schema.safeParse(Object.fromEntries(given))
  return read.success ? { ok: true, value: read.data } : { ok: false, error: problemsOf(read.error) }
}

/** Reads a JSON body that was parsed already. */
export function readBodyValue<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): Result<z.output<Schema>, readonly RequestProblem[]> {
  const read = schema.safeParse(body)
  return read.success ? { ok: true, value: read.data } : { ok: false, error: problemsOf(read.error) }
}

const MAX_PROBLEMS = 20

function problemsOf(error: z.ZodError): RequestProblem[] {
  return error.issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => ({ path: path.map(String).join('.'), line: null, message }))
}
