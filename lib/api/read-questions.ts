import type { Result } from '../model/problem'
import { type RequestProblem, readBodyValue } from './read-query'
import { type EvaluateQuestion, manyQuestions, oneQuestion } from './schemas'

export type Questions = { readonly questions: readonly EvaluateQuestion[]; readonly explain: boolean }

/** Reads the body of an evaluation: `{ queries: [...] }`, or one question by itself. */
export function readQuestions(body: unknown): Result<Questions, readonly RequestProblem[]> {
  const isMany = typeof body === 'object' && body !== null && Object.hasOwn(body, 'queries')
  if (isMany) {
    const many = readBodyValue(manyQuestions, body)
    return many.ok ? { ok: true, value: { questions: many.value.queries, explain: many.value.explain ?? false } } : many
  }
  const one = readBodyValue(oneQuestion, body)
  return one.ok ? { ok: true, value: { questions: [one.value], explain: one.value.explain ?? false } } : one
}
