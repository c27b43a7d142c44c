import { AgingMap } from './aging-map'
import type { FlowL7, FlowPolicy, ObservedEndpoint, ObservedFlow, Verdict } from './flow'

/** Starts of one connection within this time are one attempt: Linux repeats a SYN after 1, 3, 7, 15 and 31 seconds. */
export const ATTEMPT_MS = 60_000
/** Events of one packet are microseconds apart; clocks here are cut to milliseconds. */
const TWIN_MS = 5
/** A connection is remembered for at least this long after it was last heard of, while there is room. */
const KEEP_MS = 600_000

/** Why a record is not counted: it repeats a connection that is. */
export type RepeatReason =
  | 'repeat/same-event'
  | 'repeat/drop-twin'
  | 'repeat/other-side'
  | 'repeat/reply'
  | 'repeat/retransmission'
  | 'repeat/observation-point'
  | 'repeat/later-packet'
  | 'repeat/l7-response'
  | 'repeat/socket-event'

/** What a later record adds to the flow that is counted already. */
export type FlowChange = {
  readonly outcome: { readonly verdict: Verdict; readonly reason: string | null; readonly rawReason: string | null } | null
  /** All policies that the records of the connection state; null when that did not change. */
  readonly policies: readonly FlowPolicy[] | null
  /** The ends were guessed the wrong way round: the server's port and the client's, as they are now known. */
  readonly turned: { readonly port: number | null; readonly sourcePort: number | null } | null
  readonly l7: FlowL7 | null
}

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

/** What is remembered of one connection, or of one request on it. */
export type TrackedConnection<Receipt> = {
  readonly key: string
  /** Set by the caller when the flow is stored; null when it could not be. */
  receipt: Receipt | null
  /** Time of the counted record, by the source's clock. */
  countedAt: number
  /** When it was last heard of, by our clock. */
  touchedAt: number
  firstEvent: ObservedFlow['event']
  direction: ObservedFlow['direction']
  node: string | null
  /** Text of the end that began the connection. */
  client: string
  isGuess: boolean
  /** Latest outcome that each side stated. */
  sides: Map<string, { verdict: Verdict; at: number }>
  verdict: Verdict
  policies: readonly FlowPolicy[]
  /** The request's L7 part while its answer is missing; null for connections and answered requests. */
  openRequest: FlowL7 | null
  /** The attempt before this one, for its late repeats. */
  previous: TrackedConnection<Receipt> | null
}

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
 *
 * Memory is bounded: at most `capacity` connections, those longest unheard of are forgotten first; `forgottenEarly`
 * counts those whose repeats could still have come and would be counted again.
 */
export class ConnectionTracker<Receipt> {
  private readonly capacity: number
  private readonly entries: AgingMap<TrackedConnection<Receipt>>
  /** Ids seen, in two generations: the older one is dropped when the newer is full. */
  private ids = new Set<string>()
  private olderIds = new Set<string>()

  constructor(capacity: number) {
    this.capacity = capacity
    this.entries = new AgingMap({ capacity, keepMs: 2 * KEEP_MS, earlyMs: ATTEMPT_MS })
  }

  get size(): number {
    return this.entries.size
  }

  get forgottenEarly(): number {
    return this.entries.forgottenEarly
  }

  /** Decides about one record. `now` is our clock in milliseconds. */
  judge(flow: ObservedFlow, now: number): Judgement<Receipt> {
    if (flow.uuid !== null && !this.isNewId(flow.uuid)) return { action: 'ignore', reason: 'repeat/same-event' }
    if (flow.event === 'flow') {
      if (flow.phase === 'reply') return { action: 'ignore', reason: 'repeat/reply' }
      return { action: 'store', counts: flow.phase !== 'later', entries: [] }
    }
    if (flow.event === 'socket') return { action: 'ignore', reason: 'repeat/socket-event' }
    const source = endText(flow.source, flow.sourcePort)
    const destination = endText(flow.destination, flow.port)
    if (source === null || destination === null) return { action: 'store', counts: true, entries: [] }

    const pair = source < destination ? `${source} ${destination}` : `${destination} ${source}`
    const key = `${flow.protocol} ${pair}`
    if (flow.event === 'l7') return this.judgeRequest(flow, key, source, now)
    const entry = this.entries.get(key, now)
    if (entry === undefined) return { action: 'store', counts: true, entries: [this.remember(key, flow, source, now)] }
    return this.judgePacket(flow, entry, source, now)
  }

  private judgePacket(flow: ObservedFlow, newest: TrackedConnection<Receipt>, source: string, now: number): Judgement<Receipt> {
    const previous = newest.previous
    const entry = belongsTo(flow, newest) ? newest : previous !== null && belongsTo(flow, previous) ? previous : null
    if (entry === null) return { action: 'store', counts: true, entries: [this.addAttempt(flow, newest, source, now)] }

    return { action: 'merge', reason: repeatReason(flow, entry), entry, change: changeBy(flow, entry, source, statesOutcome(flow)) }
  }

  /** A late record of an older attempt goes behind the newest one, which stays the known one. */
  private addAttempt(flow: ObservedFlow, newest: TrackedConnection<Receipt>, source: string, now: number): TrackedConnection<Receipt> {
    if (flow.time < newest.countedAt) {
      newest.previous = newEntry<Receipt>(newest.key, flow, source, now)
      return newest.previous
    }
    const attempt = this.remember(newest.key, flow, source, now)
    newest.previous = null
    attempt.previous = newest
    return attempt
  }

  private judgeRequest(flow: ObservedFlow, connectionKey: string, source: string, now: number): Judgement<Receipt> {
    const connection = this.entries.get(connectionKey, now)
    const requestKey = `${connectionKey} ${flow.l7?.protocol ?? ''} ${flow.l7?.method ?? ''} ${flow.l7?.path ?? ''}`
    const request = this.entries.get(requestKey, now)
    const isRecent = request !== undefined && Math.abs(flow.time - request.countedAt) <= ATTEMPT_MS
    if (request !== undefined && isRecent) {
      if (flow.phase === 'reply') {
        const open = request.openRequest
        request.openRequest = null
        const change = open === null || flow.l7 === null ? null : { outcome: null, policies: null, turned: null, l7: flow.l7 }
        return { action: 'merge', reason: 'repeat/l7-response', entry: request, change }
      }
      if (isOtherSide(flow, request)) {
        const change = changeBy(flow, request, source, true)
        return { action: 'merge', reason: 'repeat/other-side', entry: request, change }
      }
    }

    const entry = this.remember(requestKey, flow, source, now)
    entry.openRequest = flow.phase === 'reply' ? null : flow.l7
    // A refused request says nothing of its connection, which its own records count.
    if (isRefusal(flow.verdict)) return { action: 'store', counts: true, entries: [entry] }
    if (connection === undefined)
      return { action: 'store', counts: true, entries: [entry, this.remember(connectionKey, flow, source, now)] }
    return { action: 'store', counts: false, entries: [entry] }
  }

  private remember(key: string, flow: ObservedFlow, client: string, now: number): TrackedConnection<Receipt> {
    const entry = newEntry<Receipt>(key, flow, client, now)
    this.entries.set(key, entry, now)
    return entry
  }

  private isNewId(id: string): boolean {
    if (this.ids.has(id) || this.olderIds.has(id)) return false
    if (this.ids.size >= this.capacity) {
      this.olderIds = this.ids
      this.ids = new Set()
    }
    this.ids.add(id)
    return true
  }
}

function newEntry<Receipt>(key: string, flow: ObservedFlow, client: string, now: number): TrackedConnection<Receipt> {
  const entry: TrackedConnection<Receipt> = {
    key,
    receipt: null,
    countedAt: flow.time,
    touchedAt: now,
    firstEvent: flow.event,
    direction: flow.direction,
    node: flow.node,
    client,
    isGuess: flow.guessedOrder,
    sides: new Map(),
    verdict: flow.verdict,
    policies: flow.policies,
    openRequest: null,
    previous: null,
  }
  if (statesOutcome(flow)) entry.sides.set(flow.direction ?? '', { verdict: flow.verdict, at: flow.time })
  return entry
}

/** True when the record is of the attempt that the entry stands for. */
function belongsTo(flow: ObservedFlow, entry: TrackedConnection<unknown>): boolean {
  const distance = Math.abs(flow.time - entry.countedAt)
  // Without the client's port every connection of the pair looks alike: only events of one packet belong together.
  if (hasPorts(flow) && flow.sourcePort === null) return distance <= TWIN_MS
  if (flow.phase === 'start' && distance > ATTEMPT_MS) return false
  const side = entry.sides.get(flow.direction ?? '')
  if (!statesOutcome(flow) || side === undefined) return true
  return isRefusal(side.verdict) === isRefusal(flow.verdict) || Math.abs(flow.time - side.at) <= TWIN_MS
}

function hasPorts(flow: ObservedFlow): boolean {
  return flow.protocol === 'TCP' || flow.protocol === 'UDP' || flow.protocol === 'SCTP'
}

/** Takes what the record knows better into the entry and says what that changes in the counted flow. */
function changeBy(flow: ObservedFlow, entry: TrackedConnection<unknown>, source: string, states: boolean): FlowChange | null {
  if (states) {
    const side = entry.sides.get(flow.direction ?? '')
    const verdict = side === undefined ? flow.verdict : worse(side.verdict, flow.verdict)
    entry.sides.set(flow.direction ?? '', { verdict, at: flow.time })
  }
  const isSameKind = isRefusal(flow.verdict) === isRefusal(entry.verdict)
  let outcome: FlowChange['outcome'] = null
  if (SEVERITY[flow.verdict] > SEVERITY[entry.verdict]) {
    entry.verdict = flow.verdict
    outcome = { verdict: flow.verdict, reason: flow.reason, rawReason: flow.rawReason }
  }
  // A policy that let the connection through on one side did not refuse it on the other.
  const before = entry.policies
  if (isSameKind) entry.policies = unionOf(before, flow.policies)
  else if (outcome !== null) entry.policies = flow.policies
  const policies = entry.policies === before ? null : entry.policies

  let turned: FlowChange['turned'] = null
  if (entry.isGuess && !flow.guessedOrder) {
    entry.isGuess = false
    if (entry.client !== source) {
      entry.client = source
      turned = { port: flow.port, sourcePort: flow.sourcePort }
    }
  }
  return outcome === null && policies === null && turned === null ? null : { outcome, policies, turned, l7: null }
}

function unionOf(known: readonly FlowPolicy[], more: readonly FlowPolicy[]): readonly FlowPolicy[] {
  const added = more.filter((policy) => !known.some((other) => other.policy === policy.policy && other.rule === policy.rule))
  return added.length === 0 ? known : [...known, ...added]
}

const SEVERITY: Readonly<Record<Verdict, number>> = { unknown: 0, forwarded: 1, audit: 2, error: 3, dropped: 4 }

function worse(a: Verdict, b: Verdict): Verdict {
  return SEVERITY[a] >= SEVERITY[b] ? a : b
}

/** Trace events follow a packet; only verdict and drop events state what a side decided. */
function statesOutcome(flow: ObservedFlow): boolean {
  return flow.event === 'policy-verdict' || flow.event === 'drop'
}

function isRefusal(verdict: Verdict): boolean {
  return verdict === 'dropped' || verdict === 'error'
}

function isOtherSide(flow: ObservedFlow, entry: TrackedConnection<unknown>): boolean {
  if (flow.direction !== null && entry.direction !== null) return flow.direction !== entry.direction
  return flow.node !== null && entry.node !== null && flow.node !== entry.node
}

function repeatReason(flow: ObservedFlow, entry: TrackedConnection<unknown>): RepeatReason {
  if (flow.phase === 'reply') return 'repeat/reply'
  if (isOtherSide(flow, entry)) return 'repeat/other-side'
  const isTwin = flow.event !== entry.firstEvent && Math.abs(flow.time - entry.countedAt) <= TWIN_MS
  if (isTwin && statesOutcome(flow) && (entry.firstEvent === 'policy-verdict' || entry.firstEvent === 'drop')) return 'repeat/drop-twin'
  if (flow.phase !== 'start') return 'repeat/later-packet'
  return flow.event === 'trace' ? 'repeat/observation-point' : 'repeat/retransmission'
}

/** An end by address (by pod when the record has none) and port; null when neither is stated. */
function endText(end: ObservedEndpoint, port: number | null): string | null {
  const name = end.ip ?? (end.pod === null ? null : `${end.namespace ?? ''}/${end.pod}`)
  return name === null ? null : `${name}|${port ?? ''}`
}
