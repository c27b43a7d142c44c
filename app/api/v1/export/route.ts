import { readView } from '@/lib/api/read-view'
import { exportQuery } from '@/lib/api/schemas'
import { exportBundle } from '@/server/export-bundle'
import { exportView } from '@/server/export-view'
import { problemResponse } from '@/server/http/problem'
import { readRequest } from '@/server/http/read-request'
import { onClusters } from '@/server/on-cluster'
import { recordCluster } from '@/server/record-cluster'
import { withStore } from '@/server/with-store'

/** GET /api/v1/export: the view as a file. */
export const GET = onClusters(async (request, running, graph) => {
  const query = readRequest(request, exportQuery, running.measures.countUnknown)
  if (!query.ok) return query.error
  const view = readView(query.value)
  const filter = running.filters.read(view.filter)
  if (!filter.ok) return problemResponse(filter.error)
  if (query.value.format === 'bundle') return exportBundle(recordCluster(running, viewOf(request)))
  const { format, theme = 'light' } = query.value
  return withStore(async () => {
    await graph.prepare(view)
    return exportView(graph.topology(view), { format, theme, cluster: running.state.cluster })
  })
})

/** The query of the view, without what only says how to export it. */
function viewOf(request: Request): string {
  const query = new URL(request.url).searchParams
  for (const name of ['format', 'theme', 'cluster']) query.delete(name)
  return query.toString().slice(0, 20_000)
}
