import { histogramDocument } from '@/lib/api/histogram-document'
import { histogramQuery } from '@/lib/api/schemas'
import { DEFAULT_WINDOW_MS } from '@/lib/graph/view'
import { jsonAnswer } from '@/server/http/answer'
import { problemResponse } from '@/server/http/problem'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { withStore } from '@/server/with-store'

const DEFAULT_BUCKETS = 90

/** GET /api/v1/flows/histogram: flows over time by verdict. */
export const GET = onCluster(async (request, running) => {
  const { history, measures, filters } = running
  const query = readRequest(request, histogramQuery, measures.countUnknown)
  if (!query.ok) return query.error
  const filter = filters.read(query.value.filter ?? '')
  if (!filter.ok) return problemResponse(filter.error)
  const windowMs = query.value.window ?? DEFAULT_WINDOW_MS
  const to = query.value.to ?? running.moments.resting(windowMs)
  const from = query.value.from ?? to - windowMs
  const buckets = query.value.buckets ?? DEFAULT_BUCKETS
  return withStore(async () => {
    const range = { from, to, buckets }
    const matching = await history.histogram(range, filter.value, request.signal)
    const all = filter.value === null ? matching : await history.histogram(range, null, request.signal)
    return jsonAnswer(histogramDocument(matching, all, filter.value))
  })
})
