import type { PodRef, PolicyRef, ServiceRef, WorkloadRef } from '../model/names'
import type { FlowProtocol } from '../model/protocol'
import type { SourceFamily } from './source-rank'

/**
 * What the dataplane did with a flow: observed, never computed.
 *
 * `dropped` is a refusal by policy; a packet lost for any other reason is `error`. `audit` passed, but would be
 * refused if the policy were enforced. `unknown` means the source states no decision.
 */
export type Verdict = 'forwarded' | 'dropped' | 'audit' | 'error' | 'unknown'
export const VERDICTS: readonly Verdict[] = ['forwarded', 'dropped', 'audit', 'error', 'unknown']

/** One side of a flow as its source reported it, before the cluster names it. */
export type ObservedEndpoint = {
  /** Canonical text form; null when the source left it out. */
  readonly ip: string | null
  readonly namespace: string | null
  readonly pod: string | null
  /** Workload as the source names it (without a kind also `PREFIX-*`, all pods of one controller); null when it does not. */
  readonly workload: { readonly name: string; readonly kind: string | null } | null
  readonly service: { readonly namespace: string; readonly name: string } | null
  /**
   * The Services that the source's word for it may mean, where it is ambiguous (`a-b-c-80` is Service `b-c` in `a` or `c` in
   * `a-b`): the cluster says which of them there is.
   */
  readonly serviceCandidates?: readonly { readonly namespace: string; readonly name: string }[]
  /** Reserved identity such as `world`, `host`, `remote-node`, `kube-apiserver`; null for anything else. */
  readonly entity: string | null
  /** DNS names that the source saw for this address; behind them the set of networks (`SET`, `NS/SET`) that it is in. */
  readonly names: readonly string[]
  readonly labels: readonly string[]
  /** Where the client sent to before that was translated to `ip`: a Service's address, as far as the cluster knows. Left out where nothing was. */
  readonly addressed?: { readonly ip: string; readonly port: number | null }
}

/** One side of a flow, named. */
export type FlowEndpoint = {
  /** Contract name: pod `NS/NAME`, `NS/NAME[KIND]`, `svc:NS/NAME`, `ip:A`, `dns:NAME` or `entity:NAME`. */
  readonly ref: string
  readonly namespace: string | null
  readonly workload: WorkloadRef | null
  readonly pod: PodRef | null
  /** The Service the client addressed, where it is known. */
  readonly service: ServiceRef | null
  readonly ip: string | null
  /** Range that an address outside the cluster is grouped by (`cidr:A/24`, `cidr:A/64`); null for anything in the cluster. */
  readonly group: string | null
  /** `stated` by the record, `resolved` through the cluster by address, `uncertain` when several fit or the address was reused. */
  readonly identity: 'stated' | 'resolved' | 'uncertain'
  /** Names of everything that it may be, where that is uncertain and several fit; else empty. */
  readonly candidates: readonly string[]
}

/** A policy that a record names, or that our engine names for it. */
export type FlowPolicy = {
  readonly policy: PolicyRef
  /** `ingress[0]` / `egress[1]`; null when the rule is not known. */
  readonly rule: string | null
  readonly confidence: 'stated' | 'inferred'
}

export type FlowL7 = {
  readonly protocol: 'http' | 'dns' | 'kafka' | 'grpc'
  readonly type: 'request' | 'response'
  /** HTTP method or DNS query type; null where there is none. */
  readonly method: string | null
  /** HTTP or gRPC path as `templatePath` keeps it, the DNS name, or the Kafka topic. */
  readonly path: string | null
  /** HTTP status or DNS response code; null on requests. */
  readonly code: string | null
  readonly latencyMs: number | null
}

/** One flow as an adapter decodes it. */
export type ObservedFlow = {
  /** Milliseconds since the epoch, by the clock of the machine that saw it. */
  readonly time: number
  readonly source: ObservedEndpoint
  readonly destination: ObservedEndpoint
  readonly protocol: FlowProtocol
  /** Destination port (the server's); null where the protocol has none. */
  readonly port: number | null
  /** Client's port: for telling repeats of one connection apart, never a group key. */
  readonly sourcePort: number | null
  readonly verdict: Verdict
  /** Normalised code such as `policy/default-deny` or `kernel/no-route`; null when forwarded. */
  readonly reason: string | null
  /** The source's own words for the reason. */
  readonly rawReason: string | null
  readonly direction: 'ingress' | 'egress' | null
  readonly policies: readonly FlowPolicy[]
  readonly l7: FlowL7 | null
  readonly bytes: number | null
  readonly packets: number | null
  /** Connections or requests this record stands for, at least 1. */
  readonly count: number
  /** Name of the source's own unique id of the event; null when it has none. */
  readonly uuid: string | null
  /** Kind of event, as far as counting once needs it. */
  readonly event: 'policy-verdict' | 'drop' | 'trace' | 'l7' | 'socket' | 'flow'
  /**
   * Where in its connection the record stands: its first packet, a later one, or a packet of the answer (the ends are
   * turned round already). A record of kind `flow` stands for whole connections and says `start`.
   */
  readonly phase: 'start' | 'later' | 'reply' | 'unknown'
  /** True when the ends had to be ordered by guess. */
  readonly guessedOrder: boolean
  readonly node: string | null
  /** The kind of source, where one source brings records of several; without it the source's own kind says it. */
  readonly family?: SourceFamily
  /** By what the records of one request or connection find each other, where both of its sides log it and share no event id. */
  readonly exchange?: Exchange
  /**
   * Milliseconds before its time that the record sums up, where it comes from growing counters: no single connection of it
   * is known. Not there for records of single events.
   */
  readonly overMs?: number
  /** True when it says that both ends showed a certificate, false when it says that they did not; left out when it says neither. */
  readonly mutualTls?: boolean
}

/** `phase: 'reply'` records are answers, others are requests or whole connections. */
export type Exchange = {
  /** The same on both sides, which `direction` tells apart; several requests may share it. Null when only one side logs. */
  readonly key: string | null
  /** The same for a request and its answer, where they are records of their own; else null. */
  readonly answer: string | null
}

/** One flow, counted once, both ends named. */
export type Flow = Omit<ObservedFlow, 'source' | 'destination' | 'uuid' | 'event' | 'phase' | 'exchange' | 'family'> & {
  /** Unique in this process, sortable by arrival. */
  readonly id: string
  /**
   * The moment under which the window counts it: its own time, or the time it was received when its own lies outside the
   * window (a recording from last year, a clock that is wrong).
   */
  readonly windowTime: number
  readonly source: FlowEndpoint
  readonly destination: FlowEndpoint
  /** Which configured source reported it, for example `hubble` or `demo`. */
  readonly reporter: string
  /** Rows that this one stands for, where others were left out under load; 1 without it. Sums count them all. */
  readonly weight?: number
  /** What the policies said of it when it was taken; null when nobody asked them then. */
  readonly computed: 'allowed' | 'denied' | 'unknown' | null
}
