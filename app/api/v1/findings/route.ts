import { findingsDocument } from '@/lib/api/findings-document'
import { findingsQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

/** GET /api/v1/findings: what the detectors see in the cluster now. */
export const GET = onCluster(async (request, { measures, state }) => {
  const query = readRequest(request, findingsQuery, measures.countUnknown)
  if (!query.ok) return query.error
  const { namespaces = [], severity = [] } = query.value
  return jsonAnswer(findingsDocument(state.findings, { namespaces, severities: severity }))
})
