import type { CalicoSelector } from '../../model/calico-selector'
import type { Cluster } from '../../model/cluster'
import { isRecord } from '../../model/fields'
import type { RawObject } from '../../model/object'
import type { Assumptions } from '../assumptions'
import type { CompiledDirection, CompiledPolicy, CompiledRule } from '../compiled-policy'
import { allOthers, EVERYBODY } from '../compiled-policy'
import type { ConnectionSets } from '../connection-sets'
import { podsTerm } from '../end-term'
import type { PolicyFamily } from '../policy-family'
import type { PolicyReading } from '../policy-reading'
import { vendorOf } from '../profile'
import { type CalicoContext, calicoContext, calicoTierPlan } from './calico-context'
import { compileCalicoPolicy, compileCalicoProfile } from './calico-policy'
import { SERVICE_ACCOUNT_LABEL, selectorTerm } from './endpoint-labels'
import { calicoHostGuards } from './host-guards'
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
      const { apiVersion, kind } = raw.meta
      if (vendorOf(apiVersion) !== 'calico') return null
      if (POLICY_KINDS.has(kind)) return [{ ...compileCalicoPolicy(raw, context), isStaged: kind.startsWith('Staged') }]
      if (kind === 'StagedKubernetesNetworkPolicy') {
        const reading = readStagedKubernetesPolicy(raw, sets, assumptions)
        return [{ ...reading, policy: adopt(reading.policy, sets), isStaged: true }]
      }
      return kind === 'Profile' ? readProfile(raw, context) : null
    },
    adopt: (policy) => adopt(policy, sets),
    extra: [],
    isEnforcing: true,
    hosts: calicoHostGuards(context),
    plan: (policies) =>
      calicoTierPlan(
        context,
        policies.map((policy) => policy.tier),
      ),
  }
}

/**
 * The profile of a namespace, or of a service account behind it. A namespace without a Profile object of its own has
 * one that allows everything, so that nothing reaches the profile of the service account.
 */
function readProfile(raw: RawObject, context: CalicoContext): readonly (PolicyReading & { readonly isStaged: boolean })[] | null {
  const [prefix, namespace = '', ...account] = raw.meta.name.split('.')
  const inNamespace = podsTerm(namespace, null, null)
  const { profileLabels } = context
  if (prefix === 'kns') {
    const whole = podsTerm([namespace, ...account].join('.'), null, null)
    return [{ ...compileCalicoProfile(raw, [whole], 0, context), isStaged: false }]
  }
  if (prefix !== 'ksa' || !context.profiles.has(`kns.${namespace}`)) return null
  const ofAccount: CalicoSelector = { kind: 'equals', key: SERVICE_ACCOUNT_LABEL, value: account.join('.') }
  const subject = [inNamespace, selectorTerm(ofAccount, false, { labelled: [], profileLabels })]
  return [{ ...compileCalicoProfile(raw, subject, 1, context), isStaged: false }]
}

function adopt(policy: CompiledPolicy, sets: ConnectionSets): CompiledPolicy {
  switch (policy.kind) {
    case 'NetworkPolicy':
    case 'StagedKubernetesNetworkPolicy':
      return {
        ...policy,
        tier: 'default',
        order: NETWORK_POLICY_ORDER,
        ingress: withEveryProtocol(policy.ingress, policy.raw),
        egress: withEveryProtocol(policy.egress, policy.raw),
      }
    case 'ClusterNetworkPolicy':
      return {
        ...policy,
        tier: policy.tier === 'Admin' ? 'kube-admin' : 'kube-baseline',
        ingress: withoutUnsupportedPeers(policy.ingress, sets),
        egress: withoutUnsupportedPeers(policy.egress, sets),
      }
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy': {
      const isAdmin = policy.kind === 'AdminNetworkPolicy'
      return {
        ...policy,
        tier: isAdmin ? 'adminnetworkpolicy' : 'baselineadminnetworkpolicy',
        order: isAdmin ? policy.order : NETWORK_POLICY_ORDER,
        ingress: withoutUnsupportedPeers(policy.ingress, sets),
        egress: withoutUnsupportedPeers(policy.egress, sets),
      }
    }
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
    const ports = { set: sets.all, names: [], exceptNames: [], others: allOthers('yes') }
    return { ...rule, action: 'deny', peers: EVERYBODY, ports }
  })
  return { ...direction, rules }
}

/** A rule of a NetworkPolicy without ports becomes a rule without a protocol, which ICMP meets too; one with ports names its protocols. */
function withEveryProtocol(direction: CompiledDirection, raw: RawObject): CompiledDirection {
  const { spec } = raw.body
  const rules = direction.rules.map((rule): CompiledRule => {
    const list: unknown = isRecord(spec) && Object.hasOwn(spec, rule.direction) ? spec[rule.direction] : undefined
    const document: unknown = Array.isArray(list) ? list[rule.index] : undefined
    if (!isRecord(document)) return rule
    const hasPorts = Array.isArray(document.ports) && document.ports.length > 0
    return { ...rule, ports: { ...rule.ports, others: allOthers(hasPorts ? 'no' : 'yes') } }
  })
  return { ...direction, rules }
}
