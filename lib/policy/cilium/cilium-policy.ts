import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { type CompiledDirection, type CompiledPolicy, type CompiledRule, EVERYBODY, NOT_APPLYING } from '../compiled-policy'
import { type Condition, podsTerm } from '../end-term'
import { allowOnly, PolicyFields, readSelector } from '../policy-fields'
import { type PolicyReading, unreadable } from '../policy-reading'
import { both } from '../truth'
import type { Direction } from '../types'
import type { CiliumContext } from './cilium-context'
import { type SelectorScope, selectorTerm } from './endpoint-selector'
import { peerFields, readPeers } from './peers'
import { everything, readCiliumPorts } from './ports'

const SPEC_FIELDS = [
  ...['endpointSelector', 'nodeSelector', 'ingress', 'ingressDeny', 'egress', 'egressDeny', 'enableDefaultDeny', 'labels'],
  ...['description', 'log'],
]

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
  const scope = { namespace, cluster: context.assumptions.cluster }
  // A policy for machines says nothing of pods.
  const isForNodes = spec.has('nodeSelector')
  const read = (direction: Direction): CompiledDirection => (isForNodes ? NOT_APPLYING : readDirection(direction, spec, scope, context))
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

function readSubject(spec: Fields, scope: SelectorScope): Condition {
  if (!spec.has('endpointSelector') && !spec.has('nodeSelector')) spec.problem('endpointSelector', 'endpointSelector is required')
  const selector = readSelector(spec, 'endpointSelector')
  // The subject of a namespaced policy never leaves its namespace, whatever the selector says of namespaces.
  const home: Condition = scope.namespace === null ? [] : [podsTerm(scope.namespace, null, null)]
  const term = selector === null ? null : selectorTerm(selector, scope)
  return term === null ? home : [...home, term]
}

function readDirection(direction: Direction, spec: Fields, scope: SelectorScope, context: CiliumContext): CompiledDirection {
  const allow = spec.list(direction)
  const deny = spec.list(`${direction}Deny`)
  if (allow.length === 0 && deny.length === 0) return NOT_APPLYING
  const defaultDeny = spec.object('enableDefaultDeny')
  allowOnly(defaultDeny, ['ingress', 'egress'])
  const rules = [
    ...allow.flatMap((rule, index) => readRule(rule, { direction, index, action: 'allow' }, scope, context)),
    ...deny.flatMap((rule, index) => readRule(rule, { direction, section: `${direction}Deny`, index, action: 'deny' }, scope, context)),
  ]
  return { applies: 'yes', isolates: defaultDeny.boolean(direction) === false ? 'no' : 'yes', rules }
}

type RuleHead = Pick<CompiledRule, 'direction' | 'section' | 'index' | 'action'>

/** One compiled rule for each item of `toPorts`, because rules about requests restrict only their own item. */
function readRule(rule: Fields, head: RuleHead, scope: SelectorScope, context: CiliumContext): readonly CompiledRule[] {
  allowOnly(rule, [...peerFields(head.direction), 'toPorts', 'icmps', 'authentication'])
  const peers = readPeers(rule, head.direction, scope, context)
  const ports = readCiliumPorts(rule, context.sets)
  const needsAuthentication = rule.object('authentication').string('mode') === 'required'
  // A rule that names neither peers nor ports selects nothing.
  if (peers === null && ports === null)
    return [{ ...head, name: null, peers: [], self: [], ports: everything(context.sets).match, certainty: 'yes' }]
  return (ports ?? [everything(context.sets)]).map(({ match, certainty }) => ({
    ...head,
    name: null,
    peers: peers?.peers ?? EVERYBODY,
    self: [],
    ports: match,
    certainty: both(both(peers?.certainty ?? 'yes', certainty), needsAuthentication ? 'authentication-required' : 'yes'),
  }))
}
