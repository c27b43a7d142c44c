import type { ClusterNode } from '../../model/cluster'
import { matchesSelector } from '../../model/selector'
import { addressesOf } from '../footprint'
import type { HostGuard, HostGuards } from '../machines/host-guard'
import { portsOfGuards } from '../machines/ports-of-guards'
import { vendorOf } from '../profile'
import type { AppliedTier } from '../tiers'
import type { CiliumContext } from './cilium-context'
import { compileHostPolicies, type HostPolicy } from './cilium-policy'

/** What clusterwide policies with a node selector do to machines; null without the host firewall or without such policies. */
export function ciliumHostGuards(context: CiliumContext): HostGuards | null {
  const { cluster, assumptions } = context
  if (!assumptions.hostFirewall || assumptions.enablePolicy === 'never') return null
  const policies = cluster.policies
    .filter(({ meta }) => meta.kind === 'CiliumClusterwideNetworkPolicy' && vendorOf(meta.apiVersion) === 'cilium')
    .flatMap((raw) => compileHostPolicies(raw, context))
  if (policies.length === 0) return null
  const guards = new Map([...cluster.nodes.values()].map((node) => [node.name, guardOf(node, policies)]))
  return {
    guardForwarded: false,
    hasPending: false,
    addresses: policies.flatMap(({ policy }) => addressesOf(policy)),
    policies: policies.map(({ policy }) => policy),
    portsIn: portsOfGuards([...guards.values()]),
    guardsOfForwarding: () => [],
    guardsOf: ({ node }) => {
      if (node === null) return []
      if (node.name === null) return [...guards.values()]
      const guard = guards.get(node.name)
      return guard === undefined ? [] : [guard]
    },
  }
}

function guardOf({ name, meta }: ClusterNode, policies: readonly HostPolicy[]): HostGuard {
  const selecting = policies.filter(({ nodes }) => matchesSelector(nodes, meta.labels)).map(({ policy }) => policy)
  return {
    machine: name,
    certainty: 'yes',
    tiers: (chain, direction) => {
      const applying = chain === 'local' ? selecting.filter((policy) => policy[direction].applies !== 'no') : []
      const tier: AppliedTier = { name: 'Normal', mode: 'union', policies: applying }
      return applying.length === 0 ? [] : [tier]
    },
  }
}
