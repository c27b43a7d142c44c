import type { GraphEdge, GraphNode } from '@/lib/graph/topology'

/** A node with defaults, for tests. */
export function aNode(node: Partial<GraphNode> & { readonly id: string }): GraphNode {
  return { kind: 'workload', ref: node.id, name: node.id, namespace: null, parent: null, lane: 'workload', badges: [], ...node }
}

/** An observed, allowed edge with defaults, for tests. */
export function anEdge(edge: Partial<GraphEdge> & { readonly source: string; readonly target: string }): GraphEdge {
  return {
    id: `${edge.source}>${edge.target}`,
    relation: 'traffic',
    basis: 'observed',
    state: 'allowed-used',
    protocol: 'TCP',
    ports: ['8080'],
    verdicts: { forwarded: 10, dropped: 0, audit: 0, error: 0, unknown: 0 },
    rate: 1,
    policies: [],
    label: '',
    lastSeen: null,
    service: null,
    mutualTls: null,
    reporters: [],
    claim: null,
    bundled: 1,
    ...edge,
  }
}

export function aGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]) {
  return { nodes: new Map(nodes.map((node) => [node.id, node])), edges: new Map(edges.map((edge) => [edge.id, edge])) }
}
