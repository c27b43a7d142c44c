import type { Cluster } from '../../model/cluster'
import type { Assumptions } from '../assumptions'
import type { CompiledDirection, CompiledPolicy, CompiledRule } from '../compiled-policy'
import { EVERYBODY } from '../compiled-policy'
import type { ConnectionSets } from '../connection-sets'
import type { PolicyFamily } from '../policy-family'
import { vendorOf } from '../profile'
import { calicoContext, calicoTierPlan } from './calico-context'
import { compileCalicoPolicy, compileCalicoProfile } from './calico-policy'
import { readStagedKubernetesPolicy } from './staged'

const POLICY_KINDS: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
])

/** NetworkPolicies stand at this order in tier `default`. */
const NETWORK_POLICY_ORDER = 1000

/** How a cluster with Calico reads and orders policies of every kind. */
export function calicoFamily(cluster: Cluster, sets: ConnectionSets, assumptions: Assumptions): PolicyFamily {
  const context = calicoContext(cluster, sets)
  return {
    problems: context.problems,
    read: (raw) => {
      const { apiVersion, kind, name } = raw.meta
      if (vendorOf(apiVersion) !== 'calico') return null
      if (POLICY_KINDS.has(kind)) return [{ ...compileCalicoPolicy(raw, context), isStaged: kind.startsWith('Staged') }]
      if (kind === 'StagedKubernetesNetworkPolicy') {
        const reading = readStagedKubernetesPolicy(raw, sets, assumptions)
        return [{ ...reading, policy: adopt(reading.policy, sets), isStaged: true }]
      }
      // A namespace without a Profile object of its own has one that allows everything.
      if (kind === 'Profile' && name.startsWith('kns.')) return [{ ...compileCalicoProfile(raw, context), isStaged: false }]
      return null
    },
    adopt: (policy) => adopt(policy, sets),
    extra: [],
    isEnforcing: true,
    plan: (policies) =>
      calicoTierPlan(
        context,
        policies.map((policy) => policy.tier),
      ),
  }
}

function adopt(policy: CompiledPolicy, sets: ConnectionSets): CompiledPolicy {
  switch (policy.kind) {
    case 'NetworkPolicy':
    case 'StagedKubernetesNetworkPolicy':
      return { ...policy, tier: 'default', order: NETWORK_POLICY_ORDER }
    case 'ClusterNetworkPolicy':
      return {
        ...policy,
        tier: policy.tier === 'Admin' ? 'kube-admin' : 'kube-baseline',
        ingress: withoutUnsupportedPeers(policy.ingress, sets),
        egress: withoutUnsupportedPeers(policy.egress, sets),
      }
    case 'AdminNetworkPolicy':
      return { ...policy, tier: 'adminnetworkpolicy' }
    case 'BaselineAdminNetworkPolicy':
      return { ...policy, tier: 'baselineadminnetworkpolicy', order: NETWORK_POLICY_ORDER }
    default:
      return policy
  }
}

/** Calico does not know `nodes` and `domainNames`: such a rule fails closed. Source: libcalico-go conversion of ClusterNetworkPolicy. */
function withoutUnsupportedPeers(direction: CompiledDirection, sets: ConnectionSets): CompiledDirection {
  const rules = direction.rules.map((rule): CompiledRule => {
    const isSupported = rule.peers.every((peer) => peer.every((term) => term.kind !== 'nodes' && term.kind !== 'domains'))
    if (isSupported) return rule
    if (rule.action === 'allow') return { ...rule, peers: [] }
    return { ...rule, action: 'deny', peers: EVERYBODY, ports: { ...rule.ports, set: sets.all, names: [], exceptNames: [] } }
  })
  return { ...direction, rules }
}
