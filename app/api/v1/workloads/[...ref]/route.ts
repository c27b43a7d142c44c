import { workloadDocument } from '@/lib/api/workload-document'
import type { WorkloadRef } from '@/lib/model/names'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { readMomentRequest } from '@/server/read-view-request'
import { withStore } from '@/server/with-store'

/** GET /api/v1/workloads/{ref}: one workload with who selects it, its pods and its traffic. */
export const GET = onCluster((request, running) =>
  withStore(async () => {
    const moment = await readMomentRequest(request, running)
    if (!moment.ok) return moment.error
    const { cluster, engine, index } = moment.value.state
    const workload = cluster.workloads.get(pathReference(request, '/api/v1/workloads/') as WorkloadRef)
    return workload === undefined
      ? notFound('workload', 'shop/cart[Deployment]')
      : jsonAnswer(workloadDocument(workload, index, engine, moment.value.window))
  }),
)
