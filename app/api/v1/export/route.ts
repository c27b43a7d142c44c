import { readView } from '@/lib/api/read-view'
import { exportQuery } from '@/lib/api/schemas'
import { exportView } from '@/server/export-view'
import { problemResponse } from '@/server/http/problem'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

/** GET /api/v1/export: the view as a file. */
export const GET = onCluster(async (request, running) => {
  const query = readRequest(request, exportQuery, running.measures.countUnknown)
  if (!query.ok) return query.error
  const view = readView(query.value)
  const filter = running.filters.read(view.filter)
  return filter.ok ? exportView(view, query.value.format, query.value.theme ?? 'light', running) : problemResponse(filter.error)
})
