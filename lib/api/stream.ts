import type { Severity } from '../detect/finding'
import type { SourceDelay } from '../flows/delay-meter'
import type { Verdict } from '../flows/flow'
import type { Badge, Basis, EdgeClaim, EdgeState, Fold, GraphEdge, GraphNode, Level, NodeKind, Relation } from '../graph/topology'
import type { ClusterSync } from './cluster-sync'

/**
 * What `GET /api/v1/stream` sends. A snapshot first, then deltas with increasing `seq`; a client that misses one is
 * told to `resync` and gets a new snapshot. Graph rows travel as columns: arrays of equal length, one position a row.
 * Integer ids are given once by the server and stay with their node or edge as long as the stream lives.
 */
export type StreamEvent =
  | { readonly type: 'snapshot'; readonly data: GraphSnapshot }
  | { readonly type: 'delta'; readonly data: GraphDelta }
  | { readonly type: 'flows'; readonly data: FlowPulse }
  | { readonly type: 'sources'; readonly data: SourcesSummary }
  | { readonly type: 'findings'; readonly data: FindingsPulse }
  | { readonly type: 'resync'; readonly data: { readonly reason: string } }
  | { readonly type: 'problem'; readonly data: { readonly message: string } }

export type GraphHeader = {
  readonly seq: number
  readonly level: Level
  readonly at: number
  readonly windowMs: number
  readonly shown: { readonly nodes: number; readonly edges: number }
  readonly total: { readonly nodes: number; readonly edges: number }
  readonly folded: readonly Fold[]
  /** What the filter and the choice of states and verdicts leave out. */
  readonly filtered: { readonly edges: number; readonly flows: number }
}

export type GraphSnapshot = GraphHeader & { readonly nodes: NodeColumns; readonly edges: EdgeColumns }

/** Rows with a known id replace that row; rows with a new id are added. */
export type GraphDelta = GraphHeader & {
  readonly nodes: NodeColumns
  readonly edges: EdgeColumns
  readonly removedNodes: readonly number[]
  readonly removedEdges: readonly number[]
}

export type NodeColumns = {
  readonly id: readonly number[]
  readonly kind: readonly NodeKind[]
  readonly ref: readonly string[]
  /** The node's id where it differs from `ref`, else null. */
  readonly key: readonly (string | null)[]
  readonly name: readonly string[]
  readonly namespace: readonly (string | null)[]
  /** Integer id of the node it is drawn inside. */
  readonly parent: readonly (number | null)[]
  readonly lane: readonly GraphNode['lane'][]
  readonly badges: readonly (readonly Badge[])[]
}

export type EdgeColumns = {
  readonly id: readonly number[]
  /** The edge's contract id. */
  readonly ref: readonly string[]
  readonly source: readonly number[]
  readonly target: readonly number[]
  readonly relation: readonly Relation[]
  readonly basis: readonly Basis[]
  readonly state: readonly (EdgeState | null)[]
  readonly protocol: readonly (string | null)[]
  readonly ports: readonly (readonly string[])[]
  readonly verdicts: Readonly<Record<Verdict, readonly number[]>>
  readonly rate: readonly number[]
  readonly policies: readonly (readonly {
    readonly policy: string
    readonly rule: string | null
    readonly confidence: 'stated' | 'inferred'
  }[])[]
  readonly label: readonly string[]
  readonly lastSeen: readonly (number | null)[]
  readonly service: readonly GraphEdge['service'][]
  readonly mutualTls: readonly GraphEdge['mutualTls'][]
  readonly reporters: readonly (readonly string[])[]
  readonly claims: readonly (EdgeClaim | null)[]
  readonly bundled: readonly number[]
}

/** Once a second: how much came in since the last pulse that fits the viewer's filter. */
export type FlowPulse = { readonly at: number; readonly perSecond: number; readonly new: number }

/** How many findings there are now, and a number that grows whenever one of them comes, goes or says something else. */
export type FindingsPulse = { readonly revision: number; readonly severities: Readonly<Record<Severity, number>> }

/** State of the flow sources and the cluster's own reading, for the header. */
export type SourcesSummary = {
  readonly cluster: {
    readonly name: string
    readonly source: string
    readonly simulated: boolean
    /** The moment that is shown, in milliseconds since the epoch; null for a cluster as it is now. */
    readonly recording: { readonly at: number; readonly masked: boolean } | null
    readonly revision: number
    readonly problems: number
    /** The first moment whose objects are known, in milliseconds since the epoch; null before the first reading. */
    readonly objectsFrom: number | null
    readonly sync: ClusterSync
  }
  readonly sources: readonly {
    readonly name: string
    readonly kind: string
    readonly state: 'connecting' | 'live' | 'silent' | 'failed' | 'ended'
    /** What happened and what to do; null when all is well. */
    readonly message: string | null
    readonly perSecond: number
    /** When something last came from it, in milliseconds since the epoch; null before that. */
    readonly lastAt: number | null
    readonly lost: number
    /** How late its flows came in the last minute; null when there were none. */
    readonly delay: SourceDelay | null
  }[]
  readonly perSecond: number
  readonly lost: number
  /** How far traffic reaches back, in milliseconds since the epoch; null before the first flow. */
  readonly flowsFrom: number | null
  /** When the last flow was counted, in milliseconds since the epoch; null before the first. */
  readonly lastFlowAt: number | null
}
