import type { MeshReason, RequestRule } from '../mesh-answer'
import { isMaybe, type Truth } from '../truth'
import type { PolicyVerdict, UnknownReason } from '../types'

/** What a mesh decides of one connection, with what led to it. */
export type Ruling = {
  readonly verdict: PolicyVerdict
  readonly reason: UnknownReason | null
  readonly by: readonly MeshReason[]
  readonly requests: readonly RequestRule[]
}

export const OPEN: Ruling = { verdict: 'allowed', reason: null, by: [], requests: [] }

/** Request rules matter only where they are what is left open. */
export function rulingOf(allowed: Truth, by: readonly MeshReason[] = [], requests: readonly RequestRule[] = []): Ruling {
  if (!isMaybe(allowed)) return { verdict: allowed === 'yes' ? 'allowed' : 'denied', reason: null, by, requests: [] }
  return { verdict: 'unknown', reason: allowed, by, requests }
}

/**
 * Decides when several things are possible: only what they all agree on is certain. `because` says why it is not known
 * which of them is the case.
 */
export function ruleAll(possible: readonly (() => Ruling)[], because: UnknownReason): Ruling {
  const rulings = possible.map((rule) => rule())
  const first = rulings[0]
  if (first === undefined) throw new Error('at least one thing is possible')
  if (rulings.every(({ verdict }) => verdict === first.verdict)) {
    return rulings.find(({ by }) => by.length > 0) ?? first
  }
  const uncertain = rulings.find(({ verdict }) => verdict === 'unknown')
  const telling = rulings.find(({ verdict }) => verdict === 'denied') ?? uncertain ?? first
  return {
    verdict: 'unknown',
    reason: uncertain?.reason ?? because,
    by: telling.by,
    requests: rulings.flatMap(({ requests }) => requests),
  }
}
