import { groupOf } from '../../model/object-kinds'
import type { Enforcer } from '../../policy/enforcer'
import { vendorOf } from '../../policy/profile'
import { aboutCluster, aboutPolicy, aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'
import { isOutdated } from './outdated-forms'
import type { PolicyView } from './policy-view'

/** NP-10: policies that, by what is seen of the network plugin, nobody enforces. */
export function findUnenforced(view: PolicyView): readonly FindingDraft[] {
  return [...byNobody(view), ...ofAnotherPlugin(view)]
}

/** One finding for the cluster: what is wrong is the plugin and not each policy. */
function byNobody({ policies, cluster, engine }: PolicyView): readonly FindingDraft[] {
  const { enforcer } = engine
  const concerned = policies.filter(({ enforcement }) => enforcement !== 'mesh' && enforcement !== 'staged')
  if (enforcer.enforces !== 'no' || concerned.length === 0) return []
  const daemonSet = [...cluster.workloads.values()].find(
    ({ kind, namespace, name }) => kind === 'DaemonSet' && enforcer.evidence.startsWith(`DaemonSet ${namespace}/${name} `),
  )
  const about =
    daemonSet === undefined ? aboutCluster(cluster) : aboutWorkload(daemonSet.namespace, daemonSet.name, daemonSet.kind, daemonSet.meta)
  const count = concerned.length === 1 ? 'The policy of the cluster is' : `All ${concerned.length} policies of the cluster are`
  return [
    makeFinding('NP-10', about, {
      field: null,
      message: `${count} enforced by nobody.`,
      evidence: [enforcer.evidence, ...concerned.map(({ policy }) => policy.ref)],
    }),
  ]
}

/** Kinds of a plugin that does not run here, or of which nothing is seen. */
function ofAnotherPlugin({ policies, engine }: PolicyView): readonly FindingDraft[] {
  const { enforcer, profile } = engine
  return policies.flatMap(({ policy, enforcement }) => {
    const { apiVersion } = policy.raw.meta
    // Kinds that no server takes any more have a finding of their own, and what a plugin does with its own kinds is not known here.
    if (enforcement !== 'other-plugin' || isOutdated(policy.raw.meta) || isOwnKind(apiVersion, enforcer)) return []
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

/** API groups by the plugin that brings them. */
const OWN_GROUPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Calico', ['projectcalico.org', 'crd.projectcalico.org']],
  ['Canal', ['projectcalico.org', 'crd.projectcalico.org']],
  ['Cilium', ['cilium.io']],
  ['Antrea', ['crd.antrea.io']],
])

function isOwnKind(apiVersion: string, { plugin }: Enforcer): boolean {
  return OWN_GROUPS.get(plugin ?? '')?.includes(groupOf(apiVersion)) ?? false
}
