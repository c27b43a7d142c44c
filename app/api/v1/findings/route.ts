import { chooseFindings, findingsDocument } from '@/lib/api/findings-document'
import { findingsQuery } from '@/lib/api/schemas'
import { findingsSarif } from '@/server/findings-sarif'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

/** GET /api/v1/findings: what the detectors see in the cluster now. */
export const GET = onCluster(async (request, { measures, findingsWatch, state }) => {
  const query = readRequest(request, findingsQuery, measures.countUnknown)
  if (!query.ok) return query.error
  const { namespaces = [], severity = [], object = null, format = 'json' } = query.value
  const wanted = { namespaces, severities: severity, object }
  const judged = await findingsWatch.first()
  if (format === 'sarif') return findingsSarif(chooseFindings(judged.findings, wanted), state)
  return jsonAnswer(findingsDocument(judged, wanted))
})
