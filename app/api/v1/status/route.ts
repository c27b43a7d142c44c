import { onlyCluster } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { countParameters } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { statusDocument } from '@/server/status'

/** GET /api/v1/status: the cluster, the sources with their ledgers, limits and versions. */
export const GET = onCluster((request, running) => {
  countParameters(request, onlyCluster, running.measures.countUnknown)
  return jsonAnswer(statusDocument(running))
})
