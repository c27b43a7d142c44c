import type { GraphEdge } from '@/lib/graph/topology'

/** Traffic and policy edges; nesting and declared ones say nothing about who talks. */
export function talkEdges(edges: Iterable<GraphEdge>): readonly GraphEdge[] {
  return [...edges].filter((edge) => edge.relation === 'traffic' || edge.relation === 'may-reach')
}

/** Denials first by count, then by rate; equal ones by id, so that the order does not flicker. */
export function rankEdges(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return edges.toSorted((a, b) => b.verdicts.dropped - a.verdicts.dropped || b.rate - a.rate || (a.id < b.id ? -1 : 1))
}
