import { compareQuery } from '@/lib/api/schemas'
import { compareTimes } from '@/server/compare-times'
import { jsonAnswer } from '@/server/http/answer'
import { problemResponse } from '@/server/http/problem'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { withStore } from '@/server/with-store'

/** GET /api/v1/compare: what two times differ in. */
export const GET = onCluster(async (request, running) => {
  const query = readRequest(request, compareQuery, running.measures.countUnknown)
  if (!query.ok) return query.error
  const filter = running.filters.read(query.value.filter ?? '')
  if (!filter.ok) return problemResponse(filter.error)
  return withStore(async () => jsonAnswer(await compareTimes(query.value, running, request.signal)))
})
