import type { Cluster } from './cluster'
import type { PodRef, WorkloadRef } from './names'
import type { Origin } from './object'

/**
 * Where something is written that goes by a name of the contract: the workload or pod itself; for a namespace that no
 * document declares, something in it. null for what is in no file.
 */
export function locateRef(ref: string, cluster: Cluster): Origin | null {
  const named =
    cluster.workloads.get(ref as WorkloadRef)?.meta ?? cluster.pods.get(ref as PodRef)?.meta ?? cluster.namespaces.get(ref)?.meta
  if (named?.origin) return named.origin
  const namespace = ref.split('/')[0]
  for (const pod of cluster.pods.values()) if (pod.namespace === namespace && pod.meta.origin !== null) return pod.meta.origin
  return null
}

/** The first thing that is written anywhere: for what is about everything. */
export function firstOrigin(cluster: Cluster): Origin | null {
  for (const { meta } of [...cluster.policies, ...cluster.pods.values()]) if (meta.origin !== null) return meta.origin
  return null
}
