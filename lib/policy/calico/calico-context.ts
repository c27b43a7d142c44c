import type { Cluster } from '../../model/cluster'
import { Fields } from '../../model/fields'
import { type Labels, NO_LABELS } from '../../model/labels'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import { documentOf } from '../../model/raw-object'
import { NO_ADDRESSES } from '../address-set'
import type { ConnectionSets } from '../connection-sets'
import { vendorOf } from '../profile'
import { type TierPlan, UNREADABLE_TIER } from '../tiers'
import { hostLabels, namespacedLabels, type Selectable } from './endpoint-labels'
import { type HostEndpoint, readHostEndpoint } from './host-endpoint'
import { type LabelLookup, type LabelledAddresses, readAddresses } from './labelled-addresses'

/** What Calico policies refer to. */
export type CalicoContext = Selectable & {
  readonly cluster: Cluster
  readonly sets: ConnectionSets
  readonly tiers: ReadonlyMap<string, CalicoTier>
  readonly hostEndpoints: readonly HostEndpoint[]
  readonly hostLabelsOf: (host: HostEndpoint) => LabelLookup
  /** Profile objects with rules of their own, by name. */
  readonly profiles: ReadonlyMap<string, RawObject>
  readonly problems: readonly InputProblem[]
}

export type CalicoTier = {
  readonly order: number
  readonly defaultAction: 'Deny' | 'Pass'
  /** False when the object could not be read, so that nobody knows where the tier stands and how it ends. */
  readonly isUnderstood: boolean
}

export const PROFILE_TIER = '__PROFILE__'

/** Tiers that every cluster has, or that take the kinds of Kubernetes. */
const BUILT_IN: readonly (readonly [string, CalicoTier])[] = [
  ['kube-admin', { order: 1_000, defaultAction: 'Pass', isUnderstood: true }],
  ['adminnetworkpolicy', { order: 1_000, defaultAction: 'Pass', isUnderstood: true }],
  ['default', { order: 1_000_000, defaultAction: 'Deny', isUnderstood: true }],
  ['kube-baseline', { order: 10_000_000, defaultAction: 'Pass', isUnderstood: true }],
  ['baselineadminnetworkpolicy', { order: 10_000_000, defaultAction: 'Pass', isUnderstood: true }],
]

/** What a Tier object leaves out when no built-in tier has its name. */
const USER_TIER: CalicoTier = { order: Number.POSITIVE_INFINITY, defaultAction: 'Deny', isUnderstood: true }

export function calicoContext(cluster: Cluster, sets: ConnectionSets): CalicoContext {
  const objects = cluster.policies.filter(({ meta }) => vendorOf(meta.apiVersion) === 'calico')
  const problems: InputProblem[] = []
  const ofKind = (...kinds: readonly string[]): readonly RawObject[] => objects.filter(({ meta }) => kinds.includes(meta.kind))

  const tiers = new Map(BUILT_IN)
  for (const raw of ofKind('Tier')) {
    const { name } = raw.meta
    tiers.set(
      name,
      readObject(raw, problems, (spec) => readTier(spec, tiers.get(name) ?? USER_TIER)),
    )
  }
  const profiles = new Map(ofKind('Profile').map((raw) => [raw.meta.name, raw]))
  const profileLabels = new Map<string, Labels>()
  for (const [name, raw] of profiles) {
    // The rules are read with the profile's policy, which reports what is wrong in the object.
    const labels = readObject(raw, [], (spec) => ({ labels: spec.labels('labelsToApply'), isUnderstood: true })).labels
    if (labels.size > 0) profileLabels.set(name, labels)
  }
  const networkSets = ofKind('NetworkSet', 'GlobalNetworkSet').map((raw) =>
    readObject(raw, problems, (spec): LabelledAddresses => {
      const { labels, namespace } = raw.meta
      const namespaceLabels = namespace === null ? NO_LABELS : (cluster.namespaces.get(namespace)?.labels ?? NO_LABELS)
      const addresses = readAddresses(spec, 'nets')
      return {
        labels: namespace === null ? labels : namespacedLabels(labels, { namespace, namespaceLabels }, profileLabels),
        addresses: addresses ?? NO_ADDRESSES,
        isUnderstood: addresses !== null,
      }
    }),
  )
  const hostEndpoints = ofKind('HostEndpoint').map((raw) => readObject(raw, problems, (spec) => readHostEndpoint(raw, spec)))
  const hostLabelsOf = ({ labels, profiles: own }: HostEndpoint): LabelLookup => hostLabels(labels, own, profileLabels)
  const hosts = hostEndpoints.map((host): LabelledAddresses => ({ ...host, labels: hostLabelsOf(host) }))
  return { cluster, sets, tiers, hostEndpoints, hostLabelsOf, profiles, profileLabels, labelled: [...networkSets, ...hosts], problems }
}

/** Tiers in order: those that exist before those that policies only name, then by order and name. The profile comes last. */
export function calicoTierPlan(context: CalicoContext, named: readonly string[]): TierPlan {
  return {
    tiers: [UNREADABLE_TIER, ...[...tierNames(context, named), PROFILE_TIER].map((name) => ({ name, mode: 'ordered' as const }))],
    lastStep: (namespace) => ({ tier: PROFILE_TIER, kind: 'Profile', policy: `kns.${namespace}`, action: 'allow', rule: 0 }),
  }
}

/** The names of all tiers, in the order in which Calico asks them. */
export function tierNames(context: CalicoContext, named: readonly string[]): readonly string[] {
  const all = new Set([...context.tiers.keys(), ...named])
  all.delete(PROFILE_TIER)
  const orderOf = (name: string): number => context.tiers.get(name)?.order ?? Number.POSITIVE_INFINITY
  return [...all].sort((a, b) => {
    const exists = Number(context.tiers.has(b)) - Number(context.tiers.has(a))
    if (exists !== 0) return exists
    const [first, second] = [orderOf(a), orderOf(b)]
    return first === second ? (a < b ? -1 : 1) : first < second ? -1 : 1
  })
}

/** A tier that no object describes is enforced all the same and ends in a drop. */
export function endsInDrop(context: CalicoContext, tier: string): boolean {
  return context.tiers.get(tier)?.defaultAction !== 'Pass'
}

function readTier(spec: Fields, standard: CalicoTier): CalicoTier {
  const order = spec.get('order')
  const isOrder = order === undefined || typeof order === 'number'
  if (!isOrder) spec.problem('order', 'must be a number')
  const defaultAction = spec.oneOf('defaultAction', ['Deny', 'Pass'], standard.defaultAction)
  return { order: typeof order === 'number' ? order : standard.order, defaultAction, isUnderstood: isOrder }
}

/** Reads the `spec` of one object; with a problem in it, the object counts as not understood. */
function readObject<Read extends { readonly isUnderstood: boolean }>(
  raw: RawObject,
  problems: InputProblem[],
  read: (spec: Fields) => Read,
): Read {
  const { kind, name } = raw.meta
  const found: InputProblem[] = []
  const result = read(new Fields(raw.body, documentOf(raw), (problem) => found.push(problem)).object('spec'))
  problems.push(...found.map((problem) => ({ ...problem, message: `${kind} ${name}: ${problem.message}` })))
  return found.some(({ severity }) => severity === 'error') ? { ...result, isUnderstood: false } : result
}
