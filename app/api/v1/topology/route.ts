import { topologyDocument } from '@/lib/api/topology-document'
import { jsonAnswer } from '@/server/http/answer'
import { onClusters } from '@/server/on-cluster'
import { readViewRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/topology: nodes and edges of one view. */
export const GET = onClusters(async (request, running, graph) => {
  const view = readViewRequest(request, running)
  if (!view.ok) return view.error
  return withStore(async () => {
    await graph.prepare(view.value)
    return jsonAnswer(topologyDocument(graph.topology(view.value)))
  })
})
