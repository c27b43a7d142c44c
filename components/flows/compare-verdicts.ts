import type { Verdict } from '@/lib/flows/flow'
import { type Enforcer, enforcedByNobody } from '@/lib/platform/enforcer'
import { isRefusedBehindNetwork } from '@/lib/policy/refused-behind-network'
import type { EvaluateAnswer, PolicyVerdict } from '@/lib/policy/types'

export type Comparison = {
  /** `differs` when what was observed and what is computed now cannot both be right at one moment. */
  readonly kind: 'agrees' | 'differs' | 'cannot-tell'
  readonly sentence: string
}

/** Puts what the dataplane did beside what the policies say now, and says plainly where they disagree. */
export function compareVerdicts(observed: Verdict, computed: PolicyVerdict | 'partial', enforcer: Enforcer): Comparison {
  if (computed === 'unknown') return { kind: 'cannot-tell', sentence: 'The policies as we read them cannot decide this connection.' }
  if (observed === 'unknown') return { kind: 'cannot-tell', sentence: 'The source did not say what happened to this flow.' }
  if (observed === 'error') {
    return { kind: 'cannot-tell', sentence: 'The flow was lost for a reason that is not a policy; policies cannot confirm or deny that.' }
  }
  if (computed === 'partial') {
    return { kind: 'cannot-tell', sentence: 'The policies allow some endpoints of the Service and deny others.' }
  }
  const passed = observed === 'forwarded'
  const unenforced = enforcedByNobody(enforcer)
  if (passed && computed === 'denied' && unenforced !== null) {
    return { kind: 'differs', sentence: `It was let through: denied by policy, ${unenforced}.` }
  }
  if (passed && computed === 'denied') {
    return {
      kind: 'differs',
      sentence:
        'They disagree: it was let through, but the policies deny it now. Nobody enforces them, they changed since, or our view of the cluster is stale.',
    }
  }
  if (observed === 'dropped' && computed === 'allowed') {
    return {
      kind: 'differs',
      sentence:
        'They disagree: it was dropped, but the policies allow it now. Policies or labels changed since, or something else than these policies dropped it.',
    }
  }
  if (observed === 'audit' && computed === 'allowed') {
    return { kind: 'differs', sentence: 'They disagree: the source would refuse it once enforced, but the policies allow it now.' }
  }
  return { kind: 'agrees', sentence: 'They agree.' }
}

/** The same for a whole answer: what only a mesh refuses passes the network, where flows are seen. */
export function compareAnswer(observed: Verdict, then: PolicyVerdict | null, answer: EvaluateAnswer, enforcer: Enforcer): Comparison {
  if (observed === 'forwarded' && isRefusedBehindNetwork(answer)) {
    return {
      kind: 'cannot-tell',
      sentence: 'It passed the network. The service mesh refuses it behind that, where packets do not show whether it did.',
    }
  }
  return compareThenAndNow(observed, then, answer.verdict, enforcer)
}

/**
 * The same, knowing what the policies said when the flow was taken (null: not recorded): where that fits what was observed, a
 * difference to now is a change since, and no contradiction.
 */
export function compareThenAndNow(
  observed: Verdict,
  then: PolicyVerdict | null,
  now: PolicyVerdict | 'partial',
  enforcer: Enforcer,
): Comparison {
  const comparison = compareVerdicts(observed, now, enforcer)
  if (comparison.kind !== 'differs' || then === null || then === now) return comparison
  if (compareVerdicts(observed, then, enforcer).kind !== 'agrees') return comparison
  return { kind: 'agrees', sentence: `It fits what the policies said when the flow was taken (${then}). They changed since.` }
}
