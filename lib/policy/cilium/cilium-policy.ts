import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { SELECT_EVERYTHING, type Selector } from '../../model/selector'
import { type CompiledDirection, type CompiledPolicy, NOT_APPLYING } from '../compiled-policy'
import { type Condition, nodesTerm, podsTerm } from '../end-term'
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

/** A policy for machines, and which of them it selects. */
export type HostPolicy = { readonly nodes: Selector; readonly policy: CompiledPolicy }

/** Compiles a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy: one policy for `spec` and one for each of `specs`. */
export function compileCiliumPolicy(raw: RawObject, context: CiliumContext): readonly PolicyReading[] {
  const { fields, specs } = specsOf(raw)
  if (specs.length === 0) fields.root.problem('spec', 'spec or specs is required')
  const found = (specs.length === 0 ? [fields.spec] : specs).map((spec) => {
    const policy = readSpec(raw, spec, context)
    // A policy for machines says nothing of pods, and cannot harm them when it is broken.
    const isForMachines = spec.has('nodeSelector') && !spec.has('endpointSelector')
    return { policy: isForMachines ? notForPods(policy) : policy, isForMachines }
  })
  return found.map(({ policy, isForMachines }, index) => ({
    policy: fields.isUnderstood || isForMachines ? policy : unreadable(applyingBothWays(policy), context.sets),
    problems: index === 0 ? fields.problems : [],
  }))
}

/** The parts of a policy that are for machines, with what they do there. Their problems are told when the policy is compiled for pods. */
export function compileHostPolicies(raw: RawObject, context: CiliumContext): readonly HostPolicy[] {
  const { fields, specs } = specsOf(raw)
  const found = specs
    .filter((spec) => spec.has('nodeSelector'))
    .map((spec) => ({ nodes: readSelector(spec, 'nodeSelector') ?? SELECT_EVERYTHING, policy: readSpec(raw, spec, context) }))
  if (fields.isUnderstood) return found
  return found.map(({ nodes, policy }) => ({ nodes, policy: unreadable(applyingBothWays(policy), context.sets) }))
}

function specsOf(raw: RawObject): { readonly fields: PolicyFields; readonly specs: readonly Fields[] } {
  const fields = new PolicyFields(raw)
  return { fields, specs: [...(fields.root.has('spec') ? [fields.spec] : []), ...fields.root.list('specs')] }
}

/** The rules stay, because what they ask of pods as peers must keep those apart. */
function notForPods(policy: CompiledPolicy): CompiledPolicy {
  const none = { applies: 'no', isolates: 'no' } as const
  return { ...policy, ingress: { ...policy.ingress, ...none }, egress: { ...policy.egress, ...none } }
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
  if (spec.has('nodeSelector')) checkHostPolicy(spec, namespace, context)
  if (SECTIONS.every((section) => spec.list(section).length === 0)) {
    spec.warning('ingress', 'a policy without any rule has no effect, whatever enableDefaultDeny says')
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
    ingress: readDirection('ingress', spec, scope, context),
    egress: readDirection('egress', spec, scope, context),
  }
}

function checkHostPolicy(spec: Fields, namespace: string | null, { assumptions }: CiliumContext): void {
  if (spec.has('endpointSelector')) spec.problem('nodeSelector', 'excludes endpointSelector')
  if (namespace !== null) spec.problem('nodeSelector', 'stands in clusterwide policies only')
  if (!assumptions.hostFirewall) spec.warning('nodeSelector', 'policies for machines count only where Cilium runs with its host firewall')
  for (const section of ['ingress', 'egress']) {
    for (const rule of spec.list(section)) {
      for (const item of rule.list('toPorts')) if (item.has('rules')) item.problem('rules', 'machines have no rules about requests')
    }
  }
}

function readSubject(spec: Fields, scope: SelectorScope): Condition {
  if (!spec.has('endpointSelector')) {
    if (!spec.has('nodeSelector')) spec.problem('endpointSelector', 'endpointSelector is required')
    else return [nodesTerm(readSelector(spec, 'nodeSelector') ?? SELECT_EVERYTHING)]
  }
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
