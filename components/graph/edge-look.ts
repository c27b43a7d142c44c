import type { EdgeFacts, EdgeState } from '@/lib/graph/topology'

/**
 * How an edge is drawn. `used`, `unused`, `denied` and `through` are the four states; `error` was lost for another reason
 * than a policy; `declared` was written down by someone and says nothing about traffic.
 */
export type EdgeLook = 'used' | 'unused' | 'denied' | 'through' | 'error' | 'unknown' | 'declared'

const BY_STATE: Readonly<Record<EdgeState, EdgeLook>> = {
  'allowed-used': 'used',
  'allowed-unused': 'unused',
  'denied-tried': 'denied',
  'seen-though-denied': 'through',
  unknown: 'unknown',
}

export function edgeLook(edge: EdgeFacts): EdgeLook {
  if (edge.relation !== 'traffic' && edge.relation !== 'may-reach') return 'declared'
  const { forwarded, dropped, audit, error } = edge.verdicts
  if (error > 0 && forwarded + dropped + audit === 0) return 'error'
  return edge.state === null ? 'unknown' : BY_STATE[edge.state]
}
