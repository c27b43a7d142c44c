import { policyListDocument } from '@/lib/api/policy-documents'
import { policiesQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { readRequest } from '@/server/http/read-request'
import { runtime } from '@/server/runtime'

/** GET /api/v1/policies: every policy object, those that do not count in verdicts included. */
export async function GET(request: Request): Promise<Response> {
  const { state, measures } = runtime()
  const query = readRequest(request, policiesQuery, measures.countUnknown)
  return query.ok ? jsonAnswer(policyListDocument(state.engine.policies, query.value.namespaces ?? [])) : query.error
}
