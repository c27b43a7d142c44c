import type { EdgeClaim, EdgeFacts, EdgeState } from '@/lib/graph/topology'

/**
 * How an edge is drawn. `used`, `unused`, `denied` and `through` are the four states; `error` was lost for another reason
 * than a policy; `declared` was written down by someone and says nothing about traffic, `predicted` is our reading of what
 * was written, `idle` has weight 0, and `nowhere` is written and cannot work.
 */
export type EdgeLook = 'used' | 'unused' | 'denied' | 'through' | 'error' | 'unknown' | 'declared' | 'predicted' | 'idle' | 'nowhere'

const BY_CLAIM: Readonly<Record<EdgeClaim, EdgeLook>> = { stated: 'declared', predicted: 'predicted', idle: 'idle', broken: 'nowhere' }

const BY_STATE: Readonly<Record<EdgeState, EdgeLook>> = {
  'allowed-used': 'used',
  'allowed-unused': 'unused',
  'denied-tried': 'denied',
  'seen-though-denied': 'through',
  unknown: 'unknown',
}

export function edgeLook(edge: EdgeFacts): EdgeLook {
  if (edge.relation !== 'traffic' && edge.relation !== 'may-reach') return BY_CLAIM[edge.claim ?? 'stated']
  const { forwarded, dropped, audit, error } = edge.verdicts
  if (error > 0 && forwarded + dropped + audit === 0) return 'error'
  return edge.state === null ? 'unknown' : BY_STATE[edge.state]
}

/** Drawn after what somebody wrote, not after traffic. */
export function isDeclaredLook(look: EdgeLook): boolean {
  return look === 'declared' || look === 'predicted' || look === 'idle' || look === 'nowhere'
}
