import { decideTiers, type SideDecision } from '../decide-side'
import type { Evaluation } from '../evaluation'
import type { Attempt } from '../rule-match'
import type { Direction, SideAnswer } from '../types'
import type { HostGuard } from './host-guard'

/**
 * Decides what one of several guards may be asked for. Which of them stands in the way is not known: they must agree,
 * or the answer is unknown. null when there is nothing to ask.
 */
export function decideHost(
  guards: readonly (HostGuard | null)[],
  chain: 'local' | 'forwarded',
  direction: Direction,
  attempt: Attempt,
  evaluation: Evaluation,
): SideDecision | null {
  const decisions = guards.map((guard) => (guard === null ? null : askGuard(guard, chain, direction, attempt, evaluation)))
  const known = decisions.filter((decision) => decision !== null)
  const [first] = known
  if (first === undefined) return null
  const telling = known.find(({ answer }) => answer.verdict !== 'allowed')
  if (telling === undefined) return first
  const verdict = telling.answer.verdict
  const agree = decisions.every((decision) => decision?.answer.verdict === verdict)
  return agree ? telling : { answer: { ...telling.answer, verdict: 'unknown' }, reason: 'host-endpoint' }
}

function askGuard(
  guard: HostGuard,
  chain: 'local' | 'forwarded',
  direction: Direction,
  attempt: Attempt,
  evaluation: Evaluation,
): SideDecision | null {
  const tiers = guard.tiers(chain, direction, false)
  const pendingTiers = evaluation.hosts?.hasPending ? guard.tiers(chain, direction, true) : tiers
  if (tiers.length === 0 && pendingTiers.length === 0) return null
  const decision = decideTiers(tiers, direction, attempt, evaluation)
  const pending = pendingTiers === tiers ? decision : decideTiers(pendingTiers, direction, attempt, evaluation)
  const trace = { enforced: decision.answer.trace.enforced, pending: pending.answer.trace.enforced }
  const answer = { ...decision.answer, trace }
  if (guard.certainty === 'yes' || guard.certainty === 'no') return { ...decision, answer }
  return { answer: { ...answer, verdict: 'unknown' }, reason: guard.certainty }
}

/** Both stand in the way, one after the other: the connection needs both. */
export function inSequence(first: SideDecision, second: SideDecision | null): SideDecision {
  if (second === null) return first
  const [a, b] = [first.answer, second.answer]
  const verdict = a.verdict === 'denied' || b.verdict === 'denied' ? 'denied' : a.verdict === 'allowed' ? b.verdict : a.verdict
  const answer: SideAnswer = {
    verdict,
    isolated: a.isolated || b.isolated,
    exemption: null,
    by: [...a.by, ...b.by],
    nearMisses: [...a.nearMisses, ...b.nearMisses],
    trace: { enforced: [...a.trace.enforced, ...b.trace.enforced], pending: [...a.trace.pending, ...b.trace.pending] },
  }
  return { answer, reason: verdict === 'unknown' ? (first.reason ?? second.reason) : null }
}
