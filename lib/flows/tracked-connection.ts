import type { FlowL7, FlowPolicy, ObservedFlow, Verdict } from './flow'

/** Starts of one connection within this time are one attempt: Linux repeats a SYN after 1, 3, 7, 15 and 31 seconds. */
export const ATTEMPT_MS = 60_000
/** Events of one packet are microseconds apart; clocks here are cut to milliseconds. */
const TWIN_MS = 5

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

/** Latest outcome that one side stated. */
type SideOutcome = { verdict: Verdict; at: number }

/** What is remembered of one connection, or of one request on it. */
export type TrackedConnection<Receipt> = {
  /** Set by the caller when the flow is stored; null when it could not be. */
  receipt: Receipt | null
  /** Time of the counted record, by the source's clock. */
  readonly countedAt: number
  /** When it was last heard of, by our clock. */
  touchedAt: number
  readonly firstEvent: ObservedFlow['event']
  readonly direction: ObservedFlow['direction']
  readonly node: string | null
  /** Which of the two ends began the connection: the one that stands first in the order of their numbers? */
  isClientFirst: boolean
  isGuess: boolean
  egress: SideOutcome | null
  ingress: SideOutcome | null
  /** Of records that do not say which side they are of. */
  someSide: SideOutcome | null
  verdict: Verdict
  policies: readonly FlowPolicy[]
  /** The request's L7 part while its answer is missing; null for connections and answered requests. */
  openRequest: FlowL7 | null
  /** The attempt before this one, for its late repeats. */
  previous: TrackedConnection<Receipt> | null
}

export function trackConnection<Receipt>(flow: ObservedFlow, isClientFirst: boolean, now: number): TrackedConnection<Receipt> {
  const entry: TrackedConnection<Receipt> = {
    receipt: null,
    countedAt: flow.time,
    touchedAt: now,
    firstEvent: flow.event,
    direction: flow.direction,
    node: flow.node,
    isClientFirst,
    isGuess: flow.guessedOrder,
    egress: null,
    ingress: null,
    someSide: null,
    verdict: flow.verdict,
    policies: flow.policies,
    openRequest: null,
    previous: null,
  }
  if (statesOutcome(flow)) setSide(entry, flow.direction, { verdict: flow.verdict, at: flow.time })
  return entry
}

/** True when the record is of the attempt that the entry stands for. */
export function belongsTo(flow: ObservedFlow, entry: TrackedConnection<unknown>): boolean {
  const distance = Math.abs(flow.time - entry.countedAt)
  // Without the client's port every connection of the pair looks alike: only events of one packet belong together.
  if (hasPorts(flow) && flow.sourcePort === null) return distance <= TWIN_MS
  if (flow.phase === 'start' && distance > ATTEMPT_MS) return false
  if (!statesOutcome(flow)) return true
  const side = sideOf(entry, flow.direction)
  return side === null || isRefusal(side.verdict) === isRefusal(flow.verdict) || Math.abs(flow.time - side.at) <= TWIN_MS
}

/** Takes what the record knows better into the entry and says what that changes in the counted flow. */
export function changeBy(
  flow: ObservedFlow,
  entry: TrackedConnection<unknown>,
  isClientFirst: boolean,
  states: boolean,
): FlowChange | null {
  if (states) {
    const side = sideOf(entry, flow.direction)
    const verdict = side === null ? flow.verdict : worse(side.verdict, flow.verdict)
    if (side === null) setSide(entry, flow.direction, { verdict, at: flow.time })
    else {
      side.verdict = verdict
      side.at = flow.time
    }
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
    if (entry.isClientFirst !== isClientFirst) {
      entry.isClientFirst = isClientFirst
      turned = { port: flow.port, sourcePort: flow.sourcePort }
    }
  }
  return outcome === null && policies === null && turned === null ? null : { outcome, policies, turned, l7: null }
}

export function repeatReason(flow: ObservedFlow, entry: TrackedConnection<unknown>): RepeatReason {
  if (flow.phase === 'reply') return 'repeat/reply'
  if (isOtherSide(flow, entry)) return 'repeat/other-side'
  const isTwin = flow.event !== entry.firstEvent && Math.abs(flow.time - entry.countedAt) <= TWIN_MS
  if (isTwin && statesOutcome(flow) && (entry.firstEvent === 'policy-verdict' || entry.firstEvent === 'drop')) return 'repeat/drop-twin'
  if (flow.phase !== 'start') return 'repeat/later-packet'
  return flow.event === 'trace' ? 'repeat/observation-point' : 'repeat/retransmission'
}

/** Trace events follow a packet; only verdict and drop events state what a side decided. */
export function statesOutcome(flow: ObservedFlow): boolean {
  return flow.event === 'policy-verdict' || flow.event === 'drop'
}

export function isRefusal(verdict: Verdict): boolean {
  return verdict === 'dropped' || verdict === 'error'
}

export function isOtherSide(flow: ObservedFlow, entry: TrackedConnection<unknown>): boolean {
  if (flow.direction !== null && entry.direction !== null) return flow.direction !== entry.direction
  return flow.node !== null && entry.node !== null && flow.node !== entry.node
}

function hasPorts(flow: ObservedFlow): boolean {
  return flow.protocol === 'TCP' || flow.protocol === 'UDP' || flow.protocol === 'SCTP'
}

function sideOf(entry: TrackedConnection<unknown>, direction: ObservedFlow['direction']): SideOutcome | null {
  return direction === 'egress' ? entry.egress : direction === 'ingress' ? entry.ingress : entry.someSide
}

function setSide(entry: TrackedConnection<unknown>, direction: ObservedFlow['direction'], outcome: SideOutcome): void {
  if (direction === 'egress') entry.egress = outcome
  else if (direction === 'ingress') entry.ingress = outcome
  else entry.someSide = outcome
}

function unionOf(known: readonly FlowPolicy[], more: readonly FlowPolicy[]): readonly FlowPolicy[] {
  if (known === more || more.length === 0) return known
  const added = more.filter((policy) => !known.some((other) => other.policy === policy.policy && other.rule === policy.rule))
  return added.length === 0 ? known : [...known, ...added]
}

const SEVERITY: Readonly<Record<Verdict, number>> = { unknown: 0, forwarded: 1, audit: 2, error: 3, dropped: 4 }

function worse(a: Verdict, b: Verdict): Verdict {
  return SEVERITY[a] >= SEVERITY[b] ? a : b
}
