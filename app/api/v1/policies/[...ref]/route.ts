import { policyDocument } from '@/lib/api/policy-documents'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { policyFacts } from '@/server/policy-facts'
import { readMomentRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/policies/{ref}: one policy with its YAML, its picture, what is wrong with it and what it decided. */
export const GET = onCluster((request, running) =>
  withStore(async () => {
    const moment = await readMomentRequest(request, running)
    if (!moment.ok) return moment.error
    const document = policyDocument(pathReference(request, '/api/v1/policies/'), await policyFacts(running, moment.value))
    return document === null ? notFound('policy', 'NetworkPolicy:shop/cart') : jsonAnswer(document)
  }),
)
