import { policyDocument } from '@/lib/api/policy-documents'
import { noQuery } from '@/lib/api/schemas'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { countParameters, pathReference } from '@/server/http/read-request'
import { runtime } from '@/server/runtime'

/** GET /api/v1/policies/{ref}: one policy with its YAML, the lines of its rules, and whom it selects. */
export async function GET(request: Request): Promise<Response> {
  const { measures, state } = runtime()
  const { cluster, engine } = state
  countParameters(request, noQuery, measures.countUnknown)
  const ref = pathReference(request, '/api/v1/policies/')
  const sharing = engine.policies.filter((candidate) => candidate.ref === ref)
  const document = policyDocument(sharing, engine, cluster)
  return document === null ? notFound('policy', 'NetworkPolicy:shop/cart') : jsonAnswer(document)
}
