import type { Cluster } from '../model/cluster'
import type { PodRef } from '../model/names'
import { resolveDoors } from '../model/resolve-doors'
import { serviceEndpoints } from '../model/service-endpoints'

/** The pods behind the doors of a cluster: what is meant to be reached from outside. */
export function enteredPods(cluster: Cluster): ReadonlySet<PodRef> {
  const pods = new Set<PodRef>()
  for (const { targets } of resolveDoors(cluster)) {
    for (const target of targets) {
      if (target.kind === 'workload') for (const pod of target.pods) pods.add(pod)
      if (target.kind !== 'service') continue
      const service = cluster.services.get(target.service)
      if (service === undefined) continue
      for (const { pod } of serviceEndpoints(cluster, service)) if (pod !== null) pods.add(pod)
    }
  }
  return pods
}
