import type { FlowBatch } from '@/lib/flows/pipeline'
import { BatchBuilder } from '../batch-builder'
import { HttpSourceError } from '../http/http-source-error'
import type { EdgeCounter, EdgeGrowth } from '../metrics/edge-counter'
import type { FoundFamily } from './discover'
import type { Labels } from './prometheus-answer'
import type { PrometheusApi } from './prometheus-api'
import { increaseQuery, type LabelMatcher } from './promql'

export type PollOptions = {
  readonly api: PrometheusApi
  readonly matchers: readonly LabelMatcher[]
  readonly families: readonly FoundFamily[]
  readonly counter: EdgeCounter
  /** Moment up to which each metric was counted, by family and metric; moved on by the poll. */
  readonly countedTo: Map<string, number>
  /** Moment of the last round, at which a metric that is new was not there yet; null: there was none. */
  readonly lastRoundMs: number | null
  /** Moment of the queries, in milliseconds since the epoch. */
  readonly atMs: number
  readonly lookbackMs: number
}

/** What a poll leaves beside its flows: sentences for people. */
export type PollNotes = { readonly notes: Set<string>; series: number; failures: HttpSourceError[]; answers: number }

/** Series of one query. */
const MAX_SERIES = 5_000
/** After a longer break counting begins anew: nobody asks Prometheus for hours at once. */
const MAX_WINDOW_MS = 900_000
const BATCH_LINES = 500

/** Asks every family by how much it grew since it was last asked, and hands the edges over in batches. */
export async function* pollEdges(options: PollOptions, told: PollNotes, signal: AbortSignal): AsyncGenerator<FlowBatch> {
  const { families, counter, atMs } = options
  const beside = new Set(families.map(({ family }) => family.id))
  forgetGone(options)
  for (const found of families) {
    const { family } = found
    const grown = new Map<string, { labels: Labels; count: number | null; bytes: number | null }>()
    let windowMs = 0
    let unreadable = 0
    for (const metric of metricsOf(found)) {
      const asked = await askGrowth(options, found, metric, told, signal)
      if (asked === null) continue
      windowMs = Math.max(windowMs, asked.windowMs)
      unreadable += asked.unreadable
      const field = metric === family.metric ? family.unit : 'bytes'
      for (const { labels, value } of asked.samples) {
        const own = renamed(labels, found.names)
        const key = JSON.stringify([...own].sort())
        const growth = grown.get(key) ?? { labels: own, count: null, bytes: null }
        grown.set(key, growth)
        growth[field] = (growth[field] ?? 0) + value
      }
    }
    const growths: readonly EdgeGrowth[] = [...grown.values()]
    told.series += growths.length
    const builder = new BatchBuilder()
    for (let index = 0; index < unreadable; index++) builder.add({ kind: 'rejected', reason: 'a sample without a number' })
    // Piece by piece, so that thousands of edges do not keep the server from answering; two sides are compared as a whole.
    const step = family.hasTwoSides ? Math.max(1, growths.length) : BATCH_LINES
    for (let start = 0; start < growths.length; start += step) {
      const piece = growths.slice(start, start + step)
      for (const record of counter.records(family, piece, { endMs: atMs, lengthMs: windowMs }, beside)) {
        builder.add(record)
        if (builder.size >= BATCH_LINES) yield builder.take()
      }
    }
    if (builder.size > 0) yield builder.take()
  }
}

/** A metric that went away is new when it comes back. */
function forgetGone({ families, countedTo }: PollOptions): void {
  const there = new Set(families.flatMap((found) => metricsOf(found).map((metric) => growthKey(found, metric))))
  for (const key of countedTo.keys()) if (!there.has(key)) countedTo.delete(key)
}

function metricsOf({ family, bytes }: FoundFamily): readonly string[] {
  return [family.metric, ...bytes]
}

function growthKey({ family }: FoundFamily, metric: string): string {
  return `${family.id} ${metric}`
}

/** The growth of one metric; null when it begins to be counted now, or when it could not be asked and will be later. */
async function askGrowth(
  { api, matchers, countedTo, lastRoundMs, atMs, lookbackMs }: PollOptions,
  found: FoundFamily,
  metric: string,
  told: PollNotes,
  signal: AbortSignal,
) {
  const { family, by } = found
  const key = growthKey(found, metric)
  const since = countedTo.get(key) ?? lastRoundMs ?? undefined
  const windowMs = since === undefined ? 0 : atMs - since
  // Samples are waited for longer than before, or the clock was set a little: this round is left out.
  if (since !== undefined && windowMs <= 0 && windowMs > -MAX_WINDOW_MS) return null
  if (windowMs <= 0 || windowMs > MAX_WINDOW_MS) {
    if (windowMs !== 0) told.notes.add(`${family.title}: ${Math.round(Math.abs(windowMs) / 1000)} s were not counted after a break`)
    countedTo.set(key, atMs)
    return null
  }
  const query = increaseQuery({ metric, written: family.written, matchers, by, windowMs, lookbackMs, limit: MAX_SERIES })
  try {
    const answer = await api.query(query, atMs, signal)
    countedTo.set(key, atMs)
    told.answers++
    for (const warning of answer.warnings) told.notes.add(`${family.title}: ${warning}`)
    if (answer.samples.length + answer.unreadable >= MAX_SERIES) {
      told.notes.add(`${family.title}: only the ${MAX_SERIES} edges with the most traffic are read`)
    }
    return { windowMs, samples: answer.samples, unreadable: answer.unreadable }
  } catch (error) {
    if (!(error instanceof HttpSourceError)) throw error
    told.failures.push(error)
    told.notes.add(`${family.title}: ${error.message}`)
    return null
  }
}

function renamed(labels: Labels, names: ReadonlyMap<string, string>): Labels {
  const own = new Map<string, string>()
  for (const [name, value] of labels) own.set(names.get(name) ?? name, value)
  return own
}
