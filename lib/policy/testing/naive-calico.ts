import { clusterDecision, isAmong, kubernetesAllows, kubernetesSelects } from './naive-calico-kubernetes'
import { naiveFirstMatch, naivePodLabels, naivePrefixedHolds } from './naive-calico-rule'
import { naiveSelectorHolds } from './naive-calico-selector'
import type { CalicoPacket, CalicoPod, CalicoPolicySpec, CalicoWorld, NaiveCalicoPolicy, NaiveDirection } from './naive-calico-world'

/**
 * A second evaluator of Calico's tiers, for tests only: one packet at a time, straight from the documents, address by
 * address, without classes, sets or anything else of the engine. It is meant to be read beside the specification.
 */

/** What the policies of one pod say of a packet that it sends or gets. */
export function naiveCalicoAllows(world: CalicoWorld, pod: CalicoPod, direction: NaiveDirection, packet: CalicoPacket): boolean {
  const applicable = [
    ...world.policies
      .filter(({ namespace, spec }) => naivelySelects(world, { namespace, spec }, pod) && typesOf(spec).includes(direction))
      .map((policy) => ({
        tier: policy.spec.tier ?? 'default',
        order: policy.spec.order ?? Number.POSITIVE_INFINITY,
        name: `${policy.name}/${policy.namespace ?? ''}/${policy.namespace === null ? 'GlobalNetworkPolicy' : 'NetworkPolicy'}`,
        decide: () => naiveFirstMatch(world, policy.spec[direction] ?? [], policy.namespace, packet),
      })),
    ...world.kubernetes
      .map((policy, index) => ({ policy, index }))
      .filter(({ policy }) => policy.namespace === pod.namespace && kubernetesSelects(policy, pod, direction))
      .map(({ policy, index }) => ({
        tier: 'default',
        order: 1000,
        name: `policy-${index}/${policy.namespace}/NetworkPolicy`,
        decide: () => (kubernetesAllows(world, policy, direction, packet) ? 'allow' : null),
      })),
    ...world.cluster
      .map((policy, index) => ({ policy, index }))
      .filter(({ policy }) => isAmong(policy.subject, pod))
      .map(({ policy, index }) => ({
        tier: policy.tier === 'Admin' ? 'kube-admin' : 'kube-baseline',
        order: policy.priority,
        name: `cluster-policy-${index}//ClusterNetworkPolicy`,
        decide: () => clusterDecision(world, policy, direction, packet),
      })),
  ]
  for (const tier of naiveTiers(
    world,
    applicable.map((policy) => policy.tier),
  )) {
    const inTier = applicable
      .filter((policy) => policy.tier === tier.name)
      .sort((a, b) => (a.order === b.order ? (a.name < b.name ? -1 : 1) : a.order - b.order))
    if (inTier.length === 0) continue
    let decision: string | null = null
    for (const policy of inTier) decision ??= policy.decide()
    decision ??= tier.defaultAction === 'Pass' ? 'pass' : 'deny'
    if (decision !== 'pass') return decision === 'allow'
  }
  const profile = world.profiles.find(({ name }) => name === `kns.${pod.namespace}`)
  return profile === undefined || naiveFirstMatch(world, profile[direction] ?? [], null, packet) === 'allow'
}

/** Tiers in order: those that exist, then those that are only named. */
export function naiveTiers(
  { tiers }: CalicoWorld,
  named: readonly string[],
): readonly { readonly name: string; readonly order: number; readonly defaultAction: string }[] {
  const existing = [
    { name: 'kube-admin', order: 1000, defaultAction: 'Pass' },
    { name: 'default', order: 1_000_000, defaultAction: 'Deny' },
    { name: 'kube-baseline', order: 10_000_000, defaultAction: 'Pass' },
    ...tiers.map(({ name, order = Number.POSITIVE_INFINITY, defaultAction = 'Deny' }) => ({ name, order, defaultAction })),
  ].sort((a, b) => (a.order === b.order ? (a.name < b.name ? -1 : 1) : a.order - b.order))
  const missing = [...new Set(named)].filter((name) => existing.every((tier) => tier.name !== name)).sort()
  return [...existing, ...missing.map((name) => ({ name, order: Number.POSITIVE_INFINITY, defaultAction: 'Deny' }))]
}

export function typesOf({ types, ingress = [], egress = [] }: CalicoPolicySpec): readonly NaiveDirection[] {
  if (types !== undefined && types.length > 0) return types.map((type) => (type === 'Ingress' ? 'ingress' : 'egress'))
  if (egress.length === 0) return ['ingress']
  return ingress.length === 0 ? ['egress'] : ['ingress', 'egress']
}

function naivelySelects(world: CalicoWorld, { namespace, spec }: Omit<NaiveCalicoPolicy, 'name'>, pod: CalicoPod): boolean {
  if (spec.doNotTrack || spec.preDNAT) return false
  const labels = naivePodLabels(world, pod)
  if (namespace !== null && pod.namespace !== namespace) return false
  return (
    naiveSelectorHolds(spec.selector ?? '', labels) &&
    (namespace !== null || naivePrefixedHolds(spec.namespaceSelector, 'pcns.', labels)) &&
    naivePrefixedHolds(spec.serviceAccountSelector, 'pcsa.', labels)
  )
}
