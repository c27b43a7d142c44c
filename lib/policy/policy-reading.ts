import type { InputProblem } from '../model/problem'
import { allOthers, type CompiledDirection, type CompiledPolicy, type CompiledRule, EVERYBODY } from './compiled-policy'
import type { ConnectionSets } from './connection-sets'
import type { Direction, UnknownReason } from './types'

/** A policy in evaluable form, and what was wrong in its document. */
export type PolicyReading = { readonly policy: CompiledPolicy; readonly problems: readonly InputProblem[] }

/**
 * The same policy when it is not known what it does: it may allow, deny or pass anything to and from its subjects,
 * or nothing. Every answer that it could influence becomes unknown. A direction that it surely does not speak about
 * stays untouched.
 */
export function unreadable(policy: CompiledPolicy, sets: ConnectionSets, reason: UnknownReason = 'unsupported-policy'): CompiledPolicy {
  const direction = (direction: Direction): CompiledDirection => {
    const rule = (action: CompiledRule['action']): CompiledRule => ({
      direction,
      index: -1,
      name: null,
      action,
      peers: EVERYBODY,
      self: [],
      ports: { set: sets.all, names: [], exceptNames: [], others: allOthers('yes') },
      certainty: reason,
    })
    const isUnionTier = policy.tier === 'NetworkPolicy' || policy.tier === 'Normal'
    return {
      applies: reason,
      isolates: isUnionTier ? reason : 'no',
      rules: policy.tier === 'NetworkPolicy' ? [rule('allow')] : [rule('allow'), rule('deny'), rule('pass')],
    }
  }
  return {
    ...policy,
    ingress: policy.ingress.applies === 'no' ? policy.ingress : direction('ingress'),
    egress: policy.egress.applies === 'no' ? policy.egress : direction('egress'),
  }
}
