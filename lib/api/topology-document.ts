import type { Fold, GraphNode, Level, Topology } from '../graph/topology'
import type { Document } from './documents'
import { type EdgeDocument, edgeDocument } from './edge-document'
import { printTime } from './print-time'

/** `GET /api/v1/topology` */
export type TopologyDocument = Document<'Topology'> & {
  readonly level: Level
  readonly at: string
  /** Length of the time range in milliseconds. */
  readonly window: number
  readonly shown: { readonly nodes: number; readonly edges: number }
  readonly total: { readonly nodes: number; readonly edges: number }
  readonly filtered: { readonly edges: number; readonly flows: number }
  readonly folded: readonly Fold[]
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly EdgeDocument[]
}

export function topologyDocument(topology: Topology): TopologyDocument {
  return {
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    level: topology.level,
    at: printTime(topology.at),
    window: topology.windowMs,
    shown: { nodes: topology.nodes.length, edges: topology.edges.length },
    total: topology.total,
    filtered: topology.filtered,
    folded: topology.folded,
    nodes: topology.nodes,
    edges: topology.edges.map(edgeDocument),
  }
}
