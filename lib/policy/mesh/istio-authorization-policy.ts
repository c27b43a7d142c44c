import type { Fields } from '../../model/fields'
import { type PolicyRef, policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import { labelsSelector, SELECT_EVERYTHING, type Selector } from '../../model/selector'
import { allowOnly, PolicyFields } from '../policy-fields'
import type { ClauseContext, IstioClause } from './istio-clause'
import { conditionAttribute, OPERATION_ATTRIBUTES, readClause, SOURCE_ATTRIBUTES } from './istio-clause'
import type { IstioRule } from './istio-rule'

const ACTIONS = ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] as const

/** An Istio AuthorizationPolicy. */
export type AuthorizationPolicy = {
  readonly ref: PolicyRef
  readonly raw: RawObject
  readonly namespace: string
  readonly name: string
  readonly action: (typeof ACTIONS)[number]
  readonly selector: Selector
  /** Objects that it is attached to instead of pods by label; empty for none. */
  readonly targets: readonly PolicyTarget[]
  readonly rules: readonly IstioRule[]
  /** Tried out only: it never decides. */
  readonly isDryRun: boolean
  readonly isUnderstood: boolean
  /** False for what stands for policies that could not be read. */
  readonly isRead: boolean
  readonly problems: readonly InputProblem[]
}

export type PolicyTarget = { readonly kind: string; readonly name: string }

const DRY_RUN = 'istio.io/dry-run'
/** What Go's ParseBool takes for true. */
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])

export function readAuthorizationPolicy(raw: RawObject, trustDomain: string): AuthorizationPolicy {
  const document = new PolicyFields(raw)
  const { spec } = document
  const namespace = raw.meta.namespace ?? ''
  const context = { trustDomain, namespace }
  allowOnly(spec, ['selector', 'targetRef', 'targetRefs', 'rules', 'action', 'provider'])
  const action = spec.oneOf('action', ACTIONS, 'ALLOW')
  if (action === 'CUSTOM' && !spec.object('provider').string('name')) spec.problem('provider', 'CUSTOM needs the name of a provider')
  const targets = readTargets(spec)
  if (targets.length > 0 && spec.has('selector')) spec.problem('selector', 'only one of selector and targetRefs can be given')
  const rules = spec.list('rules').map((rule, index) => readRule(rule, index, context))
  return {
    ref: policyRef(raw.meta.kind, raw.meta.namespace, raw.meta.name),
    ...{ raw, namespace, name: raw.meta.name, action, targets, rules },
    selector: readMatchLabels(spec),
    isDryRun: TRUE.has(raw.meta.annotations.get(DRY_RUN) ?? ''),
    isUnderstood: document.isUnderstood,
    isRead: true,
    problems: document.problems,
  }
}

/** Istio selects by equal labels only. What cannot be read selects everything: the policy counts as not understood. */
export function readMatchLabels(spec: Fields): Selector {
  const selector = spec.object('selector')
  allowOnly(selector, ['matchLabels'])
  const labels = selector.labels('matchLabels')
  return labels.size === 0 ? SELECT_EVERYTHING : labelsSelector(labels)
}

function readTargets(spec: Fields): readonly PolicyTarget[] {
  const list = spec.has('targetRef') ? [spec.object('targetRef')] : spec.list('targetRefs')
  return list.map((target) => {
    allowOnly(target, ['group', 'kind', 'name', 'namespace', 'sectionName'])
    const kind = target.string('kind') ?? ''
    const name = target.string('name') ?? ''
    if (!TARGET_KINDS.has(kind)) target.problem('kind', `"${kind.slice(0, 80)}" is not Gateway, GatewayClass, Service or ServiceEntry`)
    if (name === '') target.problem('name', 'a name is required')
    return { kind, name }
  })
}

const TARGET_KINDS: ReadonlySet<string> = new Set(['Gateway', 'GatewayClass', 'Service', 'ServiceEntry'])

function readRule(rule: Fields, index: number, context: ClauseContext): IstioRule {
  allowOnly(rule, ['from', 'to', 'when'])
  const alternatives = (key: 'from' | 'to', inner: 'source' | 'operation', attributes: typeof SOURCE_ATTRIBUTES) => {
    const entries = rule.list(key)
    if (rule.has(key) && entries.length === 0) rule.problem(key, `at least one ${inner} is required`)
    return entries.map((entry) => {
      allowOnly(entry, [inner])
      const fields = entry.object(inner)
      allowOnly(
        fields,
        [...attributes.keys()].flatMap((name) => [name, notKey(name)]),
      )
      const clauses = [...attributes].flatMap(
        ([name, attribute]) => readClause(fields, { values: name, notValues: notKey(name) }, name, attribute, context) ?? [],
      )
      if (fields.keys().length === 0) entry.problem(inner, 'at least one field is required')
      return clauses
    })
  }
  return {
    index,
    from: alternatives('from', 'source', SOURCE_ATTRIBUTES),
    to: alternatives('to', 'operation', OPERATION_ATTRIBUTES),
    when: rule.list('when').flatMap((condition) => readCondition(condition, context) ?? []),
  }
}

function readCondition(condition: Fields, context: ClauseContext): IstioClause | null {
  allowOnly(condition, ['key', 'values', 'notValues'])
  const key = condition.string('key') ?? ''
  const attribute = conditionAttribute(key)
  if (attribute === null) {
    condition.problem('key', `"${key.slice(0, 80)}" is no attribute of a connection or request`)
    return null
  }
  const clause = readClause(condition, { values: 'values', notValues: 'notValues' }, key, attribute, context)
  if (clause === null) condition.problem('values', 'at least one of values and notValues is required')
  return clause
}

/** `principals` has `notPrincipals`. */
function notKey(name: string): string {
  return `not${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
