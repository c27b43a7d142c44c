import type { Cluster } from '../model/cluster'
import { documentProblem } from '../model/fields'
import { policyRef } from '../model/names'
import type { RawObject } from '../model/object'
import type { InputProblem } from '../model/problem'
import { documentOf } from '../model/raw-object'
import type { AddressSet } from './address-set'
import type { Assumptions } from './assumptions'
import { calicoFamily } from './calico/calico-family'
import { withStaged } from './calico/staged'
import { ciliumFamily } from './cilium/cilium-family'
import { type CompiledPolicy, NOT_APPLYING } from './compiled-policy'
import type { ConnectionSets } from './connection-sets'
import { podsTerm } from './end-term'
import { termsOf } from './footprint'
import { compileAdminNetworkPolicy, compileBaselineAdminNetworkPolicy } from './kubernetes/admin-network-policy'
import { compileClusterNetworkPolicy } from './kubernetes/cluster-network-policy'
import { compileNetworkPolicy } from './kubernetes/network-policy'
import type { HostGuards } from './machines/host-guard'
import type { PolicyFamily } from './policy-family'
import type { PolicyEnforcement } from './policy-info'
import { type PolicyReading, unreadable } from './policy-reading'
import { vendorOf } from './profile'
import { KUBERNETES_TIERS, type TierPlan } from './tiers'
import type { ProfileName } from './types'
import { namespacesNotRead, standInsForUnread, withUnknownNamespaces } from './unread-objects'

/** All policies of a cluster in evaluable form. */
export type ReadPolicies = {
  /** Those that count in verdicts. */
  readonly evaluated: readonly CompiledPolicy[]
  readonly listed: readonly ListedPolicy[]
  /** Those that would count if the staged ones were enforced; null when nothing is staged. */
  readonly pending: readonly CompiledPolicy[] | null
  readonly plan: TierPlan
  readonly problems: readonly InputProblem[]
  /** The address sets that rules name; between their bounds no policy tells addresses apart. */
  readonly addresses: readonly AddressSet[]
  readonly byObject: ReadonlyMap<RawObject, ReadObject>
  readonly hosts: HostGuards | null
  /** What stands for the kinds that could not be read. */
  readonly unseen: { readonly unread: Cluster['unread']; readonly policies: readonly CompiledPolicy[] }
}

/** What one object of the cluster gives. */
type ReadObject = { readonly listed: readonly ListedPolicy[]; readonly problems: readonly InputProblem[] }

export type ListedPolicy = { readonly policy: CompiledPolicy; readonly enforcement: PolicyEnforcement }

type Compile = (raw: RawObject, sets: ConnectionSets, assumptions: Assumptions) => PolicyReading

const COMPILERS: ReadonlyMap<string, Compile> = new Map([
  ['networking.k8s.io/NetworkPolicy', compileNetworkPolicy],
  ['policy.networking.k8s.io/AdminNetworkPolicy', compileAdminNetworkPolicy],
  ['policy.networking.k8s.io/BaselineAdminNetworkPolicy', compileBaselineAdminNetworkPolicy],
  ['policy.networking.k8s.io/ClusterNetworkPolicy', compileClusterNetworkPolicy],
])

/** Objects that policies of Linkerd refer to. */
const LINKERD_AUTHENTICATIONS: ReadonlySet<string> = new Set(['MeshTLSAuthentication', 'NetworkAuthentication'])

/** Objects that policies refer to; they decide nothing alone. */
const SUPPORTING_KINDS: ReadonlySet<string> = new Set([
  'Tier',
  'NetworkSet',
  'GlobalNetworkSet',
  'Profile',
  'HostEndpoint',
  'CiliumCIDRGroup',
])

/** `previous`: the same profile's reading of an earlier state of the cluster, of which unchanged objects are taken over. */
export function readPolicies(
  cluster: Cluster,
  profile: ProfileName,
  sets: ConnectionSets,
  assumptions: Assumptions,
  previous: ReadPolicies | null = null,
): ReadPolicies {
  const family = familyOf(cluster, profile, sets, assumptions)
  // What a plugin's own reader makes of an object may depend on other objects.
  const known = family === null ? (previous?.byObject ?? null) : null
  const byObject = new Map(
    cluster.policies.map((raw) => [raw, known?.get(raw) ?? readObject(raw, { family, profile, sets, assumptions })] as const),
  )
  const listed = cluster.policies.flatMap((raw) => byObject.get(raw)?.listed ?? [])
  const problems = [...(family?.problems ?? []), ...cluster.policies.flatMap((raw) => byObject.get(raw)?.problems ?? [])]
  problems.push(...mixedKinds(listed))
  const counting = listed.filter(({ enforcement }) => COUNTING.has(enforcement)).map(({ policy }) => policy)
  const isUnseenKnown = previous !== null && previous.unseen.unread === cluster.unread
  const unseen = isUnseenKnown
    ? previous.unseen.policies
    : standInsForUnread(cluster, profile, sets).map((policy) => family?.adopt(policy) ?? policy)
  const notRead = namespacesNotRead(cluster)
  const certain = notRead.size === 0 ? counting : counting.map((policy) => withUnknownNamespaces(policy, notRead, sets))
  const deciding = [...certain, ...unseen]
  const evaluated = family === null ? deciding : family.isEnforcing ? [...deciding, ...family.extra] : []
  const staged = listed.filter(({ enforcement }) => enforcement === 'staged').map(({ policy }) => policy)
  const all = [...evaluated, ...staged]
  return {
    evaluated,
    pending: staged.length === 0 ? null : withStaged(evaluated, staged),
    plan: family === null ? KUBERNETES_TIERS : family.plan(all),
    listed,
    problems,
    addresses: [...addressSetsOf(all), ...(family?.hosts?.addresses ?? [])],
    hosts: family?.hosts ?? null,
    byObject,
    unseen: { unread: cluster.unread, policies: unseen },
  }
}

type ReadingContext = {
  readonly family: PolicyFamily | null
  readonly profile: ProfileName
  readonly sets: ConnectionSets
  readonly assumptions: Assumptions
}

function readObject(raw: RawObject, { family, profile, sets, assumptions }: ReadingContext): ReadObject {
  const group = raw.meta.apiVersion.split('/')[0] ?? ''
  const own = family?.read(raw) ?? null
  if (own !== null) {
    const problems = own.flatMap((reading) => reading.problems)
    const isBroken = problems.some((problem) => problem.severity === 'error')
    const listed = own.map(({ policy, isStaged }): ListedPolicy => {
      return { policy, enforcement: isStaged ? 'staged' : isBroken ? 'unreadable' : 'enforced' }
    })
    return { listed, problems }
  }
  const enforcement = enforcementOf(group, raw.meta.kind, profile)
  const compile = COMPILERS.get(`${group}/${raw.meta.kind}`)
  if (compile !== undefined && enforcement === 'enforced') {
    const { policy: compiled, problems } = compile(raw, sets, assumptions)
    const isBroken = problems.some((problem) => problem.severity === 'error')
    const policy = family?.adopt(compiled) ?? compiled
    return { listed: [{ policy, enforcement: isBroken ? 'unreadable' : 'enforced' }], problems }
  }
  if (enforcement === null) return { listed: [], problems: [] }
  if (enforcement === 'enforced')
    return { listed: [{ policy: unsupported(raw, sets), enforcement: 'unsupported' }], problems: [notEvaluated(raw)] }
  return { listed: [{ policy: inert(raw), enforcement }], problems: [] }
}

function familyOf(cluster: Cluster, profile: ProfileName, sets: ConnectionSets, assumptions: Assumptions): PolicyFamily | null {
  switch (profile) {
    case 'calico':
      return calicoFamily(cluster, sets, assumptions)
    case 'cilium':
      return ciliumFamily(cluster, sets, assumptions)
    case 'kubernetes':
      return null
  }
}

const COUNTING: ReadonlySet<PolicyEnforcement> = new Set(['enforced', 'unreadable', 'unsupported'])

/** Who enforces a kind; null for objects that only policies refer to. */
function enforcementOf(group: string, kind: string, profile: ProfileName): 'enforced' | 'other-plugin' | 'mesh' | null {
  if (SUPPORTING_KINDS.has(kind) && vendorOf(group) !== null) return null
  if (group === 'networking.k8s.io') return 'enforced'
  if (group === 'policy.networking.k8s.io') return profile === 'cilium' && kind !== 'ClusterNetworkPolicy' ? 'other-plugin' : 'enforced'
  const vendor = vendorOf(group)
  if (vendor !== null) return vendor === profile ? 'enforced' : 'other-plugin'
  if (group === 'policy.linkerd.io' && LINKERD_AUTHENTICATIONS.has(kind)) return null
  return group === 'security.istio.io' || group === 'policy.linkerd.io' ? 'mesh' : 'other-plugin'
}

/** A policy that this version cannot evaluate though the profile enforces it: it may decide anything about its pods. */
function unsupported(raw: RawObject, sets: ConnectionSets): CompiledPolicy {
  const policy = inert(raw)
  const applying = { ...policy, ingress: { ...NOT_APPLYING, applies: 'yes' }, egress: { ...NOT_APPLYING, applies: 'yes' } } as const
  return unreadable(applying, sets, 'unsupported-kind')
}

/** No rule of the API says how the old and the new cluster-scoped kind stand to each other. */
function mixedKinds(listed: readonly ListedPolicy[]): readonly InputProblem[] {
  const find = (kind: string): CompiledPolicy | undefined =>
    listed.find(({ policy, enforcement }) => policy.kind === kind && enforcement === 'enforced')?.policy
  const [old, current] = [find('AdminNetworkPolicy') ?? find('BaselineAdminNetworkPolicy'), find('ClusterNetworkPolicy')]
  if (old === undefined || current === undefined) return []
  const message = `${old.kind} ${old.name} and ClusterNetworkPolicy ${current.name}: no rule says how the two kinds go together; read as one list by priority`
  return [documentProblem(documentOf(old.raw), [], 'warning', message)]
}

function inert(raw: RawObject): CompiledPolicy {
  const { kind, namespace, name } = raw.meta
  return {
    ref: policyRef(kind, namespace, name),
    kind,
    namespace,
    name,
    raw,
    tier: 'Unreadable',
    order: 0,
    subject: namespace === null ? [] : [podsTerm(namespace, null, null)],
    ingress: NOT_APPLYING,
    egress: NOT_APPLYING,
  }
}

function notEvaluated({ meta }: RawObject): InputProblem {
  const title = meta.namespace === null ? `${meta.kind} ${meta.name}` : `${meta.kind} ${meta.namespace}/${meta.name}`
  return {
    file: meta.origin?.file ?? 'live',
    line: meta.origin?.line ?? null,
    column: meta.origin?.column ?? null,
    severity: 'warning',
    message: `${title}: this version does not evaluate ${meta.apiVersion} ${meta.kind}; what it could decide is unknown`,
  }
}

function addressSetsOf(policies: readonly CompiledPolicy[]): readonly AddressSet[] {
  const distinct = new Map<string, AddressSet>()
  for (const policy of policies) {
    for (const term of termsOf(policy)) {
      if ((term.kind === 'addresses' || term.kind === 'expression') && term.addresses !== null) distinct.set(term.key, term.addresses)
    }
  }
  return [...distinct.values()]
}
