import type { PolicyRef } from '../model/names'
import type { Protocol } from '../model/protocol'
import type { MeshAnswer } from './mesh-answer'
import type { PolicyVerdict, UnknownReason } from './policy-verdict'

export type { PolicyVerdict, UnknownReason } from './policy-verdict'

export type Direction = 'ingress' | 'egress'
export type ProfileName = 'kubernetes' | 'calico' | 'cilium'

/** Inclusive port range. */
export type PortRange = readonly [from: number, to: number]

/**
 * Protocols and ports as the contract writes them: `all` is TCP, UDP and SCTP on 1-65535; otherwise sorted,
 * merged, inclusive ranges per protocol, protocols without ports left out.
 */
export type ConnectionSet = 'all' | 'none' | Readonly<Partial<Record<Protocol, readonly PortRange[]>>>

/** Why a policy that isolates has no rule that lets the connection through. */
export type IsolationDetail = 'no-rules' | 'no-rule-selects-peer' | 'rule-selects-peer-but-not-ports' | 'named-port-unresolved'

/** One policy's part in a decision, in order of evaluation. */
export type Reason = {
  readonly policy: PolicyRef
  /** `ingress[0]` or `egress[2]`, counted in the document; null when the policy as a whole decides. */
  readonly rule: string | null
  readonly effect: 'allow' | 'deny' | 'pass' | 'isolates'
  readonly detail: IsolationDetail | null
  /** What the policies ask besides peers and ports, in words: `HTTP GET /`, a name that must resolve. Left out when nothing. */
  readonly restriction?: string
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

/**
 * Why policies have no say on a side: the end is no pod with an address of its own (`not-a-subject`), a pod talks to
 * itself (`self`), or the node that the pod runs on talks to it (`own-node`).
 */
export type Exemption = 'not-a-subject' | 'self' | 'own-node'

/** The decision of one side alone. */
export type SideAnswer = {
  readonly verdict: PolicyVerdict
  /** True when a policy selects this side in this direction so that what no rule allows is denied. */
  readonly isolated: boolean
  /** Why no policy was asked on this side; null when the policies decided. */
  readonly exemption: Exemption | null
  /** What decided; empty when no policy selects the side (allowed by default). */
  readonly by: readonly Reason[]
  readonly nearMisses: readonly NearMiss[]
  readonly trace: { readonly enforced: readonly TraceStep[]; readonly pending: readonly TraceStep[] }
}

export type EvaluateAnswer = {
  /** `partial`: parts of what was asked (`parts`) get different answers. */
  readonly verdict: PolicyVerdict | 'partial'
  readonly egress: SideAnswer
  readonly ingress: SideAnswer
  /** The service mesh's say at the destination, part of the verdict; null where no mesh stands in front of it. */
  readonly mesh: MeshAnswer | null
  readonly reason: UnknownReason | null
  /** For a Service target: one answer per endpoint, with the port that the endpoint sees; null otherwise. */
  readonly endpoints: readonly EvaluatedPart[] | null
  /**
   * When the question covers several things that get different answers (pods of a workload or namespace, addresses of
   * a range, ports, IPv4 and IPv6): one answer per part. null when one answer holds for all.
   */
  readonly parts: readonly EvaluatedPart[] | null
}

/** `ref` names the part as the contract names things; for ports and address families it names the whole destination. */
export type EvaluatedPart = {
  readonly ref: string
  /** The port that this part was asked for; null when the question left the port open. */
  readonly port: number | null
  /** Which ports of the asked protocol the answer holds for; null when the part is not about ports. */
  readonly ports: readonly PortRange[] | null
  /** The address family that the answer holds for; null when the part is not about families. */
  readonly family: 4 | 6 | null
  readonly answer: EvaluateAnswer
}
