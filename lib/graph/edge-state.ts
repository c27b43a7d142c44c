import type { Verdict } from '../flows/flow'
import type { ComputedVerdict } from './computed-verdicts'
import type { EdgeState } from './topology'

/**
 * What the dataplane did and what the policies say, as one of the four states.
 *
 * A refusal that was seen is a denial even when our reading of the policies would allow it: the cluster decides, and the
 * answer to "why" names the disagreement. Traffic that was seen although the policies deny it is only called so when nothing
 * on the edge was refused, because policies that change within the window leave both. What a mesh's proxy refuses passes
 * the network before, so that packets which passed tell nothing.
 */
export function edgeState(
  verdicts: Readonly<Record<Verdict, number>>,
  { verdict, isRefusedBehindNetwork }: Pick<ComputedVerdict, 'verdict' | 'isRefusedBehindNetwork'>,
): EdgeState {
  if (verdicts.dropped > 0) return 'denied-tried'
  const passed = verdicts.forwarded + verdicts.audit
  if (verdict === 'denied' && passed > 0) return isRefusedBehindNetwork ? 'unknown' : 'seen-though-denied'
  if (verdict === 'denied') return 'denied-tried'
  if (verdict === 'allowed') return 'allowed-used'
  return 'unknown'
}

const PRECEDENCE: readonly EdgeState[] = ['denied-tried', 'seen-though-denied', 'allowed-used', 'unknown', 'allowed-unused']

/** The state that a person must not miss, where several connections share one edge. */
export function gravestState(a: EdgeState, b: EdgeState): EdgeState {
  return PRECEDENCE.indexOf(a) <= PRECEDENCE.indexOf(b) ? a : b
}

/** Edges that no fold and no limit may hide. */
export function showsDenial(state: EdgeState | null): boolean {
  return state === 'denied-tried' || state === 'seen-though-denied'
}
