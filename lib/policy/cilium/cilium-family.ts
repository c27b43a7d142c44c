import type { Cluster } from '../../model/cluster'
import { NO_LABELS } from '../../model/labels'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { Selector } from '../../model/selector'
import type { Assumptions } from '../assumptions'
import { allOthers, type CompiledDirection, type CompiledPolicy, type CompiledRule, MODE_KIND } from '../compiled-policy'
import type { ConnectionSets } from '../connection-sets'
import type { PolicyFamily } from '../policy-family'
import { vendorOf } from '../profile'
import { UNREADABLE_TIER } from '../tiers'
import { type CiliumContext, ciliumContext } from './cilium-context'
import { compileCiliumPolicy } from './cilium-policy'
import { selectorTerm } from './endpoint-selector'
import { ciliumHostGuards } from './host-guards'

const POLICY_KINDS: ReadonlySet<string> = new Set(['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'])

/** How a cluster with Cilium reads and orders policies of every kind: NetworkPolicies stand beside Cilium's own. */
export function ciliumFamily(cluster: Cluster, sets: ConnectionSets, assumptions: Assumptions): PolicyFamily {
  const context = ciliumContext(cluster, sets, assumptions)
  return {
    problems: context.problems,
    read: (raw) => {
      if (vendorOf(raw.meta.apiVersion) !== 'cilium' || !POLICY_KINDS.has(raw.meta.kind)) return null
      return compileCiliumPolicy(raw, context).map((reading) => ({ ...reading, isStaged: false }))
    },
    adopt: (policy) => (policy.kind === 'NetworkPolicy' ? asCilium(policy, sets) : withNameServers(policy, context)),
    extra: assumptions.enablePolicy === 'always' ? [isolateEverything()] : [],
    isEnforcing: assumptions.enablePolicy !== 'never',
    hosts: ciliumHostGuards(context),
    plan: () => ({
      tiers: [
        UNREADABLE_TIER,
        { name: 'Admin', mode: 'first-match' },
        { name: 'Normal', mode: 'union' },
        { name: 'Baseline', mode: 'first-match' },
      ],
      lastStep: null,
      isolatesLast: ({ tier, kind }) => tier === 'Normal' && (kind !== 'NetworkPolicy' || assumptions.baselineBeforeIsolation),
    }),
  }
}

/** Cilium reads a NetworkPolicy as its own: a rule without ports covers every protocol, one with ports only those. */
function asCilium(policy: CompiledPolicy, sets: ConnectionSets): CompiledPolicy {
  const direction = (side: CompiledDirection): CompiledDirection => ({
    ...side,
    rules: side.rules.map((rule) => {
      const hasPorts = rule.ports.set !== sets.all || rule.ports.names.length > 0
      return rule.index < 0 ? rule : { ...rule, ports: { ...rule.ports, others: allOthers(hasPorts ? 'no' : 'yes') } }
    }),
  })
  return { ...policy, tier: 'Normal', ingress: direction(policy.ingress), egress: direction(policy.egress) }
}

/** A rule for DNS names also lets through the questions about them: Cilium learns the addresses from the answers. */
function withNameServers(policy: CompiledPolicy, { sets, assumptions }: CiliumContext): CompiledPolicy {
  const servers = selectorTerm(NAME_SERVERS, { namespace: null, cluster: assumptions.cluster })
  const names = ['dns', 'dns-tcp'].map((name) => ({ name, protocol: null }))
  const ports = { set: sets.none, names, exceptNames: [], others: allOthers('no') }
  const rules = policy.egress.rules.flatMap((rule): readonly CompiledRule[] => {
    const domains = rule.action === 'allow' ? rule.peers.flat().flatMap((term) => (term.kind === 'domains' ? term.names : [])) : []
    if (domains.length === 0) return [rule]
    const restriction = domains.map((name) => `DNS ${name}`).join(', ')
    return [{ ...rule, peers: [[servers]], ports, certainty: 'l7-rule', restriction }, rule]
  })
  return { ...policy, egress: { ...policy.egress, rules } }
}

/** Source: cilium pkg/k8s/cluster_network_policy.go. */
const NAME_SERVERS: Selector = { matchLabels: new Map([['k8s-app', 'kube-dns']]), matchExpressions: [] }

/** The mode `always`: every pod is isolated, with or without a policy. */
function isolateEverything(): CompiledPolicy {
  const kind = MODE_KIND
  const name = 'enable-policy'
  const meta: RawObject['meta'] = {
    apiVersion: 'cilium.io/v2',
    kind,
    name,
    namespace: null,
    uid: null,
    labels: NO_LABELS,
    annotations: NO_LABELS,
    owners: [],
    generation: null,
    createdAt: null,
    origin: null,
  }
  const isolated: CompiledDirection = { applies: 'yes', isolates: 'yes', rules: [] }
  return {
    ref: policyRef(kind, null, name),
    kind,
    namespace: null,
    name,
    raw: { meta, body: { spec: { 'enable-policy': 'always' } }, locate: null },
    tier: 'Normal',
    order: 0,
    subject: [],
    ingress: isolated,
    egress: isolated,
  }
}
