import { wayOutDocument } from '@/lib/api/way-out-document'
import { resolveEgress } from '@/lib/model/egress/resolve-egress'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'

/** GET /api/v1/exits/{ref}: one way out of the cluster, with who leaves through it and to where. */
export const GET = onCluster(async (request, running) => {
  const ref = pathReference(request, '/api/v1/exits/')
  const way = resolveEgress(running.state.cluster).find(({ id }) => id === ref)
  return way === undefined ? notFound('way out', 'EgressIP:shop') : jsonAnswer(wayOutDocument(way))
})
