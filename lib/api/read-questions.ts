import type { Result } from '../model/problem'
import { countUnknownFields, type RequestProblem, readBodyValue } from './read-query'
import { type EvaluateQuestion, evaluateQuestion, manyQuestions, oneQuestion } from './schemas'

export type Questions = {
  readonly questions: readonly EvaluateQuestion[]
  readonly explain: boolean
  /** Fields of the body that no schema names. */
  readonly unknownFields: number
}

/** Reads the body of an evaluation: `{ queries: [...] }`, or one question by itself. */
export function readQuestions(body: unknown): Result<Questions, readonly RequestProblem[]> {
  const isMany = typeof body === 'object' && body !== null && Object.hasOwn(body, 'queries')
  if (isMany) {
    const many = readBodyValue(manyQuestions, body)
    if (!many.ok) return many
    const { queries, explain = false } = many.value
    return {
      ok: true,
      value: { questions: queries, explain, unknownFields: countUnknownFields(manyQuestions, body) + unknownInside(body) },
    }
  }
  const one = readBodyValue(oneQuestion, body)
  if (!one.ok) return one
  const { explain = false } = one.value
  return { ok: true, value: { questions: [one.value], explain, unknownFields: countUnknownFields(oneQuestion, body) } }
}

function unknownInside({ queries }: { readonly queries?: unknown }): number {
  return Array.isArray(queries) ? queries.reduce((sum: number, query) => sum + countUnknownFields(evaluateQuestion, query), 0) : 0
}
