import { shortened } from '../http/explain-http'
import { HttpSourceError } from '../http/http-source-error'
import { type JsonObject, objectOf, textOf } from '../json-fields'

/** One line of a Loki stream. */
export type LokiEntry = {
  /** Nanoseconds since the epoch, which no number of JavaScript holds. */
  readonly atNs: bigint
  readonly labels: JsonObject
  readonly line: string
}

export type LokiAnswer = {
  /** Oldest first. */
  readonly entries: readonly LokiEntry[]
  /** Entries that are none. */
  readonly unreadable: number
}

/** Reads the answer to a range query for lines. Throws {@link HttpSourceError} when it is none. */
export function readStreams(body: Buffer, host: string): LokiAnswer {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch (error) {
    const isPage = body.subarray(0, 64).toString('utf8').trimStart().startsWith('<')
    throw new HttpSourceError(`${host} does not answer as Loki does${isPage ? ': a page for people came back' : ''}`, { cause: error })
  }
  const root = objectOf(parsed)
  if (root?.status === 'error')
    throw new HttpSourceError(`${host} refuses the query: ${shortened(textOf(root.error, 1_000) ?? 'without a reason')}`)
  const data = objectOf(root?.data)
  if (root?.status !== 'success' || data?.resultType !== 'streams' || !Array.isArray(data.result)) {
    throw new HttpSourceError(`${host} does not answer as Loki does; is the URL right?`)
  }
  const entries: LokiEntry[] = []
  let unreadable = 0
  for (const item of data.result) {
    const stream = objectOf(item)
    const labels = objectOf(stream?.stream)
    const values = stream?.values
    if (labels === null || !Array.isArray(values)) {
      unreadable++
      continue
    }
    for (const value of values) {
      const entry = readEntry(value, labels)
      if (entry === null) unreadable++
      else entries.push(entry)
    }
  }
  // Streams come one after the other, each in its own order.
  entries.sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0))
  return { entries, unreadable }
}

function readEntry(value: unknown, labels: JsonObject): LokiEntry | null {
  if (!Array.isArray(value)) return null
  const [at, line]: unknown[] = value
  if (typeof at !== 'string' || typeof line !== 'string' || !/^\d{1,19}$/.test(at)) return null
  return { atNs: BigInt(at), labels, line }
}

/** The record that NetObserv wrote: Loki keeps some of its fields as labels of the stream, as texts. */
export function recordOf({ labels, line }: LokiEntry): JsonObject | null {
  try {
    const body = objectOf(JSON.parse(line))
    return body === null ? null : { ...labels, ...body }
  } catch {
    return null
  }
}
