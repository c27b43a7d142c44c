import type { Cluster, Pod } from '../model/cluster'
import type { PolicyRef } from '../model/names'
import { isPolicySubject } from '../policy/pod-classes'
import type { GraphPolicies } from './graph-policies'

/** Which directions the policies close by default, and which policies do. */
export type Isolation = {
  /** `unknown`: policies that could not be read may isolate it. */
  readonly shield: 'ingress' | 'egress' | 'both' | 'none' | 'unknown'
  readonly ingress: ReadonlySet<PolicyRef>
  readonly egress: ReadonlySet<PolicyRef>
}

/**
 * A workload is isolated in a direction when every one of its pods is. Pods on the machine's own network are left out: no
 * policy selects them in a portable way; so are pods that have finished.
 */
export function isolationOf(pods: readonly Pod[], policies: GraphPolicies): Isolation {
  const ingress = new Set<PolicyRef>()
  const egress = new Set<PolicyRef>()
  const selectable = pods.filter(isPolicySubject)
  let ingressPods = 0
  let egressPods = 0
  let isComplete = true
  for (const pod of selectable) {
    const selecting = policies.isolation(pod.ref)
    if (selecting.ingress.length > 0) ingressPods++
    if (selecting.egress.length > 0) egressPods++
    isComplete &&= selecting.isComplete
    for (const policy of selecting.ingress) ingress.add(policy)
    for (const policy of selecting.egress) egress.add(policy)
  }
  const closesIngress = selectable.length > 0 && ingressPods === selectable.length
  const closesEgress = selectable.length > 0 && egressPods === selectable.length
  return { shield: shieldOf(closesIngress, closesEgress, isComplete), ingress, egress }
}

export function shieldOf(ingress: boolean, egress: boolean, isComplete: boolean): Isolation['shield'] {
  if (ingress && egress) return 'both'
  if (!isComplete) return 'unknown'
  if (ingress) return 'ingress'
  return egress ? 'egress' : 'none'
}

export function podsOf(cluster: Cluster, refs: Iterable<Pod['ref']>): Pod[] {
  const pods: Pod[] = []
  for (const ref of refs) {
    const pod = cluster.pods.get(ref)
    if (pod !== undefined) pods.push(pod)
  }
  return pods
}
