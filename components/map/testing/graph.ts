import { aGraphEdge } from '@/lib/graph/testing/a-graph-edge'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'

/** A node with defaults, for tests. */
export function aNode(node: Partial<GraphNode> & { readonly id: string }): GraphNode {
  return { kind: 'workload', ref: node.id, name: node.id, namespace: null, parent: null, lane: 'workload', badges: [], ...node }
}

/** An observed, allowed edge with defaults, for tests. */
export function anEdge(edge: Partial<GraphEdge> & { readonly source: string; readonly target: string }): GraphEdge {
  return aGraphEdge({
    id: `${edge.source}>${edge.target}`,
    ports: ['8080'],
    verdicts: { forwarded: 10, dropped: 0, audit: 0, error: 0, unknown: 0 },
    lastSeen: null,
    ...edge,
  })
}

export function aGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]) {
  return { nodes: new Map(nodes.map((node) => [node.id, node])), edges: new Map(edges.map((edge) => [edge.id, edge])) }
}
