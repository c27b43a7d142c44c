import { wayOutDocument } from '@/lib/api/way-out-document'
import { resolveEgress } from '@/lib/model/egress/resolve-egress'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { readMomentRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/exits/{ref}: one way out of the cluster, with who leaves through it and to where. */
export const GET = onCluster((request, running) =>
  withStore(async () => {
    const moment = await readMomentRequest(request, running)
    if (!moment.ok) return moment.error
    const ref = pathReference(request, '/api/v1/exits/')
    const way = resolveEgress(moment.value.state.cluster).find(({ id }) => id === ref)
    return way === undefined ? notFound('way out', 'EgressIP:shop') : jsonAnswer(wayOutDocument(way))
  }),
)
