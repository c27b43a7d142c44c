import type { EvaluateAnswer, EvaluatedPart } from './types'

/**
 * One answer for a question that has many parts. When all agree it is the first one's; otherwise the verdict is
 * `partial` (some part is surely allowed) or `unknown`, the sides are those of the part that explains most, and every
 * part is listed.
 */
export function mergeAnswers(parts: readonly EvaluatedPart[]): EvaluateAnswer {
  const first = parts[0]
  if (first === undefined) throw new Error('an answer needs at least one part')
  const verdicts = new Set(parts.map((part) => part.answer.verdict))
  if (verdicts.size === 1 && first.answer.verdict !== 'partial') return first.answer
  const telling = parts.find((part) => part.answer.verdict === 'denied') ?? parts.find((part) => part.answer.verdict === 'unknown') ?? first
  const isPartial = verdicts.has('allowed') || verdicts.has('partial')
  return {
    verdict: isPartial ? 'partial' : 'unknown',
    egress: telling.answer.egress,
    ingress: telling.answer.ingress,
    mesh: telling.answer.mesh,
    reason: isPartial ? null : (parts.find((part) => part.answer.reason !== null)?.answer.reason ?? null),
    endpoints: null,
    parts,
  }
}
