import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { type CompiledDirection, type CompiledPolicy, NOT_APPLYING } from '../compiled-policy'
import { type Condition, podsTerm } from '../end-term'
import { allowOnly, PolicyFields, readSelector } from '../policy-fields'
import { type PolicyReading, unreadable } from '../policy-reading'
import type { Direction } from '../types'
import type { CiliumContext } from './cilium-context'
import { readCiliumRule } from './cilium-rule'
import { POD_NAMESPACE, type SelectorScope, selectorTerm } from './endpoint-selector'

const SPEC_FIELDS = [
  ...['endpointSelector', 'nodeSelector', 'ingress', 'ingressDeny', 'egress', 'egressDeny', 'enableDefaultDeny', 'labels'],
  ...['description', 'log'],
]
const SECTIONS = ['ingress', 'ingressDeny', 'egress', 'egressDeny'] as const

/** Compiles a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy: one policy for `spec` and one for each of `specs`. */
export function compileCiliumPolicy(raw: RawObject, context: CiliumContext): readonly PolicyReading[] {
  const fields = new PolicyFields(raw)
  const specs = [...(fields.root.has('spec') ? [fields.spec] : []), ...fields.root.list('specs')]
  if (specs.length === 0) fields.root.problem('spec', 'spec or specs is required')
  const policies = (specs.length === 0 ? [fields.spec] : specs).map((spec) => readSpec(raw, spec, context))
  return policies.map((policy, index) => ({
    policy: fields.isUnderstood ? policy : unreadable(applyingBothWays(policy), context.sets),
    problems: index === 0 ? fields.problems : [],
  }))
}

/** What cannot be understood may speak about both directions. */
function applyingBothWays(policy: CompiledPolicy): CompiledPolicy {
  const applying: CompiledDirection = { applies: 'yes', isolates: 'yes', rules: [] }
  return { ...policy, ingress: applying, egress: applying }
}

function readSpec(raw: RawObject, spec: Fields, context: CiliumContext): CompiledPolicy {
  const { kind, namespace, name } = raw.meta
  allowOnly(spec, SPEC_FIELDS)
  const scope = { namespace, cluster: context.assumptions.cluster, apiServer: context.apiServer }
  const isForNodes = spec.has('nodeSelector')
  if (isForNodes) checkHostPolicy(spec, namespace)
  if (SECTIONS.every((section) => spec.list(section).length === 0)) {
    spec.warning('ingress', 'a policy without any rule has no effect, whatever enableDefaultDeny says')
  }
  // A policy for machines says nothing of pods.
  const read = (direction: Direction): CompiledDirection => {
    const found = readDirection(direction, spec, scope, context)
    return isForNodes ? NOT_APPLYING : found
  }
  return {
    ref: policyRef(kind, namespace, name),
    kind,
    namespace,
    name,
    raw,
    tier: 'Normal',
    order: 0,
    subject: readSubject(spec, scope),
    ingress: read('ingress'),
    egress: read('egress'),
  }
}

function checkHostPolicy(spec: Fields, namespace: string | null): void {
  if (spec.has('endpointSelector')) spec.problem('nodeSelector', 'excludes endpointSelector')
  if (namespace !== null) spec.problem('nodeSelector', 'stands in clusterwide policies only')
  readSelector(spec, 'nodeSelector')
  spec.warning('nodeSelector', 'policies for machines count only with the host firewall and are not part of verdicts about pods')
}

function readSubject(spec: Fields, scope: SelectorScope): Condition {
  if (!spec.has('endpointSelector') && !spec.has('nodeSelector')) spec.problem('endpointSelector', 'endpointSelector is required')
  const selector = readSelector(spec, 'endpointSelector')
  if (scope.namespace === null) return selector === null ? [] : [selectorTerm(selector, scope)]
  // The subject of a namespaced policy never leaves its namespace, whatever the selector says of namespaces.
  const home = podsTerm(scope.namespace, null, null)
  if (selector === null) return [home]
  const foreign = selector.matchLabels.get(`k8s:${POD_NAMESPACE}`)
  if (foreign === undefined || foreign === scope.namespace) return [home, selectorTerm(selector, scope)]
  spec.warning('endpointSelector', `the policy stands in namespace ${scope.namespace} and selects pods there, not in ${foreign}`)
  const matchLabels = new Map([...selector.matchLabels].filter(([key]) => key !== `k8s:${POD_NAMESPACE}`))
  return [home, selectorTerm({ ...selector, matchLabels }, scope)]
}

function readDirection(direction: Direction, spec: Fields, scope: SelectorScope, context: CiliumContext): CompiledDirection {
  const allow = spec.list(direction)
  const deny = spec.list(`${direction}Deny`)
  const defaultDeny = spec.object('enableDefaultDeny')
  allowOnly(defaultDeny, ['ingress', 'egress'])
  const isOff = defaultDeny.boolean(direction) === false
  if (allow.length === 0 && deny.length === 0) return NOT_APPLYING
  const denySection = direction === 'ingress' ? 'ingressDeny' : 'egressDeny'
  const rules = [
    ...allow.flatMap((rule, index) => readCiliumRule(rule, { direction, index, action: 'allow' }, scope, context)),
    ...deny.flatMap((rule, index) => readCiliumRule(rule, { direction, section: denySection, index, action: 'deny' }, scope, context)),
  ]
  return { applies: 'yes', isolates: isOff ? 'no' : 'yes', rules }
}
