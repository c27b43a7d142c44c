import { findingsDocument } from '@/lib/api/findings-document'
import { findingsQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { runtime } from '@/server/runtime'

/** GET /api/v1/findings: what the detectors see in the cluster now. */
export async function GET(request: Request): Promise<Response> {
  const { measures, state } = runtime()
  const query = readRequest(request, findingsQuery, measures.countUnknown)
  if (!query.ok) return query.error
  const { namespaces = [], severity = [] } = query.value
  return jsonAnswer(findingsDocument(state.findings, { namespaces, severities: severity }))
}
