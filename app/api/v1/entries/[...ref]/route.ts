import { wayInDocument } from '@/lib/api/way-in-document'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { readMomentRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/entries/{ref}: one way into the cluster, with its routes and what is wrong with them. */
export const GET = onCluster((request, running) =>
  withStore(async () => {
    const moment = await readMomentRequest(request, running)
    if (!moment.ok) return moment.error
    const { cluster, index } = moment.value.state
    const ref = pathReference(request, '/api/v1/entries/')
    const door = index.doors.find(({ id }) => id === ref)
    return door === undefined ? notFound('way in', 'Ingress:shop/web') : jsonAnswer(wayInDocument(door, cluster))
  }),
)
