import type { Cluster } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import { workloadRef } from '../../model/names'
import { groupOf } from '../../model/object-kinds'
import type { NetworkPlugins } from '../../platform/network/detect-network'
import { vendorOf } from '../../policy/profile'
import { aboutCluster, aboutPolicy, aboutWorkload, type FindingDraft, type FindingObject, makeFinding } from '../make-finding'
import { isOutdated } from './outdated-forms'
import type { PolicyView } from './policy-view'

/** NP-10: policies that, by what is seen of the network plugin, nobody enforces. */
export function findUnenforced(view: PolicyView): readonly FindingDraft[] {
  return [...byNobody(view), ...onSomeMachines(view), ...ofAnotherPlugin(view)]
}

/** One finding for the cluster: what is wrong is the plugin and not each policy. */
function byNobody({ policies, cluster, engine }: PolicyView): readonly FindingDraft[] {
  const { enforcer, network } = engine
  const concerned = policies.filter(({ enforcement }) => enforcement !== 'mesh' && enforcement !== 'staged')
  if (enforcer.enforces !== 'no' || concerned.length === 0) return []
  const count = concerned.length === 1 ? 'The policy of the cluster is' : `All ${concerned.length} policies of the cluster are`
  return [
    makeFinding('NP-10', aboutPlugin(cluster, network), {
      field: null,
      message: `${count} enforced by nobody.`,
      evidence: [enforcer.evidence, ...others(network), ...concerned.map(({ policy }) => policy.ref)],
    }),
  ]
}

/** The plugin runs, and not on every machine that has pods for it to guard. */
function onSomeMachines({ cluster, engine }: PolicyView): readonly FindingDraft[] {
  const { missingOn } = engine.network.policy
  if (missingOn.length === 0) return []
  const missing = new Set(missingOn)
  const unguarded = [...cluster.pods.values()].filter(({ ref, nodeName, hostNetwork, phase }) => {
    if (nodeName === null || hostNetwork || phase !== 'Running' || !missing.has(nodeName)) return false
    const { ingress, egress } = engine.isolation(ref)
    return ingress.length + egress.length > 0
  })
  const machines = [...new Set(unguarded.flatMap(({ nodeName }) => nodeName ?? []))].sort(compareText)
  if (machines.length === 0) return []
  const pods = unguarded.length === 1 ? 'pod that policies isolate' : 'pods that policies isolate'
  return [
    makeFinding('NP-10', aboutPlugin(cluster, engine.network), {
      severity: 'warning',
      field: null,
      message: `Nobody enforces policies on ${listOf(machines)}: ${unguarded.length} ${pods} ${unguarded.length === 1 ? 'runs' : 'run'} there.`,
      evidence: [engine.enforcer.evidence, ...unguarded.map(({ ref }) => ref).sort(compareText)],
    }),
  ]
}

function listOf(machines: readonly string[]): string {
  return machines.length > 3 ? `${machines.slice(0, 3).join(', ')} and ${machines.length - 3} more machines` : machines.join(', ')
}

/** The workload that shows the plugin best, else the cluster. */
function aboutPlugin(cluster: Cluster, { policy }: NetworkPlugins): FindingObject {
  const { kind, namespace, name } = policy.evidence[0]?.object ?? { kind: '', namespace: null, name: '' }
  const workload = namespace === null ? undefined : cluster.workloads.get(workloadRef(namespace, name, kind))
  return workload === undefined ? aboutCluster(cluster) : aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta)
}

/** What else was seen, beside what the first sentence says. */
function others({ policy }: NetworkPlugins): readonly string[] {
  return policy.evidence.slice(1).map(({ text }) => text)
}

/** Kinds of a plugin that does not run here, or of which nothing is seen. */
function ofAnotherPlugin({ policies, engine }: PolicyView): readonly FindingDraft[] {
  const { enforcer, profile } = engine
  return policies.flatMap(({ policy, enforcement }) => {
    const { apiVersion } = policy.raw.meta
    // Kinds that no server takes any more have a finding of their own, and what a plugin does with its own kinds is not known here.
    if (enforcement !== 'other-plugin' || isOutdated(policy.raw.meta) || engine.network.policy.groups.includes(groupOf(apiVersion)))
      return []
    const vendor = vendorOf(apiVersion)
    const isSeen = enforcer.plugin !== null
    const runs = isSeen
      ? `${enforcer.plugin} runs here`
      : `policies of ${profile === 'kubernetes' ? 'several plugins' : 'another plugin'} are mixed`
    return makeFinding('NP-10', aboutPolicy(policy.raw), {
      ...(isSeen ? {} : { severity: 'warning' }),
      field: ['apiVersion'],
      message: `${policy.kind} of ${vendor === null ? apiVersion : vendor === 'calico' ? 'Calico' : 'Cilium'} is not enforced: ${runs}.`,
      evidence: [enforcer.evidence],
    })
  })
}
