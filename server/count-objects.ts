import type { StatusDocument } from '@/lib/api/documents'
import type { Cluster } from '@/lib/model/cluster'

/** Objects of a cluster by kind, kinds without any left out. */
export function countObjects(cluster: Cluster): StatusDocument['cluster']['objects'] {
  const workloads = new Map<string, number>()
  // A bare pod is its own workload; it is counted once, as a pod.
  for (const { kind } of cluster.workloads.values()) if (kind !== 'Pod') workloads.set(kind, (workloads.get(kind) ?? 0) + 1)
  const policies = new Map<string, number>()
  for (const { meta } of cluster.policies) policies.set(meta.kind, (policies.get(meta.kind) ?? 0) + 1)
  const counts: [string, number][] = [
    ['Namespace', countMade(cluster.namespaces)],
    ['Node', cluster.nodes.size],
    ...workloads,
    ['Pod', countMade(cluster.pods)],
    ['Service', cluster.services.size],
    ['EndpointSlice', cluster.endpointSlices.length],
    ['Ingress', cluster.ingresses.length],
    ['Gateway', cluster.gateways.size],
    ['Route', cluster.routes.length],
    ...policies,
  ]
  return counts.filter(([, count]) => count > 0).map(([kind, count]) => ({ kind, count }))
}

/**
 * What stands for something that the input does not hold is no object of it: pods of a workload that has none, namespaces
 * that are only named.
 */
function countMade(things: ReadonlyMap<string, { readonly isImplied: boolean }>): number {
  let count = 0
  for (const { isImplied } of things.values()) if (!isImplied) count++
  return count
}
