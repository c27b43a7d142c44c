import { outsideDocument } from '@/lib/api/outside-document'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

/** GET /api/v1/outside/{ref}: what the cluster's objects say of a name, a range or the Internet. */
export const GET = onCluster(async (request, running) => {
  const ref = pathReference(request, '/api/v1/outside/')
  return ref === null ? notFound('outside end', 'dns:api.example.com') : jsonAnswer(outsideDocument(ref, running.state.index))
})
