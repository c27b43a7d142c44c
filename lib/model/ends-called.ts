import type { Cluster } from './cluster'
import type { PodRef, ServiceRef, WorkloadRef } from './names'

/**
 * The things that a name of an end stands for, by their full names: a namespace, pod, workload or Service that is there;
 * for `NS/NAME` without such a pod the workloads of that name; addresses, DNS names and entities themselves. Empty when
 * there is no such thing in the cluster.
 */
export function endsCalled(name: string, cluster: Cluster): readonly string[] {
  if (name.startsWith('svc:')) return cluster.services.has(name as ServiceRef) ? [name] : []
  if (/^[a-z]+:/.test(name)) return [name]
  if (!name.includes('/')) return cluster.namespaces.has(name) ? [name] : []
  if (cluster.pods.has(name as PodRef) || cluster.workloads.has(name as WorkloadRef)) return [name]
  const workloads = [...cluster.workloads.values()].filter((workload) => `${workload.namespace}/${workload.name}` === name)
  return workloads.map(({ ref }) => ref)
}
