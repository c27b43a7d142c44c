import type { Cluster } from '../model/cluster'
import { type WorkloadRef, workloadRef } from '../model/names'

/** Kinds whose pods are named `OWNER-SUFFIX`. Those of a Deployment have the name of its ReplicaSet in front. */
const OWNER_KINDS = ['StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet', 'ReplicationController']

/** True for `PREFIX-*`: Calico's name for all pods that one controller made. */
export function isPodsAlike(name: string): boolean {
  return name.length > 2 && name.endsWith('-*')
}

/**
 * The workload whose pods `PREFIX-*` stands for: by the pods there are, then by the workloads there are. null when there
 * is none, or several.
 */
export function workloadOfPodsAlike(namespace: string, pattern: string, cluster: Cluster): WorkloadRef | null {
  const prefix = pattern.slice(0, -2)
  const byPods = tableOf(cluster).get(`${namespace}/${prefix}`)
  if (byPods !== undefined) return byPods
  const dash = prefix.lastIndexOf('-')
  const possible = OWNER_KINDS.map((kind) => workloadRef(namespace, prefix, kind))
  if (dash > 0) possible.push(workloadRef(namespace, prefix.slice(0, dash), 'Deployment'))
  const found = possible.filter((ref) => cluster.workloads.has(ref))
  return found.length === 1 ? (found[0] ?? null) : null
}

const tables = new WeakMap<Cluster, ReadonlyMap<string, WorkloadRef | null>>()

/** Workloads by `NAMESPACE/PREFIX` of their pods' names; null where pods of several have the same. */
function tableOf(cluster: Cluster): ReadonlyMap<string, WorkloadRef | null> {
  const known = tables.get(cluster)
  if (known !== undefined) return known
  const table = new Map<string, WorkloadRef | null>()
  for (const { namespace, name, workload, isImplied } of cluster.pods.values()) {
    // Pods that manifests only imply have names of our making.
    if (isImplied) continue
    const dash = name.lastIndexOf('-')
    if (dash < 1) continue
    const key = `${namespace}/${name.slice(0, dash)}`
    table.set(key, table.has(key) && table.get(key) !== workload ? null : workload)
  }
  tables.set(cluster, table)
  return table
}
