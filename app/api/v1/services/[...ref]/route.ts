import { serviceDocument } from '@/lib/api/service-document'
import type { ServiceRef } from '@/lib/model/names'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { readMomentRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/services/{ref}: one Service with its endpoints, doors and clients. */
export const GET = onCluster((request, running) =>
  withStore(async () => {
    const moment = await readMomentRequest(request, running)
    if (!moment.ok) return moment.error
    const { state, window } = moment.value
    const service = state.cluster.services.get(pathReference(request, '/api/v1/services/') as ServiceRef)
    return service === undefined ? notFound('Service', 'svc:shop/cart') : jsonAnswer(serviceDocument(service, state.index, window))
  }),
)
