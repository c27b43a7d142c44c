import { bothSelectors, type CalicoSelector, rewriteCalicoSelector } from '../../model/calico-selector'
import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { type CompiledDirection, type CompiledPolicy, NOT_APPLYING } from '../compiled-policy'
import { type Condition, podsTerm } from '../end-term'
import { allowOnly, PolicyFields } from '../policy-fields'
import { type PolicyReading, unreadable } from '../policy-reading'
import { UNREADABLE_TIER } from '../tiers'
import type { Direction } from '../types'
import { type CalicoContext, endsInDrop, PROFILE_TIER } from './calico-context'
import { readCalicoRule } from './calico-rule'
import { NAMESPACE_LABEL, SERVICE_ACCOUNT_LABEL, selectorTerm } from './endpoint-labels'
import { readCalicoSelector, readNamespaceSelector, readServiceAccountSelector } from './entity-rule'

const FIELDS = ['tier', 'order', 'selector', 'serviceAccountSelector', 'types', 'ingress', 'egress', 'stagedAction', 'performanceHints']
const GLOBAL_FIELDS = ['namespaceSelector', 'doNotTrack', 'preDNAT', 'applyOnForward']

/** Compiles a Calico NetworkPolicy or GlobalNetworkPolicy, staged ones too, as it stands for pods. */
export function compileCalicoPolicy(raw: RawObject, context: CalicoContext): PolicyReading {
  const { policy, problems, isForHosts } = readCalicoPolicy(raw, context)
  return { policy: isForHosts ? { ...policy, ingress: NOT_APPLYING, egress: NOT_APPLYING } : policy, problems }
}

/** A policy with all that it says, whether of pods or of host endpoints. */
export type CalicoPolicyReading = PolicyReading & {
  readonly subject: CalicoSelector
  readonly isUntracked: boolean
  readonly isPreDnat: boolean
  readonly appliesOnForward: boolean
  /** Untracked and pre-DNAT policies say nothing of pods. */
  readonly isForHosts: boolean
}

export function readCalicoPolicy(raw: RawObject, context: CalicoContext): CalicoPolicyReading {
  const fields = new PolicyFields(raw)
  const { spec } = fields
  const { kind, namespace, name } = raw.meta
  allowOnly(spec, namespace === null ? [...FIELDS, ...GLOBAL_FIELDS] : FIELDS)
  const tier = spec.string('tier') || 'default'
  const isUntracked = spec.boolean('doNotTrack') === true
  const isPreDnat = spec.boolean('preDNAT') === true
  const appliesOnForward = spec.boolean('applyOnForward') === true
  const isForHosts = isUntracked || isPreDnat
  const types = readTypes(spec)
  if (isForHosts && !appliesOnForward) spec.problem('applyOnForward', 'must be true with doNotTrack and preDNAT')
  if (isUntracked && isPreDnat) spec.problem('preDNAT', 'excludes doNotTrack')
  if (isPreDnat && spec.list('egress').length > 0) spec.problem('egress', 'is not for policies with preDNAT')
  if (kind.startsWith('Staged')) spec.oneOf('stagedAction', ['Set', 'Delete', 'Learn', 'Ignore'], 'Set')
  else if (spec.has('stagedAction')) spec.problem('stagedAction', 'is for staged kinds only')
  const subject = readSubject(spec, namespace)
  const read = (direction: Direction): CompiledDirection =>
    types.includes(direction) ? readDirection(direction, spec, namespace, tier, context) : NOT_APPLYING
  const policy: CompiledPolicy = {
    ref: policyRef(kind, namespace, name),
    kind,
    namespace,
    name,
    raw,
    tier,
    order: readOrder(spec),
    subject: [...(namespace === null ? [] : [podsTerm(namespace, null, null)]), ...subjectTerms(subject, context)],
    ingress: read('ingress'),
    egress: read('egress'),
  }
  const problems = fields.problems
  const isTierKnown = context.tiers.get(tier)?.isUnderstood !== false
  const isUnderstood = fields.isUnderstood && isTierKnown
  return {
    policy: isUnderstood ? policy : unreadable(unplaced(policy, spec, isTierKnown), context.sets),
    problems,
    subject,
    isUntracked,
    isPreDnat,
    appliesOnForward,
    isForHosts,
  }
}

/** Without a tier that can be read, the policy may stand before all others; without types it may be about both directions. */
function unplaced(policy: CompiledPolicy, spec: Fields, isTierKnown: boolean): CompiledPolicy {
  const tier = spec.get('tier')
  const isPlaced = isTierKnown && (tier === undefined || typeof tier === 'string')
  const types = spec.get('types')
  const areTypesStated = Array.isArray(types) && types.length > 0 && types.every((type) => type === 'Ingress' || type === 'Egress')
  const both = { ...NOT_APPLYING, applies: 'yes' } as const
  return {
    ...policy,
    tier: isPlaced ? policy.tier : UNREADABLE_TIER.name,
    ingress: areTypesStated ? policy.ingress : both,
    egress: areTypesStated ? policy.egress : both,
  }
}

/**
 * Compiles a Profile object as one of the profiles of the pods that `subject` means: what no profile matches is denied.
 * Pass leaves the profile, which leaves nothing that allows.
 */
export function compileCalicoProfile(raw: RawObject, subject: Condition, order: number, context: CalicoContext): PolicyReading {
  const fields = new PolicyFields(raw)
  const { spec } = fields
  allowOnly(spec, ['ingress', 'egress', 'labelsToApply'])
  spec.labels('labelsToApply')
  const read = (direction: Direction): CompiledDirection => {
    const compiled = readDirection(direction, spec, null, PROFILE_TIER, context)
    return { ...compiled, rules: compiled.rules.map((rule) => (rule.action === 'pass' ? { ...rule, action: 'deny' } : rule)) }
  }
  const policy: CompiledPolicy = {
    ref: policyRef('Profile', null, raw.meta.name),
    kind: 'Profile',
    namespace: null,
    name: raw.meta.name,
    raw,
    tier: PROFILE_TIER,
    order,
    subject,
    ingress: read('ingress'),
    egress: read('egress'),
  }
  return { policy: fields.isUnderstood ? policy : unreadable(policy, context.sets), problems: fields.problems }
}

/** `types`, or what the rules say: egress alone only when there are egress rules and no ingress rules. */
function readTypes(spec: Fields): readonly Direction[] {
  const types = spec.strings('types')
  if (types.length === 0) {
    const hasEgress = spec.list('egress').length > 0
    if (!hasEgress) return ['ingress']
    return spec.list('ingress').length > 0 ? ['ingress', 'egress'] : ['egress']
  }
  if (types.some((type) => type !== 'Ingress' && type !== 'Egress')) {
    spec.problem('types', 'must be Ingress, Egress or both')
    return ['ingress', 'egress']
  }
  return [...(types.includes('Ingress') ? (['ingress'] as const) : []), ...(types.includes('Egress') ? (['egress'] as const) : [])]
}

function readOrder(spec: Fields): number {
  const order = spec.get('order')
  if (order === undefined) return Number.POSITIVE_INFINITY
  if (typeof order === 'number') return order
  spec.problem('order', 'must be a number')
  return Number.NEGATIVE_INFINITY
}

/**
 * All selectors of the policy's head as one. Beside a namespace selector `all()` means every namespaced endpoint, and
 * beside a service account selector every endpoint with an account: neither is a host endpoint.
 * Source: libcalico-go/lib/backend/syncersv1, the conversion of GlobalNetworkPolicy.
 */
function readSubject(spec: Fields, namespace: string | null): CalicoSelector {
  const own = readCalicoSelector(spec, 'selector') ?? ALL
  const namespaces = namespace === null ? readNamespaceSelector(spec, 'namespaceSelector') : null
  const accounts = readServiceAccountSelector(spec, 'serviceAccountSelector')
  const needed = namespaces !== null ? NAMESPACE_LABEL : accounts !== null ? SERVICE_ACCOUNT_LABEL : null
  if (needed === null || namespace !== null) return bothSelectors(bothSelectors(own, namespaces ?? ALL), accounts ?? ALL)
  const all: CalicoSelector = { kind: 'has', key: needed }
  const narrowed = (selector: CalicoSelector | null): CalicoSelector =>
    selector === null ? ALL : rewriteCalicoSelector(selector, { key: (key) => key, all, global: { kind: 'global' } })
  const isStated = spec.has('selector') && spec.get('selector') !== ''
  return bothSelectors(bothSelectors(narrowed(isStated ? own : null), narrowed(namespaces)), narrowed(accounts))
}

const ALL: CalicoSelector = { kind: 'all' }

function subjectTerms(subject: CalicoSelector, { profileLabels }: CalicoContext): Condition {
  return subject.kind === 'all' ? [] : [selectorTerm(subject, false, { labelled: [], profileLabels })]
}

function readDirection(
  direction: Direction,
  spec: Fields,
  namespace: string | null,
  tier: string,
  context: CalicoContext,
): CompiledDirection {
  const rules = spec.list(direction).flatMap((rule, index) => readCalicoRule(direction, index, rule, namespace, context))
  return { applies: 'yes', isolates: endsInDrop(context, tier) ? 'yes' : 'no', rules }
}
