import { policyDocument } from '@/lib/api/policy-documents'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { runtime } from '@/server/runtime'

/** GET /api/v1/policies/{ref}: one policy with its YAML, the lines of its rules, and whom it selects. */
export async function GET(request: Request): Promise<Response> {
  const { cluster, engine } = runtime().state
  const ref = pathReference(request, '/api/v1/policies/')
  const policy = engine.policies.find((candidate) => candidate.ref === ref)
  return policy === undefined ? notFound('policy', 'NetworkPolicy:shop/cart') : jsonAnswer(policyDocument(policy, engine, cluster))
}
