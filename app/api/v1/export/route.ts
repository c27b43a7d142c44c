import { readView } from '@/lib/api/read-view'
import { exportQuery } from '@/lib/api/schemas'
import { exportView } from '@/server/export-view'
import { problemResponse } from '@/server/http/problem'
import { readRequest } from '@/server/http/read-request'
import { onClusters } from '@/server/on-cluster'

/** GET /api/v1/export: the view as a file. */
export const GET = onClusters(async (request, running, graph) => {
  const query = readRequest(request, exportQuery, running.measures.countUnknown)
  if (!query.ok) return query.error
  const view = readView(query.value)
  const filter = running.filters.read(view.filter)
  if (!filter.ok) return problemResponse(filter.error)
  return exportView(graph.topology(view), {
    format: query.value.format,
    theme: query.value.theme ?? 'light',
    cluster: running.state.cluster,
  })
})
