import { jsonAnswer } from '@/server/http/answer'
import { problemResponse } from '@/server/http/problem'
import { onCluster } from '@/server/on-cluster'
import { readDiffRequest } from '@/server/read-diff-request'

/** POST /api/v1/diff: what a draft would open, close and break. Nothing is applied to the cluster. */
export const POST = onCluster(async (request, running) => {
  const question = await readDiffRequest(request, running.measures)
  if (!question.ok) return question.error
  try {
    const answer = await running.reviews.diff(question.value, request.signal)
    return answer.ok ? jsonAnswer(answer.value) : problemResponse(answer.error)
  } catch (error) {
    // Nobody reads this answer: whoever asked is gone.
    if (request.signal.aborted) return new Response(null, { status: 499 })
    throw error
  }
})
