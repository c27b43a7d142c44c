import type { Verdict } from '../flows/flow'
import type { ChangeReason } from '../policy/connectivity-change'
import type { PolicyVerdict } from '../policy/types'

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

/** Recorded connections under two sets of policies. */
export type FlowReplay = {
  readonly newlyDenied: readonly ReplayedConnection[]
  readonly newlyAllowed: readonly ReplayedConnection[]
  /** How many connections get the same answer. */
  readonly unchanged: number
  /** How many the policies cannot tell of, before or after. */
  readonly unknown: number
}
