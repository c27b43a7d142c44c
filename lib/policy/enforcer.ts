import type { Cluster } from '../model/cluster'

/** Who enforces NetworkPolicies in the cluster, and how we know. */
export type Enforcer = {
  /** Name of the network plugin; null when none was seen. */
  readonly plugin: string | null
  /** `unknown` also when a plugin was seen whose enforcement depends on settings that the cluster does not show. */
  readonly enforces: 'yes' | 'no' | 'unknown'
  /** One plain sentence. */
  readonly evidence: string
}

/** Where the evidence says that nobody enforces policies: the plain words for it, to stand after a denial. null otherwise. */
export function enforcedByNobody({ plugin, enforces }: Enforcer): string | null {
  return enforces === 'no' ? `enforced by nobody: ${plugin ?? 'the network plugin'} does not enforce NetworkPolicy` : null
}

/** The first that is found counts: a plugin that enforces may run over one that does not. */
const PLUGINS: readonly (readonly [daemonSet: string, plugin: string, enforces: Enforcer['enforces']])[] = [
  ['calico-node', 'Calico', 'yes'],
  ['canal', 'Canal', 'yes'],
  ['cilium', 'Cilium', 'yes'],
  ['antrea-agent', 'Antrea', 'yes'],
  ['ovnkube-node', 'OVN-Kubernetes', 'yes'],
  ['kube-router', 'kube-router', 'yes'],
  ['weave-net', 'Weave Net', 'yes'],
  ['kube-network-policies', 'kube-network-policies', 'yes'],
  ['kindnet', 'kindnet', 'yes'],
  // Its agent is off until someone turns it on.
  ['aws-node', 'AWS VPC CNI', 'unknown'],
  ['kube-flannel-ds', 'Flannel', 'no'],
  ['kube-flannel', 'Flannel', 'no'],
]

/** Recognises the network plugin by its DaemonSet. Policy kinds alone are no evidence: they outlive a plugin that was removed. */
export function findEnforcer(cluster: Cluster): Enforcer {
  const daemonSets = new Map(
    [...cluster.workloads.values()].flatMap((workload) => (workload.kind === 'DaemonSet' ? [[workload.name, workload]] : [])),
  )
  for (const [name, plugin, enforces] of PLUGINS) {
    const daemonSet = daemonSets.get(name)
    if (daemonSet === undefined) continue
    const seen = `DaemonSet ${daemonSet.namespace}/${name}`
    switch (enforces) {
      case 'yes':
        return { plugin, enforces, evidence: `${seen} is ${plugin}, which enforces NetworkPolicies.` }
      case 'no':
        return { plugin, enforces, evidence: `${seen} is ${plugin}, which enforces no policies: nobody enforces what they say.` }
      case 'unknown':
        return { plugin, enforces, evidence: `${seen} is ${plugin}, which enforces NetworkPolicies only when that is turned on.` }
    }
  }
  return { plugin: null, enforces: 'unknown', evidence: 'No network plugin was seen, so it is not known who enforces the policies.' }
}
