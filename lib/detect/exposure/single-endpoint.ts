import { compareText } from '../../model/compare-text'
import type { Door } from '../../model/door'
import type { ServiceRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import { isServed } from './served-doors'

/** Open to whoever reaches the machines, and not made for the world. */
const OF_MACHINES: ReadonlySet<Door['kind']> = new Set<Door['kind']>(['NodePort', 'HostPort', 'HostNetwork'])

/** LB-03: one pod behind a door to the outside. */
export function* findSingleEndpoints(view: ClusterView): Iterable<FindingDraft | null> {
  const doors = new Map<ServiceRef, Set<string>>()
  for (const door of view.doors) {
    if (OF_MACHINES.has(door.kind) || !isServed(door)) continue
    for (const target of door.targets) {
      if (target.kind !== 'service' || target.weight === 0) continue
      doors.set(target.service, (doors.get(target.service) ?? new Set<string>()).add(door.id))
    }
  }
  yield null
  for (const { service, ready } of view.services) {
    yield null
    const through = doors.get(service.ref)
    const [only] = ready
    if (!view.isReadIn(service.namespace, '/Pod', 'discovery.k8s.io/EndpointSlice')) continue
    if (through === undefined || only === undefined || ready.length > 1) continue
    const pod = only.pod === null ? null : (view.cluster.pods.get(only.pod) ?? null)
    const workload = pod === null ? null : view.workload(pod.workload)
    const wanted = workload?.desiredReplicas ?? null
    yield makeFinding('LB-03', aboutService(service.meta), {
      field: null,
      message:
        wanted !== null && wanted > 1
          ? `Only one of ${wanted} replicas is ready, behind a door to the outside.`
          : 'A single pod is behind a door to the outside.',
      evidence: [
        `${only.pod ?? only.address ?? 'one endpoint'} is the only ready endpoint`,
        ...(workload === null || wanted === null ? [] : [`${workload.ref} wants ${wanted === 1 ? 'one replica' : `${wanted} replicas`}`]),
        ...[...through].sort(compareText).map((door) => `${door} leads to it`),
      ],
    })
  }
}
