import type { FlowBatch } from '@/lib/flows/pipeline'
import type { SourceFact } from '@/lib/flows/source-about'
import { Backoff } from '@/lib/model/backoff'
import { BatchBuilder } from '../batch-builder'
import type { DecodedLine } from '../decoded-line'
import type { FlowSource, ReportState } from '../flow-source'
import { GrpcConnection } from '../grpc/grpc-connection'
import { GrpcError } from '../grpc/grpc-error'
import type { GrpcTarget } from '../grpc/open-session'
import { sleep } from '../sleep'
import { listFlows, streamFlows } from './goldmane-client'

export type GoldmaneOptions = {
  readonly target: GrpcTarget
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** At least 0, below 1. */
  readonly random: () => number
}

/** Goldmane keeps an hour. */
const HISTORY_S = 3_600
/** A row comes when its bucket closes, and again after a lost connection: repeats are told apart by key and bucket. */
const OVERLAP_S = 60
/** Three buckets without a row: is it still there? */
const PROBE_MS = 45_000
const POLL_MS = 15_000
const PAGE_SIZE = 1_000
/** Pages of one look back; Goldmane's hour in a large cluster is some hundred thousand rows. */
const MAX_PAGES = 500

const STATUS_RESOURCE_EXHAUSTED = 8
const STATUS_UNIMPLEMENTED = 12

/**
 * Flows of Calico's Goldmane. They are streamed; when the server has no stream to give (it allows few at a time) they
 * are listed every 15 s instead. A connection that ends is opened again for ever, and reads the TLS files anew.
 */
export function createGoldmaneSource({ target, now, random }: GoldmaneOptions): FlowSource {
  const name = `goldmane ${target.host}:${target.port}`

  async function* batches(signal: AbortSignal, report: ReportState): AsyncGenerator<FlowBatch> {
    const backoff = new Backoff(random)
    const builder = new BatchBuilder()
    // Rows that began later than this are new to us; seconds since the epoch.
    const place = { since: Math.floor(now() / 1_000) - HISTORY_S, lists: false }
    report('connecting', null)
    while (!signal.aborted) {
      const startedAt = now()
      let message = `${name}: the server ended the stream; connecting again`
      try {
        const connection = await GrpcConnection.open(target, signal)
        try {
          report('live', null, facts(place.lists))
          for await (const lines of place.lists ? listed(connection, signal) : streamed(connection, signal)) {
            if (lines.length === 0) continue
            for (const line of lines) builder.add(line)
            place.since = Math.max(place.since, newestOf(lines) - OVERLAP_S)
            yield builder.take()
          }
        } finally {
          connection.close()
        }
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof GrpcError)) throw error
        if (error.status === STATUS_RESOURCE_EXHAUSTED || error.status === STATUS_UNIMPLEMENTED) place.lists = !place.lists
        message = `${error.message}; trying again`
      }
      if (signal.aborted) return
      report('failed', message)
      await sleep(backoff.next(now() - startedAt), signal)
    }

    async function* streamed(connection: GrpcConnection, until: AbortSignal): AsyncGenerator<readonly DecodedLine[]> {
      const rows = streamFlows(connection, place.since, until)
      try {
        let next = rows.next()
        for (;;) {
          const step = await withProbe(next, connection, until)
          if (step.done === true) return
          yield step.value
          next = rows.next()
        }
      } finally {
        void rows.return(undefined)
      }
    }

    /** Waits for the next rows; while none come, asks whether the server still answers. */
    async function withProbe<Step>(next: Promise<Step>, connection: GrpcConnection, until: AbortSignal): Promise<Step> {
      // The other side may fail while nobody waits for it.
      next.catch(() => undefined)
      for (;;) {
        const quiet = new AbortController()
        const first = await Promise.race([next, sleep(PROBE_MS, AbortSignal.any([until, quiet.signal])).then(() => null)])
        quiet.abort()
        if (first !== null) return first
        if (until.aborted) return next
        await listFlows(connection, { since: Math.floor(now() / 1_000) - OVERLAP_S, page: 0, pageSize: 1 }, until)
      }
    }

    async function* listed(connection: GrpcConnection, until: AbortSignal): AsyncGenerator<readonly DecodedLine[]> {
      while (!until.aborted) {
        const { since } = place
        for (let page = 0; page < MAX_PAGES; page++) {
          const { lines, totalPages } = await listFlows(connection, { since, page, pageSize: PAGE_SIZE }, until)
          yield lines
          if (page + 1 >= totalPages) break
        }
        await sleep(POLL_MS, until)
      }
    }
  }

  return { name, kind: 'goldmane', proof: 'recorded', batches }
}

function facts(lists: boolean): readonly SourceFact[] {
  return [{ name: 'Rows', value: lists ? 'listed every 15 s: the server had no stream to give' : 'as each bucket of 15 s closes' }]
}

/** End of the latest row, in seconds since the epoch. */
function newestOf(lines: readonly DecodedLine[]): number {
  let newest = 0
  for (const line of lines) if (line.kind === 'flow') newest = Math.max(newest, line.flow.time / 1_000)
  return newest
}
