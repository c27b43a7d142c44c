import type { Cluster } from '../../model/cluster'
import type { PodClasses } from '../pod-classes'
import type { ClassKind, ClassKinds } from './class-kinds'

/** Ends with pods of the same kinds: whatever holds for one of them holds for all. */
export type EndGroup = { readonly id: number; readonly kinds: readonly ClassKind[]; readonly names: string[] }

/** Pods or workloads by name in order, with the group of each. */
export type ConnectivityEnds = {
  readonly names: readonly string[]
  readonly groupOf: ReadonlyMap<string, EndGroup>
  readonly groups: readonly EndGroup[]
}

export function findEnds(level: 'workload' | 'pod', cluster: Cluster, classes: PodClasses, kinds: ClassKinds): ConnectivityEnds {
  const kindsOf = level === 'pod' ? kindsOfPods(classes, kinds) : kindsOfWorkloads(cluster, classes, kinds)
  const groups = new Map<string, EndGroup>()
  const groupOf = new Map<string, EndGroup>()
  const names = [...kindsOf.keys()].sort()
  for (const name of names) {
    const own = kindsOf.get(name) ?? []
    const key = own.map(({ id }) => id).join()
    const group = groups.get(key) ?? { id: groups.size, kinds: own, names: [] }
    group.names.push(name)
    groups.set(key, group)
    groupOf.set(name, group)
  }
  return { names, groupOf, groups: [...groups.values()] }
}

function kindsOfPods({ byPod }: PodClasses, { byClass }: ClassKinds): ReadonlyMap<string, readonly ClassKind[]> {
  const lists = new Map([...byClass].map(([id, kind]) => [id, [kind]]))
  return new Map([...byPod].map(([pod, podClass]) => [pod, lists.get(podClass.id) ?? []]))
}

/** Each workload with the distinct kinds of its pods; only those with a pod that policies see. */
function kindsOfWorkloads(cluster: Cluster, { byPod }: PodClasses, { byClass }: ClassKinds): ReadonlyMap<string, readonly ClassKind[]> {
  const ends = new Map<string, readonly ClassKind[]>()
  for (const workload of cluster.workloads.values()) {
    const distinct = new Set<ClassKind>()
    for (const pod of workload.pods) {
      const podClass = byPod.get(pod)
      const kind = podClass === undefined ? undefined : byClass.get(podClass.id)
      if (kind !== undefined) distinct.add(kind)
    }
    if (distinct.size > 0)
      ends.set(
        workload.ref,
        [...distinct].sort((a, b) => a.id - b.id),
      )
  }
  return ends
}
