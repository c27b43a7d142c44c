import { eventStreamAnswer } from '@/server/http/answer'
import { aProblem, problemResponse } from '@/server/http/problem'
import { onClusters } from '@/server/on-cluster'
import { readViewRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/stream: a view's graph first, then its changes, as server-sent events. */
export const GET = onClusters(async (request, running, graph) => {
  const view = readViewRequest(request, running)
  if (!view.ok) return view.error
  return withStore(async () => {
    await graph.prepare(view.value)
    const stream = graph.open(view.value, request.headers.get('last-event-id'), request.signal)
    if (stream !== 'full') return eventStreamAnswer(stream)
    return problemResponse(aProblem(503, 'Too many viewers', 'No more event streams are taken now.'), { 'retry-after': '10' })
  })
})
