import { shortened } from '../http/explain-http'
import { HttpSourceError } from '../http/http-source-error'
import { type JsonObject, objectOf, textOf } from '../json-fields'

/** Label name to value. */
export type Labels = ReadonlyMap<string, string>

export type Sample = { readonly labels: Labels; readonly value: number }

export type QueryAnswer = {
  /** Samples with a number; those with NaN or an infinity say nothing and are left out. */
  readonly samples: readonly Sample[]
  /** Samples that are none: broken, or without a number. */
  readonly unreadable: number
  /** The server's warnings, such as an answer that is not complete. */
  readonly warnings: readonly string[]
}

/** Labels read of one sample; those asked for are far fewer. */
const MAX_LABELS = 64
const MAX_LABEL_LENGTH = 1_024
const MAX_WARNINGS = 3

/** The `data` of an answer of the HTTP API. Throws {@link HttpSourceError} when it is none. */
export function dataOf(body: Buffer, host: string): { readonly data: unknown; readonly root: JsonObject } {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch (error) {
    const text = body.subarray(0, 64).toString('utf8').trimStart()
    const hint = text.startsWith('<') ? ': a page for people came back; is a login in front of it?' : ''
    throw new HttpSourceError(`${host} does not answer as Prometheus does${hint}`, { cause: error })
  }
  const root = objectOf(parsed)
  if (root?.status === 'error')
    throw new HttpSourceError(`${host} refuses the query: ${shortened(textOf(root.error, 1_000) ?? 'without a reason')}`)
  if (root?.status !== 'success') throw new HttpSourceError(`${host} does not answer as Prometheus does; is the URL right?`)
  return { data: root.data, root }
}

/** Reads the answer to an instant query. Throws {@link HttpSourceError} when it is no vector. */
export function readVector(body: Buffer, host: string): QueryAnswer {
  const { data, root } = dataOf(body, host)
  const result = objectOf(data)
  if (result?.resultType !== 'vector' || !Array.isArray(result.result))
    throw new HttpSourceError(`${host} does not answer the query with a vector`)
  const samples: Sample[] = []
  let unreadable = 0
  for (const item of result.result) {
    const sample = readSample(objectOf(item))
    if (sample === null) unreadable++
    else samples.push(sample)
  }
  return { samples, unreadable, warnings: warningsOf(root) }
}

function readSample(item: JsonObject | null): Sample | null {
  const metric = objectOf(item?.metric)
  const pair = item?.value
  if (metric === null || !Array.isArray(pair)) return null
  const written: unknown = pair[1]
  const value = typeof written === 'string' && written.length < 64 ? Number(written) : Number.NaN
  return Number.isFinite(value) ? { labels: readLabels(metric), value } : null
}

function readLabels(metric: JsonObject): Labels {
  const labels = new Map<string, string>()
  for (const [name, value] of Object.entries(metric)) {
    if (labels.size >= MAX_LABELS) break
    const text = textOf(value, MAX_LABEL_LENGTH)
    if (text !== null) labels.set(name, text)
  }
  return labels
}

function warningsOf(root: JsonObject): readonly string[] {
  if (!Array.isArray(root.warnings)) return []
  return root.warnings
    .slice(0, MAX_WARNINGS)
    .flatMap((warning: unknown) => textOf(warning, 1_000) ?? [])
    .map(shortened)
}
