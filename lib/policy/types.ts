import type { PolicyRef } from '../model/names'
import type { Protocol } from '../model/protocol'

export type Direction = 'ingress' | 'egress'
export type ProfileName = 'kubernetes' | 'calico' | 'cilium'

/** Inclusive port range. */
export type PortRange = readonly [from: number, to: number]

/**
 * Protocols and ports as the contract writes them: `all` is TCP, UDP and SCTP on 1-65535; otherwise sorted,
 * merged, inclusive ranges per protocol, protocols without ports left out.
 */
export type ConnectionSet = 'all' | 'none' | Readonly<Partial<Record<Protocol, readonly PortRange[]>>>

/** Why the policies cannot tell. Stable codes, documented in docs/verdicts.md. */
export type UnknownReason =
  | 'fqdn-rule'
  | 'l7-rule'
  | 'host-network'
  | 'unresolved-named-port'
  | 'unknown-endpoint'
  | 'unsupported-kind'
  | 'unsupported-policy'
  | 'equal-priority'
  | 'nat-dependent'
  | 'protocol-not-covered'
  | 'host-endpoint'
  | 'authentication-required'
  | 'cloud-group'

/** What the policies say: computed, never observed. */
export type PolicyVerdict = 'allowed' | 'denied' | 'unknown'

/** Why a policy that isolates has no rule that lets the connection through. */
export type IsolationDetail = 'no-rules' | 'no-rule-selects-peer' | 'rule-selects-peer-but-not-ports' | 'named-port-unresolved'

/** One policy's part in a decision, in order of evaluation. */
export type Reason = {
  readonly policy: PolicyRef
  /** `ingress[0]` or `egress[2]`, counted in the document; null when the policy as a whole decides. */
  readonly rule: string | null
  readonly effect: 'allow' | 'deny' | 'pass' | 'isolates'
  readonly detail: IsolationDetail | null
}

/** One step of the ordered trace. */
export type TraceStep = {
  readonly tier: string
  readonly kind: string
  readonly policy: string
  readonly action: string
  /** Counted from 0; -1 is the end of the tier. */
  readonly rule: number
}

/** A rule that almost matched, best first. */
export type NearMiss = {
  readonly policy: PolicyRef
  readonly rule: string
  readonly cause: 'peer' | 'namespace' | 'port' | 'protocol' | 'named-port'
  /** One plain sentence: what the rule wants and what the connection has. */
  readonly message: string
}

/** The decision of one side alone. */
export type SideAnswer = {
  readonly verdict: PolicyVerdict
  /** True when at least one policy selects this side in this direction. */
  readonly isolated: boolean
  /** What decided; empty when no policy selects the side (allowed by default). */
  readonly by: readonly Reason[]
  readonly nearMisses: readonly NearMiss[]
  readonly trace: { readonly enforced: readonly TraceStep[]; readonly pending: readonly TraceStep[] }
}

export type EvaluateAnswer = {
  readonly verdict: PolicyVerdict | 'partial'
  readonly egress: SideAnswer
  readonly ingress: SideAnswer
  readonly reason: UnknownReason | null
  /** For a Service target: one answer per endpoint; null otherwise. */
  readonly endpoints: readonly { readonly ref: string; readonly port: number; readonly answer: EvaluateAnswer }[] | null
}
