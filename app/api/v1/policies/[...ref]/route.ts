import { policyDocument } from '@/lib/api/policy-documents'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { policyFacts } from '@/server/policy-facts'
import { readWindowRequest } from '@/server/read-view-request'

/** GET /api/v1/policies/{ref}: one policy with its YAML, its picture, what is wrong with it and what it decided. */
export const GET = onCluster(async (request, running) => {
  const window = readWindowRequest(request, running)
  if (!window.ok) return window.error
  const document = policyDocument(pathReference(request, '/api/v1/policies/'), await policyFacts(running, window.value))
  return document === null ? notFound('policy', 'NetworkPolicy:shop/cart') : jsonAnswer(document)
})
