import { type Cidr, cidrOf, parseAddress, parseCidr } from '../../model/address'
import type { Cluster } from '../../model/cluster'
import { Fields } from '../../model/fields'
import { NO_LABELS } from '../../model/labels'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import { documentOf } from '../../model/raw-object'
import { addressSetOf } from '../address-set'
import type { ConnectionSets } from '../connection-sets'
import { vendorOf } from '../profile'
import { type TierPlan, UNREADABLE_TIER } from '../tiers'
import type { NetworkSet } from './endpoint-labels'

/** What Calico policies refer to. */
export type CalicoContext = {
  readonly cluster: Cluster
  readonly sets: ConnectionSets
  readonly networkSets: readonly NetworkSet[]
  readonly tiers: ReadonlyMap<string, CalicoTier>
  readonly problems: readonly InputProblem[]
}

export type CalicoTier = { readonly order: number; readonly defaultAction: 'Deny' | 'Pass' }

export const PROFILE_TIER = '__PROFILE__'

/** Tiers that every cluster has, or that take the kinds of Kubernetes. */
const BUILT_IN: readonly (readonly [string, CalicoTier])[] = [
  ['kube-admin', { order: 1_000, defaultAction: 'Pass' }],
  ['adminnetworkpolicy', { order: 1_000, defaultAction: 'Pass' }],
  ['default', { order: 1_000_000, defaultAction: 'Deny' }],
  ['kube-baseline', { order: 10_000_000, defaultAction: 'Pass' }],
  ['baselineadminnetworkpolicy', { order: 10_000_000, defaultAction: 'Pass' }],
]

export function calicoContext(cluster: Cluster, sets: ConnectionSets): CalicoContext {
  const objects = cluster.policies.filter(({ meta }) => vendorOf(meta.apiVersion) === 'calico')
  const problems: InputProblem[] = []
  const tiers = new Map(BUILT_IN)
  const networkSets: NetworkSet[] = []
  for (const raw of objects) {
    const spec = specOf(raw, problems)
    if (raw.meta.kind === 'Tier') tiers.set(raw.meta.name, readTier(spec))
    if (raw.meta.kind === 'NetworkSet' || raw.meta.kind === 'GlobalNetworkSet') networkSets.push(readNetworkSet(raw, spec, cluster))
  }
  return { cluster, sets, networkSets, tiers, problems }
}

/** Tiers in order: those that exist before those that policies only name, then by order and name. The profile comes last. */
export function calicoTierPlan(context: CalicoContext, named: readonly string[]): TierPlan {
  const all = new Set([...context.tiers.keys(), ...named])
  const orderOf = (name: string): number => context.tiers.get(name)?.order ?? Number.POSITIVE_INFINITY
  const sorted = [...all].sort((a, b) => {
    const exists = Number(context.tiers.has(b)) - Number(context.tiers.has(a))
    if (exists !== 0) return exists
    const [first, second] = [orderOf(a), orderOf(b)]
    return first === second ? (a < b ? -1 : 1) : first < second ? -1 : 1
  })
  return {
    tiers: [
      UNREADABLE_TIER,
      ...[...sorted.filter((name) => name !== PROFILE_TIER), PROFILE_TIER].map((name) => ({ name, mode: 'ordered' as const })),
    ],
    lastStep: (namespace) => ({ tier: PROFILE_TIER, kind: 'Profile', policy: `kns.${namespace}`, action: 'allow', rule: 0 }),
  }
}

/** A tier that no object describes is enforced all the same and ends in a drop. */
export function endsInDrop(context: CalicoContext, tier: string): boolean {
  return context.tiers.get(tier)?.defaultAction !== 'Pass'
}

/** A CIDR, or one address as Calico also writes it. */
export function parseNet(text: string): Cidr | null {
  const address = parseAddress(text)
  return address === null ? parseCidr(text) : cidrOf(address, address.family === 4 ? 32 : 128)
}

function readTier(spec: Fields): CalicoTier {
  const order = spec.get('order')
  const defaultAction = spec.oneOf('defaultAction', ['Deny', 'Pass'], 'Deny')
  return { order: typeof order === 'number' ? order : Number.POSITIVE_INFINITY, defaultAction }
}

function readNetworkSet(raw: RawObject, spec: Fields, cluster: Cluster): NetworkSet {
  const { namespace } = raw.meta
  const nets = spec.strings('nets').flatMap((text) => {
    const net = parseNet(text)
    if (net === null) spec.problem('nets', `"${text}" is no address and no CIDR`)
    return net ?? []
  })
  return {
    labels: raw.meta.labels,
    namespace: namespace === null ? null : { name: namespace, labels: cluster.namespaces.get(namespace)?.labels ?? NO_LABELS },
    addresses: addressSetOf(nets),
  }
}

function specOf(raw: RawObject, problems: InputProblem[]): Fields {
  const { kind, name } = raw.meta
  const sink = (problem: InputProblem): void => {
    problems.push({ ...problem, message: `${kind} ${name}: ${problem.message}` })
  }
  return new Fields(raw.body, documentOf(raw), sink).object('spec')
}
