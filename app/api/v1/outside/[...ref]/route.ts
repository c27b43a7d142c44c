import { outsideDocument } from '@/lib/api/outside-document'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { readMomentRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/outside/{ref}: what the cluster's objects say of a name, a range or the Internet. */
export const GET = onCluster((request, running) =>
  withStore(async () => {
    const moment = await readMomentRequest(request, running)
    if (!moment.ok) return moment.error
    const ref = pathReference(request, '/api/v1/outside/')
    return ref === null ? notFound('outside end', 'dns:api.example.com') : jsonAnswer(outsideDocument(ref, moment.value.state.index))
  }),
)
