import { evaluateDocument } from '@/lib/api/evaluate-document'
import { readQuestions } from '@/lib/api/read-questions'
import { onlyCluster } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { aProblem, problemResponse } from '@/server/http/problem'
import { readJson } from '@/server/http/read-json'
import { countParameters } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

const MAX_BODY_BYTES = 1024 * 1024

/** POST /api/v1/evaluate: what the policies say about one connection or many. */
export const POST = onCluster(async (request, { measures, state }) => {
  countParameters(request, onlyCluster, measures.countUnknown)
  const body = await readJson(request, MAX_BODY_BYTES)
  if (!body.ok) return problemResponse(body.error)
  const questions = readQuestions(body.value)
  if (!questions.ok) {
    const detail = questions.error.map(({ path, message }) => `${path}: ${message}`).join('; ')
    return problemResponse(aProblem(400, 'The questions cannot be read', detail, questions.error))
  }
  measures.unknownFields += questions.value.unknownFields
  return jsonAnswer(evaluateDocument(questions.value.questions, questions.value.explain, state.engine))
})
