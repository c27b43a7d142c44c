import type { RawObject } from '../model/object'
import type { Enforcer } from '../platform/enforcer'
import type { EvaluateAnswer, EvaluatedPart, SideAnswer } from '../policy/types'
import type { EvaluateDocument, EvaluatedQuery } from './details'
import { policyText } from './policy-text'
import type { EvaluateQuestion } from './schemas'

/** What this module asks of the policy engine. */
type Policies = {
  readonly enforcer: Enforcer
  evaluate(question: { from: string; to: string; port: number | null; protocol: 'TCP' | 'UDP' | 'SCTP' }): EvaluateAnswer
  readonly policies: readonly { readonly ref: string; readonly raw: RawObject }[]
}

/** Answers questions to the policies; `explain` adds near misses, traces and the YAML of every policy that is named. */
export function evaluateDocument(questions: readonly EvaluateQuestion[], explain: boolean, engine: Policies): EvaluateDocument {
  const answers = questions.map((question): EvaluatedQuery => {
    const { from, to, port = null, protocol = 'TCP' } = question
    const answer = engine.evaluate({ from, to, port, protocol })
    const trace = explain ? { egress: answer.egress.trace, ingress: answer.ingress.trace } : null
    return { id: question.id ?? null, from, to, port, protocol, ...(explain ? answer : brief(answer)), trace }
  })
  const named = explain ? namedPolicies(answers) : new Set<string>()
  const objects = new Set(engine.policies.flatMap(({ ref, raw }) => (named.has(ref) ? [raw] : [])))
  const policies = [...objects].map(policyText)
  return { apiVersion: 'sluice/v1', kind: 'Evaluation', answers, enforcer: engine.enforcer, policies }
}

function brief(answer: EvaluateAnswer): EvaluateAnswer {
  const side = (full: SideAnswer): SideAnswer => ({ ...full, nearMisses: [], trace: { enforced: [], pending: [] } })
  const each = (parts: readonly EvaluatedPart[] | null) => parts?.map((part) => ({ ...part, answer: brief(part.answer) })) ?? null
  return {
    ...answer,
    egress: side(answer.egress),
    ingress: side(answer.ingress),
    endpoints: each(answer.endpoints),
    parts: each(answer.parts),
  }
}

function namedPolicies(answers: readonly EvaluateAnswer[]): Set<string> {
  const named = new Set<string>()
  for (const answer of answers) {
    for (const side of [answer.egress, answer.ingress]) {
      for (const reason of side.by) named.add(reason.policy)
      for (const miss of side.nearMisses) named.add(miss.policy)
    }
    for (const { policy } of [...(answer.mesh?.by ?? []), ...(answer.mesh?.requests ?? [])]) if (policy !== null) named.add(policy)
    const parts = [...(answer.endpoints ?? []), ...(answer.parts ?? [])]
    for (const ref of namedPolicies(parts.map((part) => part.answer))) named.add(ref)
  }
  return named
}
