import type { EdgeFacts } from '@/lib/graph/topology'

/** Traffic and policy edges; nesting and declared ones say nothing about who talks. */
export function talkEdges<Edge extends EdgeFacts>(edges: Iterable<Edge>): readonly Edge[] {
  return [...edges].filter((edge) => edge.relation === 'traffic' || edge.relation === 'may-reach')
}

/** Denials first by count, then by rate; equal ones by id, so that the order does not flicker. */
export function rankEdges<Edge extends EdgeFacts>(edges: readonly Edge[]): readonly Edge[] {
  return edges.toSorted((a, b) => b.verdicts.dropped - a.verdicts.dropped || b.rate - a.rate || (a.id < b.id ? -1 : 1))
}
