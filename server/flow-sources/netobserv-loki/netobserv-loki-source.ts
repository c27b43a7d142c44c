import type { FlowBatch } from '@/lib/flows/pipeline'
import { BatchBuilder } from '../batch-builder'
import type { DecodedLine } from '../decoded-line'
import type { FlowSource, ReportState } from '../flow-source'
import { HttpClient } from '../http/http-client'
import { HttpSourceError } from '../http/http-source-error'
import type { SourceAccess } from '../http/source-access'
import { retryDelayMs, sleepUntil } from '../http/wait'
import { type LabelMatcher, selector } from '../prometheus/promql'
import { LokiCursor, msOf, nsOf } from './loki-cursor'
import { LokiPages } from './loki-pages'

export type NetobservLokiOptions = {
  /** Address of Loki; behind the gateway of an operator with its path, `/api/logs/v1/network`. */
  readonly url: string
  readonly access: SourceAccess
  /** Value of `X-Scope-OrgID`; null: not sent. */
  readonly tenant: string | null
  /** Labels that the streams must have, beside NetObserv's own. */
  readonly matchers: readonly LabelMatcher[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** What the streams of flow records are called. */
export const NETOBSERV_STREAMS = 'app="netobserv-flowcollector"'

const POLL_MS = 5_000
/** Records reach Loki in batches, some seconds after their time; later ones than this are not seen. */
const SETTLE_MS = 10_000
/** Longest piece of time asked for at once. */
const SPAN_MS = 300_000
/** After a longer break reading goes on here, and the break is told. */
const MAX_BEHIND_MS = 900_000
/** Pages of one round; after that others get their turn. */
const MAX_PAGES = 50
const BATCH_LINES = 1_000

/** Reads the flow records that NetObserv keeps in Loki, from now on, page by page. */
export function createNetobservLokiSource(options: NetobservLokiOptions): FlowSource {
  const sleep = options.sleep ?? sleepUntil

  async function* batches(signal: AbortSignal, report: ReportState): AsyncGenerator<FlowBatch> {
    const headers: Record<string, string> = options.tenant === null ? {} : { 'x-scope-orgid': options.tenant }
    const client = new HttpClient({ url: options.url, access: options.access, headers })
    const cursor = new LokiCursor(nsOf(options.now() - SETTLE_MS))
    const pages = new LokiPages(client, selector('', [NETOBSERV_STREAMS], options.matchers))
    let failures = 0
    report('connecting', null)
    try {
      while (!signal.aborted) {
        const until = options.now() - SETTLE_MS
        const behindMs = until - msOf(cursor.fromNs)
        if (behindMs > MAX_BEHIND_MS) {
          pages.missedMs += behindMs - MAX_BEHIND_MS
          cursor.moveTo(nsOf(until - MAX_BEHIND_MS))
        }
        try {
          const endMs = Math.min(until, msOf(cursor.fromNs) + SPAN_MS)
          let isWhole = endMs <= msOf(cursor.fromNs)
          for (let page = 0; page < MAX_PAGES && !isWhole && !signal.aborted; page++) {
            const read = await pages.next(cursor, nsOf(endMs), options.now(), signal)
            isWhole = read.isWhole
            // The next page is asked for when this one is taken, so that Loki is not read faster than we can take it.
            yield* batchesOf(read.lines)
            report('live', pages.message(), pages.facts(options.now(), cursor))
          }
          failures = 0
          if (isWhole) cursor.moveTo(nsOf(endMs))
          report('live', pages.message(), pages.facts(options.now(), cursor))
          if (isWhole && endMs < until) continue
        } catch (error) {
          if (signal.aborted) return
          if (!(error instanceof HttpSourceError)) throw error
          const waitMs = retryDelayMs(failures++)
          report('failed', `${error.message}; trying again every ${waitMs / 1000} s`)
          await sleep(waitMs, signal)
          continue
        }
        await sleep(POLL_MS, signal)
      }
    } finally {
      client.close()
    }
  }

  return { name: 'netobserv', kind: 'netobserv-loki', proof: 'recorded', batches }
}

function* batchesOf(lines: readonly DecodedLine[]): Generator<FlowBatch> {
  const builder = new BatchBuilder()
  for (const line of lines) {
    builder.add(line)
    if (builder.size >= BATCH_LINES) yield builder.take()
  }
  if (builder.size > 0) yield builder.take()
}
