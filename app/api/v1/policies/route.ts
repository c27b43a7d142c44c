import { policyListDocument } from '@/lib/api/policy-documents'
import { policiesQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { policyFacts } from '@/server/policy-facts'
import { momentOf } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/policies: every policy object, those that do not count in verdicts included, and the coverage. */
export const GET = onCluster((request, running) =>
  withStore(async () => {
    const query = readRequest(request, policiesQuery, running.measures.countUnknown)
    if (!query.ok) return query.error
    const facts = await policyFacts(running, await momentOf(query.value, running, request.signal))
    return jsonAnswer(policyListDocument(facts, query.value.namespaces ?? []))
  }),
)
