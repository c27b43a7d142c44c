import { evaluateDocument } from '@/lib/api/evaluate-document'
import { readQuestions } from '@/lib/api/read-questions'
import { evaluateQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { aProblem, problemResponse } from '@/server/http/problem'
import { readJson } from '@/server/http/read-json'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { withStore } from '@/server/with-store'

const MAX_BODY_BYTES = 1024 * 1024

/** POST /api/v1/evaluate: what the policies say about one connection or many, now or at a moment. */
export const POST = onCluster((request, running) =>
  withStore(async () => {
    const { measures } = running
    const query = readRequest(request, evaluateQuery, measures.countUnknown)
    if (!query.ok) return query.error
    const body = await readJson(request, MAX_BODY_BYTES)
    if (!body.ok) return problemResponse(body.error)
    const questions = readQuestions(body.value)
    if (!questions.ok) {
      const detail = questions.error.map(({ path, message }) => `${path}: ${message}`).join('; ')
      return problemResponse(aProblem(400, 'The questions cannot be read', detail, questions.error))
    }
    measures.unknownFields += questions.value.unknownFields
    const { engine } = await running.moments.loadState(query.value.at ?? null, request.signal)
    return jsonAnswer(evaluateDocument(questions.value.questions, questions.value.explain, engine))
  }),
)
