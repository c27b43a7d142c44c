import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { type CompiledDirection, type CompiledPolicy, NOT_APPLYING } from '../compiled-policy'
import { type Condition, podsTerm } from '../end-term'
import { allowOnly, PolicyFields } from '../policy-fields'
import { type PolicyReading, unreadable } from '../policy-reading'
import type { Direction } from '../types'
import { type CalicoContext, endsInDrop, PROFILE_TIER } from './calico-context'
import { readCalicoRule } from './calico-rule'
import { selectorTerm } from './endpoint-labels'
import { readCalicoSelector, readNamespaceSelector, readServiceAccountSelector } from './entity-rule'

const FIELDS = [
  ...['tier', 'order', 'selector', 'namespaceSelector', 'serviceAccountSelector', 'types', 'ingress', 'egress', 'stagedAction'],
  ...['doNotTrack', 'preDNAT', 'applyOnForward', 'performanceHints'],
]

/** Compiles a Calico NetworkPolicy or GlobalNetworkPolicy, staged ones too. */
export function compileCalicoPolicy(raw: RawObject, context: CalicoContext): PolicyReading {
  const fields = new PolicyFields(raw)
  const { spec } = fields
  const { kind, namespace, name } = raw.meta
  allowOnly(spec, FIELDS)
  const tier = spec.string('tier') ?? 'default'
  const directions = readTypes(spec)
  const isForHosts = spec.boolean('doNotTrack') === true || spec.boolean('preDNAT') === true
  const read = (direction: Direction): CompiledDirection =>
    directions.includes(direction) && !isForHosts ? readDirection(direction, spec, namespace, tier, context) : NOT_APPLYING
  const policy: CompiledPolicy = {
    ref: policyRef(kind, namespace, name),
    kind,
    namespace,
    name,
    raw,
    tier,
    order: readOrder(spec),
    subject: readSubject(spec, namespace),
    ingress: read('ingress'),
    egress: read('egress'),
  }
  return { policy: fields.isUnderstood ? policy : unreadable(policy, context.sets), problems: fields.problems }
}

/** Compiles the rules of a Profile object `kns.NAMESPACE`: what none of them matches is denied. */
export function compileCalicoProfile(raw: RawObject, context: CalicoContext): PolicyReading {
  const fields = new PolicyFields(raw)
  const { spec } = fields
  allowOnly(spec, ['ingress', 'egress', 'labelsToApply'])
  const namespace = raw.meta.name.slice('kns.'.length)
  const policy: CompiledPolicy = {
    ref: policyRef('Profile', null, raw.meta.name),
    kind: 'Profile',
    namespace: null,
    name: raw.meta.name,
    raw,
    tier: PROFILE_TIER,
    order: 0,
    subject: [podsTerm(namespace, null, null)],
    ingress: readDirection('ingress', spec, null, PROFILE_TIER, context),
    egress: readDirection('egress', spec, null, PROFILE_TIER, context),
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

function readSubject(spec: Fields, namespace: string | null): Condition {
  const selectors = [
    readCalicoSelector(spec, 'selector'),
    namespace === null ? readNamespaceSelector(spec, 'namespaceSelector') : null,
    readServiceAccountSelector(spec, 'serviceAccountSelector'),
  ]
  const terms = selectors.flatMap((selector) => (selector === null ? [] : [selectorTerm(selector, false, [])]))
  return namespace === null ? terms : [podsTerm(namespace, null, null), ...terms]
}

function readDirection(
  direction: Direction,
  spec: Fields,
  namespace: string | null,
  tier: string,
  context: CalicoContext,
): CompiledDirection {
  const rules = spec.list(direction).flatMap((rule, index) => readCalicoRule(direction, index, rule, namespace, context) ?? [])
  return { applies: 'yes', isolates: endsInDrop(context, tier) ? 'yes' : 'no', rules }
}
