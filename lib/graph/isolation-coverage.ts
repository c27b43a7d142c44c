import type { Pod, Workload } from '../model/cluster'
import { isPolicySubject } from '../policy/pod-classes'
import type { Isolation } from './isolation'

/** `none`: isolated in no direction. `beyond`: no policy can select it, because all of its pods use the network of their machine. */
export type Protection = Isolation['shield'] | 'beyond'

/** Which workloads of a namespace the policies close by default, by name. Workloads without a running pod are left out. */
export type NamespaceCoverage = {
  readonly namespace: string
  /** Of Kubernetes itself or of what runs the cluster. */
  readonly isSystem: boolean
  readonly workloads: Readonly<Record<Protection, readonly string[]>>
}

/** What the coverage asks of a cluster's graph index. */
type Index = {
  readonly cluster: { readonly workloads: ReadonlyMap<string, Workload> }
  podsOf(workload: Workload): readonly Pod[]
  isolation(workload: Workload): Pick<Isolation, 'shield'>
  isSystem(namespace: string): boolean
}

/** Namespaces with workloads, by name; those of the system last. */
export function isolationCoverage(index: Index): readonly NamespaceCoverage[] {
  const found = new Map<string, Record<Protection, string[]>>()
  for (const workload of index.cluster.workloads.values()) {
    const protection = protectionOf(workload, index)
    if (protection === null) continue
    const known = found.get(workload.namespace) ?? { both: [], ingress: [], egress: [], none: [], unknown: [], beyond: [] }
    known[protection].push(workload.ref)
    found.set(workload.namespace, known)
  }
  return [...found]
    .map(([namespace, workloads]) => ({ namespace, isSystem: index.isSystem(namespace), workloads: sortedLists(workloads) }))
    .sort((a, b) => Number(a.isSystem) - Number(b.isSystem) || (a.namespace < b.namespace ? -1 : 1))
}

function protectionOf(workload: Workload, index: Index): Protection | null {
  const pods = index.podsOf(workload).filter((pod) => pod.phase !== 'Succeeded' && pod.phase !== 'Failed')
  if (pods.length === 0) return null
  return pods.some(isPolicySubject) ? index.isolation(workload).shield : 'beyond'
}

function sortedLists(lists: Readonly<Record<Protection, string[]>>): NamespaceCoverage['workloads'] {
  const { both, ingress, egress, none, unknown, beyond } = lists
  return {
    both: both.sort(),
    ingress: ingress.sort(),
    egress: egress.sort(),
    none: none.sort(),
    unknown: unknown.sort(),
    beyond: beyond.sort(),
  }
}
