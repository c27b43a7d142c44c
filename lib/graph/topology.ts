import type { EdgeState } from '../flows/edge-state'
import type { Verdict } from '../flows/flow'
import type { SeenMutualTls } from '../flows/tls-sightings'

export type Level = 'namespace' | 'workload' | 'pod' | 'container'
export const LEVELS: readonly Level[] = ['namespace', 'workload', 'pod', 'container']

/** `cluster` only where several are shown together: each is a box. */
export type NodeKind =
  | 'cluster'
  | 'namespace'
  | 'workload'
  | 'pod'
  | 'container'
  | 'service'
  | 'entry'
  | 'external'
  | 'machine'
  | 'egress-gateway'

export type Relation = 'owns' | 'selects' | 'routes' | 'exposes' | 'aliases' | 'depends' | 'traffic' | 'may-reach' | 'egress-via'

/** How we know of an edge; never drawn as more than it is. */
export type Basis = 'declared' | 'resolved' | 'computed' | 'observed'

export { EDGE_STATES, type EdgeState } from '../flows/edge-state'

export const EDGE_CLAIMS = [
  /** A controller says so, or nobody needs to. */
  'stated',
  /** Our reading of the objects: no controller has confirmed it. */
  'predicted',
  /** Declared with weight 0: gets nothing. */
  'idle',
  /** Leads nowhere: what it names is missing, not permitted or not ready. */
  'broken',
] as const
export type EdgeClaim = (typeof EDGE_CLAIMS)[number]

/** A short fact on a node: a stable id for the program, a value for the reader. */
export type Badge = { readonly id: BadgeId; readonly value: string }
export type BadgeId =
  | 'isolated' // `ingress`, `egress`, `both`, `none` or `unknown`; `some` on a namespace whose workloads differ
  | 'not-enforced' // why nobody enforces the policies
  | 'pods' // `ready/total`
  | 'namespaces' // count, on a cluster
  | 'workloads' // count, on a namespace
  | 'policies' // how many select it
  | 'service-type'
  | 'headless'
  | 'endpoints' // `ready/total`
  | 'dual-stack'
  | 'host-network'
  | 'door' // how it can be entered from outside: `Ingress`, `Gateway`, `LoadBalancer`, `NodePort`, `externalIPs`, `hostPort`
  | 'tls'
  | 'hosts'
  | 'sidecar'
  | 'mesh' // the service mesh that it is in, and how: `Istio, native sidecar`
  | 'ports' // what a container declares
  | 'restarts'
  | 'addresses' // of a door or an outside range
  | 'system'
  | 'predicted' // nobody but us says so: no controller has looked at it
  | 'nowhere' // a way in that leads to nothing
  | 'findings' // `1 error, 2 warnings`: what detectors found about it
  | 'problem' // one plain sentence

export type GraphNode = {
  /**
   * Same as `ref`, and unique in one topology. One exception: an outside end is drawn twice when traffic both enters from it
   * and leaves to it; the entering side has the id `from:REF`.
   */
  readonly id: string
  readonly kind: NodeKind
  readonly ref: string
  readonly name: string
  readonly namespace: string | null
  /** Id of the node it is drawn inside; null at the top. */
  readonly parent: string | null
  /** Column from left to right: what enters, services, workloads, what is outside. */
  readonly lane: 'entry' | 'service' | 'workload' | 'external'
  readonly badges: readonly Badge[]
}

export type GraphEdge = {
  /** Unique in one topology: source, target, relation, protocol and port; the state too where ports are bundled. */
  readonly id: string
  readonly source: string
  readonly target: string
  readonly relation: Relation
  readonly basis: Basis
  /** null for relations that are neither traffic nor may-reach. */
  readonly state: EdgeState | null
  readonly protocol: string | null
  /** `8080`, `8080-8090`, a host and path for a route; empty when every port is meant. */
  readonly ports: readonly string[]
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Flows per second over the window. */
  readonly rate: number
  readonly policies: readonly { readonly policy: string; readonly rule: string | null; readonly confidence: 'stated' | 'inferred' }[]
  /** One line for a reader: host and path of a route, reason of a drop; empty when there is nothing to add. */
  readonly label: string
  /** Milliseconds since the epoch; null when never seen. */
  readonly lastSeen: number | null
  /**
   * The Service the client addressed: `observed` when a record names it, `inferred` when exactly one Service fits the target
   * and port; null when none or several do.
   */
  readonly service: { readonly ref: string; readonly basis: 'observed' | 'inferred' } | null
  /** What the flow sources state of mutual TLS on it; null where they state nothing. */
  readonly mutualTls: SeenMutualTls | null
  /** Names of the flow sources that reported it, in order; empty for what was not seen. The best kind of them counts. */
  readonly reporters: readonly string[]
  /** What becomes of a declared way in, on or out; null for every other edge. */
  readonly claim: EdgeClaim | null
  /** Connections (pairs of workloads and a port) that this edge stands for; at least 1. */
  readonly bundled: number
}

/** What a row of the live graph and an edge of a document have in common: they write moments differently. */
export type EdgeFacts = Omit<GraphEdge, 'lastSeen'>

export const FOLDS = [
  'system-namespaces',
  'system-services',
  'empty-namespaces',
  'dns',
  'health-checks',
  'monitoring',
  'unused',
  'declared',
  'node-limit',
  'edge-limit',
] as const
export type FoldId = (typeof FOLDS)[number]

/** Something that is not drawn, with a line that says so. */
export type Fold = {
  readonly id: FoldId
  /** Plain sentence: `3 system namespaces folded`. */
  readonly label: string
  readonly nodes: number
  readonly edges: number
  readonly flows: number
  /** True while it is hidden; false when the viewer opened it. */
  readonly folded: boolean
}

export type Topology = {
  readonly level: Level
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly windowMs: number
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly folded: readonly Fold[]
  /** Everything in view, drawn or folded. */
  readonly total: { readonly nodes: number; readonly edges: number }
  /** What the filter and the choice of states and verdicts leave out. */
  readonly filtered: { readonly edges: number; readonly flows: number }
}
