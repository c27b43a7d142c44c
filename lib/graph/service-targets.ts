import type { Cluster, Service } from '../model/cluster'
import type { PodRef, WorkloadRef } from '../model/names'
import { serviceEndpoints } from '../model/service-endpoints'

/** What stands behind a Service now. */
export type ServiceTargets = {
  readonly workloads: ReadonlySet<WorkloadRef>
  readonly pods: ReadonlySet<PodRef>
  /** Endpoints that are no pod of this cluster. */
  readonly addresses: readonly string[]
  readonly ready: number
  readonly total: number
  /** Resolved ports, as `PROTOCOL PORT` of the pod. */
  readonly podPorts: ReadonlySet<string>
  readonly problem: string | null
}

export function serviceTargets(cluster: Cluster, service: Service): ServiceTargets {
  const workloads = new Set<WorkloadRef>()
  const pods = new Set<PodRef>()
  const addresses = new Set<string>()
  const podPorts = new Set<string>()
  const lost = new Set<string>()
  const seen = new Map<string, boolean>()
  for (const endpoint of serviceEndpoints(cluster, service)) {
    const key = endpoint.pod ?? endpoint.address ?? ''
    seen.set(key, (seen.get(key) ?? false) || endpoint.ready)
    const pod = endpoint.pod === null ? undefined : cluster.pods.get(endpoint.pod)
    if (pod !== undefined) {
      pods.add(pod.ref)
      workloads.add(pod.workload)
    } else if (endpoint.address !== null) addresses.add(endpoint.address)
    for (const { servicePort, port } of endpoint.ports) {
      if (port === null) lost.add(String(servicePort.targetPort))
      else podPorts.add(`${servicePort.protocol} ${port}`)
    }
  }
  const ready = [...seen.values()].filter((isReady) => isReady).length
  return {
    workloads,
    pods,
    addresses: [...addresses],
    ready,
    total: seen.size,
    podPorts,
    problem: problemOf(service, seen.size, ready, lost),
  }
}

function problemOf(service: Service, total: number, ready: number, lost: ReadonlySet<string>): string | null {
  if (lost.size > 0) return `no container port is named ${[...lost].join(', ')}`
  if (total === 0) return service.selector === null ? 'no endpoints' : 'selects no pods'
  return ready === 0 ? 'no endpoint is ready' : null
}
