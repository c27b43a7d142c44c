import { setTimeout as delay } from 'node:timers/promises'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { Backoff } from '@/lib/model/backoff'
import { BatchBuilder } from '../batch-builder'
import type { FlowSource, ReportState } from '../flow-source'
import { GrpcConnection } from '../grpc/grpc-connection'
import { GrpcError } from '../grpc/grpc-error'
import { STATUS_UNIMPLEMENTED } from '../grpc/grpc-status'
import type { GrpcTarget } from '../grpc/open-session'
import { addressOf } from '../grpc/open-session'
import { notHubble } from './ask-server-status'
import { FIELD_MASKS, flowRequest } from './flow-request'
import { HubbleDecoder } from './hubble-decoder'
import { HubbleWatch, type WatchTimes } from './hubble-watch'
import type { NodeStatus } from './observer-messages'
import { ReplayedFlows } from './replayed-flows'

export type HubbleSourceOptions = {
  readonly target: GrpcTarget
  /** Namespaces whose flows the server is asked for; all when empty. */
  readonly namespaces?: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** At least 0, below 1: spreads the tries of many who lost one server. */
  readonly random: () => number
  /** Shorter times, for tests. */
  readonly times?: Partial<WatchTimes>
}

const GET_FLOWS = '/observer.Observer/GetFlows'
/** How far back is read at the start: what a server still remembers of it. */
const HISTORY_MS = 300_000
/** Asked for again after a lost connection: clocks of nodes differ, and relays do not sort strictly. */
const OVERLAP_MS = 5_000
const MAX_REPLAYED = 100_000

/**
 * Flows of Cilium or Retina by Hubble's API, from a relay or from the server of one node. Connects again for ever; what a
 * lost connection missed is asked for again as far as the server remembers it, and a gap is said to be one.
 */
export function createHubbleSource(options: HubbleSourceOptions): FlowSource {
  const address = addressOf(options.target)
  return {
    name: `hubble ${address}`,
    kind: 'hubble',
    proof: 'real-server',
    batches: (signal, report, countedUntil = null) => new Following(options, address, signal, report, countedUntil).run(),
  }
}

/** Why the stream has to be opened anew at once, on the same connection. */
class BeginAnew extends Error {}

class Following {
  readonly #options: HubbleSourceOptions
  readonly #address: string
  readonly #signal: AbortSignal
  readonly #report: ReportState
  readonly #countedUntil: number | null
  readonly #backoff: Backoff
  readonly #builder = new BatchBuilder()
  readonly #decoder = new HubbleDecoder()
  readonly #replayed = new ReplayedFlows(MAX_REPLAYED)
  #mask = 0
  #connections = 0
  #gap: string | null = null

  constructor(options: HubbleSourceOptions, address: string, signal: AbortSignal, report: ReportState, countedUntil: number | null) {
    this.#options = options
    this.#address = address
    this.#signal = signal
    this.#report = report
    this.#countedUntil = countedUntil
    this.#backoff = new Backoff(options.random)
  }

  async *run(): AsyncGenerator<FlowBatch> {
    const { now, target } = this.#options
    this.#report('connecting', null)
    while (!this.#signal.aborted) {
      const startedAt = now()
      let problem: string
      try {
        const connection = await GrpcConnection.open(target, this.#signal)
        try {
          problem = yield* this.#onConnection(connection)
        } finally {
          connection.close()
        }
      } catch (error) {
        if (!(error instanceof GrpcError)) throw error
        problem = error.message
      }
      if (this.#signal.aborted) return
      const waitMs = this.#backoff.next(now() - startedAt)
      this.#report('failed', `${problem}; trying again`)
      await delay(waitMs, undefined, { signal: this.#signal }).catch(() => undefined)
    }
  }

  /** Reads until the stream ends; returns why it ended. Throws `GrpcError`. */
  async *#onConnection(connection: GrpcConnection): AsyncGenerator<FlowBatch, string> {
    this.#connections++
    for (;;) {
      try {
        return yield* this.#onStream(connection)
      } catch (error) {
        if (!(error instanceof BeginAnew)) throw error
      }
    }
  }

  async *#onStream(connection: GrpcConnection): AsyncGenerator<FlowBatch, string> {
    const { now, namespaces = [], times } = this.#options
    const newest = this.#newest
    const startedAt = now()
    const sinceMs = newest === null ? startedAt - HISTORY_MS : newest - OVERLAP_MS
    this.#replayed.begin()
    const watch = new HubbleWatch({
      connection,
      now,
      report: this.#report,
      signal: this.#signal,
      note: () => this.#gap,
      expectsAll: namespaces.length === 0,
      ...times,
    })
    const request = flowRequest({ sinceMs, fieldMask: FIELD_MASKS[this.#mask] ?? [], namespaces })
    watch.start()
    try {
      for await (const messages of connection.serverStream(GET_FLOWS, request, { signal: watch.ended })) {
        const receivedAt = now()
        watch.heard(receivedAt)
        for (const message of messages) this.#take(message, receivedAt, startedAt, watch)
        if (this.#builder.size > 0) {
          yield this.#builder.take()
          watch.repeatReport()
        }
      }
    } catch (error) {
      if (watch.mustBeginAnew) throw new BeginAnew()
      // A probe that found the connection dead ends the call, and knows better why.
      if (watch.failure !== null) throw watch.failure
      if (!(error instanceof GrpcError) || error.fault !== 'status') throw error
      if (this.#refusesMask(error.message)) throw new BeginAnew()
      throw error.status === STATUS_UNIMPLEMENTED ? notHubble(this.#options.target, error) : error
    } finally {
      watch.stop()
    }
    // A relay ends with OK when its last node fails, and when it has none.
    const missing = watch.nodes.problem()
    return `${this.#address} ended the stream of flows${missing === null ? '' : ` (${missing})`}`
  }

  #take(message: Uint8Array, receivedAt: number, startedAt: number, watch: HubbleWatch): void {
    const event = this.#decoder.decode(message, receivedAt)
    if (event.kind === 'flow') {
      const { flow } = event
      if (this.#replayed.isRepeat(flow)) {
        this.#builder.add({ kind: 'ignored', reason: 'repeat/same-event' })
        return
      }
      watch.flow(flow.node)
      this.#builder.add(event)
    } else if (event.kind === 'node-status') {
      this.#builder.add({ kind: 'ignored', reason: 'node-status' })
      this.#takeStatus(event.status, watch)
    } else if (event.kind === 'lost') this.#takeLoss(event.count, event.where, receivedAt - startedAt, watch)
    else this.#builder.add(event)
  }

  /** Time of the newest flow that was read, now or by an earlier run; null for none. */
  get #newest(): number | null {
    const { newest } = this.#replayed
    return newest === Number.NEGATIVE_INFINITY ? this.#countedUntil : newest
  }

  #takeStatus(status: NodeStatus, watch: HubbleWatch): void {
    // A relay passes a refused request on as an error of its nodes, and ends with OK.
    if (status.state === 'error' && status.message !== null && this.#refusesMask(status.message)) throw new BeginAnew()
    watch.status(status)
  }

  /** True, with the next mask chosen, when the server knows a field of this one not. */
  #refusesMask(message: string): boolean {
    if (!/field ?mask/i.test(message) || this.#mask >= FIELD_MASKS.length - 1) return false
    this.#mask++
    return true
  }

  /**
   * One lost event of the ring says that the server does not remember as far back as it was asked: at the start that is
   * where the history begins; later it is a gap of unknown size.
   */
  #takeLoss(count: number, where: string, sinceStartMs: number, watch: HubbleWatch): void {
    const isEdge = where === 'HUBBLE_RING_BUFFER' && count === 1 && sinceStartMs < OVERLAP_MS
    if (isEdge && this.#connections === 1 && this.#countedUntil === null) {
      this.#builder.add({ kind: 'ignored', reason: 'history-begins' })
      return
    }
    if (isEdge) {
      this.#gap = `after ${new Date(this.#newest ?? 0).toISOString()}, when the last flow was read, the server no longer remembered all; flows of then are missing`
      watch.repeatReport()
    }
    // Whether it is the beginning of the history was decided above.
    this.#builder.add({ kind: 'lost', count, where: isEdge ? 'gap' : `stream: ${where}` })
  }
}
