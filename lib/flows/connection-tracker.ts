import { ConnectionTable } from './connection-table'
import { Exchanges } from './exchanges'
import type { Exchange, ObservedFlow } from './flow'
import type { ConnectionNote } from './route'
import { SeenIds } from './seen-ids'
import {
  ATTEMPT_MS,
  belongsTo,
  changeBy,
  type FlowChange,
  isOtherSide,
  isRefusal,
  type RepeatReason,
  repeatReason,
  statesOutcome,
  type TrackedConnection,
  trackConnection,
} from './tracked-connection'

/** A connection is remembered for at least this long after it was last heard of, while there is room. */
const KEEP_MS = 600_000

export type Judgement<Receipt> =
  /** A flow of its own. `counts` is false for a request on a connection that is counted already. */
  | { readonly action: 'store'; readonly counts: boolean; readonly entries: readonly TrackedConnection<Receipt>[] }
  /** Belongs to a counted flow, which it may change. */
  | {
      readonly action: 'merge'
      readonly reason: RepeatReason
      readonly entry: TrackedConnection<Receipt>
      readonly change: FlowChange | null
    }
  | { readonly action: 'ignore'; readonly reason: RepeatReason }

const SAME_EVENT = { action: 'ignore', reason: 'repeat/same-event' } as const
const REPLY = { action: 'ignore', reason: 'repeat/reply' } as const
const SOCKET_EVENT = { action: 'ignore', reason: 'repeat/socket-event' } as const
const UNTRACKED = { action: 'store', counts: true, entries: [] } as const
const UNTRACKED_USE = { action: 'store', counts: false, entries: [] } as const

/**
 * Counts every connection once, however often its source reports it.
 *
 * One TCP connection through Cilium is a policy-verdict event on each side that enforces policies, trace events at
 * several points of both machines, its replies, and L7 records; a refused one is a verdict event and a drop event
 * microseconds later; and each SYN retransmission repeats them all, in any order. They share the pair of addresses and
 * ports, without direction. So:
 *
 * - Starts within 60 s of the counted one are the same attempt; a later start is a new one.
 * - Any other packet belongs to the connection that is known. When none is, it stands for one whose start was not seen.
 * - The worst outcome of the two sides is the outcome: let through at the client and refused at the server is refused.
 *   When one side changes its mind (refused, then let through a second later) both outcomes are counted.
 * - An L7 request on a counted connection is shown but adds no connection, unless it was refused or failed there: then
 *   the connection was let through and the request was not, and both are counted. Its answer completes it.
 * - Records that stand for whole connections (`event: 'flow'`) are taken as they are; only a repeated id is left out.
 *   One about a connection that was open before (`phase: 'later'`) shows it in use and adds none.
 * - Of those that both sides log (`exchange`), each is counted once, with the worse of the two outcomes.
 *
 * Memory is bounded: at most `capacity` connections, those longest unheard of are forgotten first; `forgottenEarly`
 * counts those whose repeats could still have come and would be counted again.
 */
export class ConnectionTracker<Receipt> {
  readonly #table: ConnectionTable<TrackedConnection<Receipt>>
  readonly #ids: SeenIds
  readonly #exchanges: Exchanges<Receipt>

  constructor(capacity: number) {
    this.#table = new ConnectionTable({ capacity, keepMs: 2 * KEEP_MS, earlyMs: ATTEMPT_MS })
    this.#ids = new SeenIds(capacity)
    this.#exchanges = new Exchanges(capacity)
  }

  get size(): number {
    return this.#table.size
  }

  get forgottenEarly(): number {
    return this.#table.forgottenEarly
  }

  /**
   * Decides about one record. `now` is our clock in milliseconds, `note` the one of its two ends, `rank` that of the kind of
   * source: what sources of different kinds say of one connection is compared where their sums are.
   */
  judge(flow: ObservedFlow, now: number, note: ConnectionNote, rank: number): Judgement<Receipt> {
    if (flow.uuid !== null && !this.#ids.add(flow.uuid)) return SAME_EVENT
    if (flow.event === 'flow' && flow.exchange !== undefined) return this.#judgeExchange(flow, flow.exchange, now)
    if (flow.event === 'flow') return flow.phase === 'reply' ? REPLY : flow.phase === 'later' ? UNTRACKED_USE : UNTRACKED
    if (flow.event === 'socket') return SOCKET_EVENT
    const table = this.#table
    if (!table.aim(flow, note, rank, now)) return UNTRACKED
    if (flow.event === 'l7') return this.#judgeRequest(flow, now)
    const entry = table.get(now)
    return entry === null ? stored(this.#remember(flow, now)) : this.#judgePacket(flow, entry, now)
  }

  #judgeExchange(flow: ObservedFlow, exchange: Exchange, now: number): Judgement<Receipt> {
    if (flow.phase === 'reply') {
      const answered = this.#exchanges.answer(flow, exchange)
      return answered === null ? REPLY : { action: 'merge', reason: 'repeat/l7-response', ...answered }
    }
    const joined = this.#exchanges.join(flow, exchange)
    if (joined !== null) return { action: 'merge', reason: 'repeat/other-side', ...joined }
    return stored(this.#exchanges.remember(flow, exchange, now))
  }

  #judgePacket(flow: ObservedFlow, newest: TrackedConnection<Receipt>, now: number): Judgement<Receipt> {
    const { previous } = newest
    const entry = belongsTo(flow, newest) ? newest : previous !== null && belongsTo(flow, previous) ? previous : null
    if (entry === null) return stored(this.#addAttempt(flow, newest, now))
    const reason = repeatReason(flow, entry)
    return { action: 'merge', reason, entry, change: changeBy(flow, entry, this.#table.isSourceFirst, statesOutcome(flow)) }
  }

  /** A late record of an older attempt goes behind the newest one, which stays the known one. */
  #addAttempt(flow: ObservedFlow, newest: TrackedConnection<Receipt>, now: number): TrackedConnection<Receipt> {
    if (flow.time < newest.countedAt) {
      newest.previous = trackConnection<Receipt>(flow, this.#table.isSourceFirst, now)
      return newest.previous
    }
    const attempt = this.#remember(flow, now)
    newest.previous = null
    attempt.previous = newest
    return attempt
  }

  #judgeRequest(flow: ObservedFlow, now: number): Judgement<Receipt> {
    const table = this.#table
    const connection = table.get(now)
    table.aimAtRequest(`${flow.l7?.protocol ?? ''} ${flow.l7?.method ?? ''} ${flow.l7?.path ?? ''}`)
    const request = table.get(now)
    if (request !== null && Math.abs(flow.time - request.countedAt) <= ATTEMPT_MS) {
      if (flow.phase === 'reply') {
        const open = request.openRequest
        request.openRequest = null
        const change = open === null || flow.l7 === null ? null : { outcome: null, policies: null, turned: null, l7: flow.l7 }
        return { action: 'merge', reason: 'repeat/l7-response', entry: request, change }
      }
      if (isOtherSide(flow, request)) {
        const change = changeBy(flow, request, table.isSourceFirst, true)
        return { action: 'merge', reason: 'repeat/other-side', entry: request, change }
      }
    }

    const entry = this.#remember(flow, now)
    entry.openRequest = flow.phase === 'reply' ? null : flow.l7
    // A refused request says nothing of its connection, which its own records count.
    if (isRefusal(flow.verdict)) return stored(entry)
    if (connection !== null) return { action: 'store', counts: false, entries: [entry] }
    table.aimAtConnection()
    return { action: 'store', counts: true, entries: [entry, this.#remember(flow, now)] }
  }

  #remember(flow: ObservedFlow, now: number): TrackedConnection<Receipt> {
    const entry = trackConnection<Receipt>(flow, this.#table.isSourceFirst, now)
    this.#table.set(entry)
    return entry
  }
}

function stored<Receipt>(entry: TrackedConnection<Receipt>): Judgement<Receipt> {
  return { action: 'store', counts: true, entries: [entry] }
}
