import { serviceDocument } from '@/lib/api/service-document'
import type { ServiceRef } from '@/lib/model/names'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { readWindowRequest } from '@/server/read-view-request'

/** GET /api/v1/services/{ref}: one Service with its endpoints, doors and clients. */
export const GET = onCluster(async (request, running) => {
  const window = readWindowRequest(request, running)
  if (!window.ok) return window.error
  const { cluster, index } = running.state
  const service = cluster.services.get(pathReference(request, '/api/v1/services/') as ServiceRef)
  return service === undefined ? notFound('Service', 'svc:shop/cart') : jsonAnswer(serviceDocument(service, index, window.value))
})
