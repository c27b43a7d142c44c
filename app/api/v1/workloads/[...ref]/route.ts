import { workloadDocument } from '@/lib/api/workload-document'
import type { WorkloadRef } from '@/lib/model/names'
import { jsonAnswer } from '@/server/http/answer'
import { notFound } from '@/server/http/problem'
import { pathReference } from '@/server/http/read-request'
import { onCluster } from '@/server/on-cluster'
import { readWindowRequest } from '@/server/read-view-request'

/** GET /api/v1/workloads/{ref}: one workload with who selects it, its pods and its traffic. */
export const GET = onCluster(async (request, running) => {
  const window = readWindowRequest(request, running)
  if (!window.ok) return window.error
  const { cluster, engine, index } = running.state
  const workload = cluster.workloads.get(pathReference(request, '/api/v1/workloads/') as WorkloadRef)
  return workload === undefined
    ? notFound('workload', 'shop/cart[Deployment]')
    : jsonAnswer(workloadDocument(workload, index, engine, window.value))
})
