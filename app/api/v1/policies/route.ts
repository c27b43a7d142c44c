import { policyListDocument } from '@/lib/api/policy-documents'
import { policiesQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { policyFacts } from '@/server/policy-facts'
import { trafficWindow } from '@/server/read-view-request'

/** GET /api/v1/policies: every policy object, those that do not count in verdicts included, and the coverage. */
export const GET = onCluster(async (request, running) => {
  const query = readRequest(request, policiesQuery, running.measures.countUnknown)
  if (!query.ok) return query.error
  const facts = await policyFacts(running, trafficWindow(query.value, running))
  return jsonAnswer(policyListDocument(facts, query.value.namespaces ?? []))
})
