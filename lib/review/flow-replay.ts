import type { Verdict } from '../flows/flow'
import type { ChangeReason } from '../policy/diff/connectivity-change'
import type { PolicyVerdict, UnknownReason } from '../policy/types'

/** Recorded flows of one source, destination, protocol and port, taken together. */
export type RecordedConnection = {
  /** As the contract names things: workload, pod, `ip:A`, `cidr:C`, `dns:NAME` or `entity:NAME`. */
  readonly src: string
  readonly dst: string
  readonly protocol: string
  /** The port at the destination pod; null where the protocol has none. */
  readonly port: number | null
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** What was observed, by verdict. */
  readonly observed: Readonly<Record<Verdict, number>>
}

export type ReplayedConnection = RecordedConnection & {
  readonly before: PolicyVerdict
  readonly after: PolicyVerdict
  /** What decides before and after; empty where nothing but the default does. */
  readonly because: readonly ChangeReason[]
}

export type ReplayOutcome = 'newlyDenied' | 'newlyAllowed' | 'unchanged' | 'unknown'

/**
 * Why a recorded connection has no certain answer: the policies' own reason, `differs` when the pods or addresses behind
 * one name get different answers, or an end that is there on one side of the change only.
 */
export type ReplayUnknownReason = UnknownReason | 'differs' | 'end-appears' | 'end-disappears'

export type ReplayUnknown = {
  readonly reason: ReplayUnknownReason
  /** Which side of the change cannot be told. */
  readonly at: 'before' | 'after' | 'both'
  readonly connections: number
  readonly flows: number
}

/** Recorded connections under two sets of policies. */
export type FlowReplay = {
  /** Most flows first; bounded, `totals` counts all. */
  readonly newlyDenied: readonly ReplayedConnection[]
  readonly newlyAllowed: readonly ReplayedConnection[]
  /** How many connections get the same answer. */
  readonly unchanged: number
  /** How many the policies cannot tell of, before or after. */
  readonly unknown: number
  /** Connections and the flows behind them, by outcome. */
  readonly totals: Readonly<Record<ReplayOutcome, { readonly connections: number; readonly flows: number }>>
  /** Most connections first. */
  readonly unknownBecause: readonly ReplayUnknown[]
}
