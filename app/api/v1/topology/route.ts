import { topologyDocument } from '@/lib/api/topology-document'
import { jsonAnswer } from '@/server/http/answer'
import { readViewRequest } from '@/server/read-view-request'
import { runtime } from '@/server/runtime'

/** GET /api/v1/topology: nodes and edges of one view. */
export async function GET(request: Request): Promise<Response> {
  const running = runtime()
  const view = readViewRequest(request, running)
  return view.ok ? jsonAnswer(topologyDocument(running.graph.topology(view.value))) : view.error
}
