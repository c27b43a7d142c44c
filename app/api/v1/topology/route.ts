import { topologyDocument } from '@/lib/api/topology-document'
import { jsonAnswer } from '@/server/http/answer'
import { onClusters } from '@/server/on-cluster'
import { readViewRequest } from '@/server/read-view-request'

/** GET /api/v1/topology: nodes and edges of one view. */
export const GET = onClusters(async (request, running, graph) => {
  const view = readViewRequest(request, running)
  return view.ok ? jsonAnswer(topologyDocument(graph.topology(view.value))) : view.error
})
