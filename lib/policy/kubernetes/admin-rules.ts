import { parseCidr } from '../../model/address'
import type { Fields } from '../../model/fields'
import { PROTOCOLS, type Protocol } from '../../model/protocol'
import { addressSetOf } from '../address-set'
import type { Assumptions } from '../assumptions'
import {
  allOthers,
  type CompiledDirection,
  type CompiledRule,
  EVERYBODY,
  type NamedPort,
  type PortMatch,
  type RuleAction,
} from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { matchesDomain } from '../domain-names'
import { addressesTerm, type Condition, domainsTerm, nodesTerm, podsTerm } from '../end-term'
import { allowOnly, readSelector } from '../policy-fields'
import type { Truth } from '../truth'
import type { Direction } from '../types'

/** What the cluster-scoped kinds (policy.networking.k8s.io) have in common. */
export type AdminKind = {
  /** As the document writes an action, and what it does. */
  readonly actions: ReadonlyMap<string, RuleAction>
  /** Name of the rule field that holds protocols and ports. */
  readonly portsField: 'ports' | 'protocols'
  /** Whether a rule without that field also covers ICMP and other protocols. */
  readonly otherProtocols: Truth
  /** The API server refuses longer lists of rules, and of peers in a rule. */
  readonly maxRules: number
  readonly maxPeers: number
  /** Reads one item of that field; null when it has fields that this version does not know. */
  readonly readPort: (item: Fields, sets: ConnectionSets) => ConnectionSetId | NamedPort | null
}

export type AdminContext = { readonly kind: AdminKind; readonly sets: ConnectionSets; readonly assumptions: Assumptions }

const MAX_NETWORKS = 25
const PEER_FIELD = { ingress: 'from', egress: 'to' } as const

/** `spec.subject`: exactly one of `namespaces` and `pods`. Host-network pods are never subjects. */
export function readSubject(spec: Fields): Condition {
  const subject = spec.object('subject')
  allowOnly(subject, ['namespaces', 'pods'])
  if (subject.has('namespaces') === subject.has('pods')) spec.problem('subject', 'needs exactly one of namespaces and pods')
  return subject.has('pods') ? readPods(subject) : [podsTerm(null, readSelector(subject, 'namespaces'), null)]
}

export function readAdminDirection(direction: Direction, spec: Fields, context: AdminContext): CompiledDirection {
  const rules = spec.list(direction).map((rule, index) => readRule(direction, index, rule, context))
  const { maxRules } = context.kind
  if (rules.length > maxRules) spec.problem(direction, `has ${rules.length} rules; the API server takes at most ${maxRules}`)
  return { applies: rules.length === 0 ? 'no' : 'yes', isolates: 'no', rules }
}

function readRule(direction: Direction, index: number, rule: Fields, context: AdminContext): CompiledRule {
  const peerField = PEER_FIELD[direction]
  allowOnly(rule, ['name', 'action', peerField, context.kind.portsField])
  const action = readAction(rule, context.kind)
  const peers = rule.list(peerField)
  if (peers.length === 0) rule.problem(peerField, 'at least one peer is required; there is no "empty means everybody"')
  const { maxPeers } = context.kind
  if (peers.length > maxPeers) rule.problem(peerField, `has ${peers.length} peers; the API server takes at most ${maxPeers}`)
  const read = peers.map((peer) => readPeer(peer, peerField === 'to', action, context))
  const ports = readPorts(rule, context)
  const name = rule.string('name')
  const isKnown = read.every((peer) => peer !== null) && ports !== null
  if (!isKnown) return failClosed({ direction, index, name, action }, context.sets)
  const domains = peers.flatMap((peer) => (peer.has('domainNames') ? peer.strings('domainNames') : []))
  return {
    direction,
    index,
    name,
    action,
    peers: read.flatMap((peer) => (peer === null ? [] : [peer])),
    self: [],
    ports,
    certainty: 'yes',
    ...(domains.length === peers.length && domains.length > 0
      ? { restriction: `the address was resolved from ${domains.join(' or ')}` }
      : {}),
  }
}

/**
 * A rule with parts of a newer version: an allow rule matches nothing, every other rule denies everything.
 * Source: network-policy-api, "unknown fields must fail closed".
 */
function failClosed(rule: Pick<CompiledRule, 'direction' | 'index' | 'name' | 'action'>, sets: ConnectionSets): CompiledRule {
  const isAllow = rule.action === 'allow'
  return {
    ...rule,
    action: isAllow ? 'allow' : 'deny',
    peers: isAllow ? [] : EVERYBODY,
    self: [],
    ports: { set: sets.all, names: [], exceptNames: [], others: allOthers('yes') },
    certainty: 'yes',
  }
}

function readAction(rule: Fields, kind: AdminKind): RuleAction {
  const text = rule.string('action')
  const action = text === null ? undefined : kind.actions.get(text)
  if (action === undefined) rule.problem('action', `must be one of ${[...kind.actions.keys()].join(', ')}`)
  return action ?? 'deny'
}

/** null: the peer has fields that this version does not know. */
function readPeer(peer: Fields, isEgress: boolean, action: RuleAction, { assumptions }: AdminContext): Condition | null {
  const keys = peer.keys().filter((key) => peer.has(key))
  const [only, ...more] = keys
  if (only === undefined || more.length > 0) {
    peer.problem(more[0] ?? 'namespaces', 'a peer has exactly one field')
    return null
  }
  if (!isEgress && only !== 'namespaces' && only !== 'pods') {
    peer.warning(only, 'not known for ingress peers; the rule fails closed')
    return null
  }
  switch (only) {
    case 'namespaces':
      return readNamespaces(peer)
    case 'pods':
      return hasRelativeNamespaces(peer.object('pods')) ? null : readPods(peer)
    case 'networks': {
      const cidrs = peer.strings('networks').flatMap((text, index) => {
        const cidr = parseCidr(text)
        if (cidr === null) peer.problemAt(['networks', index], `"${text}" is not a CIDR`)
        return cidr ?? []
      })
      if (cidrs.length === 0) peer.problem('networks', 'at least one CIDR is required')
      if (cidrs.length > MAX_NETWORKS) peer.problem('networks', `has ${cidrs.length} CIDRs; the API server takes at most ${MAX_NETWORKS}`)
      const text = `networks ${peer.strings('networks').join(', ')}`
      return [addressesTerm(addressSetOf(cidrs), assumptions.networksMatchPodIPs, text, assumptions.ipBlockMatchesNodes)]
    }
    case 'nodes': {
      const selector = readSelector(peer, 'nodes')
      return selector === null ? null : [nodesTerm(selector)]
    }
    case 'domainNames': {
      const names = peer.strings('domainNames')
      if (action !== 'allow') peer.problem('domainNames', 'names stand in rules that allow only')
      if (names.length === 0) peer.problem('domainNames', 'at least one name is required')
      return [domainsTerm(names, (domain) => matchesDomain(names, domain))]
    }
    default:
      peer.warning(only, 'unknown peer; the rule fails closed')
      return null
  }
}

/** A namespace selector; an early version wrapped it into `namespaceSelector`. */
function readNamespaces(peer: Fields): Condition | null {
  const namespaces = peer.object('namespaces')
  if (hasRelativeNamespaces(peer)) return null
  return [
    podsTerm(
      null,
      readSelector(
        namespaces.has('namespaceSelector') ? namespaces : peer,
        namespaces.has('namespaceSelector') ? 'namespaceSelector' : 'namespaces',
      ),
      null,
    ),
  ]
}

/** `sameLabels` and `notSameLabels` of an early version compare with the subject's namespace; no server takes them any more. */
function hasRelativeNamespaces(parent: Fields): boolean {
  const namespaces = parent.object('namespaces')
  const found = ['sameLabels', 'notSameLabels'].find((key) => namespaces.has(key))
  if (found !== undefined) namespaces.warning(found, 'not supported; the rule fails closed')
  return found !== undefined
}

function readPods(parent: Fields): Condition {
  const pods = parent.object('pods')
  if (pods.has('namespaces')) {
    allowOnly(pods, ['namespaces', 'podSelector'])
    return [podsTerm(null, readSelector(pods.object('namespaces'), 'namespaceSelector'), readSelector(pods, 'podSelector'))]
  }
  allowOnly(pods, ['namespaceSelector', 'podSelector'])
  return [podsTerm(null, readSelector(pods, 'namespaceSelector'), readSelector(pods, 'podSelector'))]
}

/** null: there is an item with fields that this version does not know. */
function readPorts(rule: Fields, { kind, sets }: AdminContext): PortMatch | null {
  if (!rule.has(kind.portsField)) return { set: sets.all, names: [], exceptNames: [], others: allOthers(kind.otherProtocols) }
  const items = rule.list(kind.portsField)
  if (items.length === 0) return { set: sets.all, names: [], exceptNames: [], others: allOthers(kind.otherProtocols) }
  const ranges: ConnectionSetId[] = []
  const names: NamedPort[] = []
  for (const item of items) {
    const port = kind.readPort(item, sets)
    if (port === null) return null
    if (typeof port === 'number') ranges.push(port)
    else names.push(port)
  }
  return { set: sets.unionAll(ranges), names, exceptNames: [], others: allOthers('no') }
}

/** A protocol by name; TCP when left out. */
export function readProtocol(fields: Fields): Protocol {
  const text = fields.string('protocol')
  const protocol = PROTOCOLS.find((candidate) => candidate === (text ?? 'TCP'))
  if (protocol === undefined) fields.problem('protocol', `"${text}" is not one of ${PROTOCOLS.join(', ')}`)
  return protocol ?? 'TCP'
}

export function readPortRange(range: Fields, protocol: Protocol, sets: ConnectionSets): ConnectionSetId {
  const start = range.port('start')
  const end = range.port('end')
  if (start === null || end === null || start > end) {
    range.problem('start', 'a range needs start and end, start not above end')
    return sets.none
  }
  return sets.range(protocol, start, end)
}

export function readSinglePort(fields: Fields, key: string, protocol: Protocol, sets: ConnectionSets): ConnectionSetId {
  const port = fields.port(key)
  if (port === null) {
    if (!fields.has(key)) fields.problem(key, 'a port is required')
    return sets.none
  }
  return sets.range(protocol, port, port)
}

/** True when there is a field that this version does not know: the rule then fails closed. */
export function hasUnknownField(fields: Fields, known: readonly string[]): boolean {
  const unknown = fields.keys().filter((key) => !known.includes(key))
  for (const key of unknown) fields.warning(key, 'unknown field; the rule fails closed')
  return unknown.length > 0
}

/** Priority 0 to 1000, lower first; a policy without one cannot be ordered. */
export function readPriority(spec: Fields): number {
  if (!spec.has('priority')) spec.problem('priority', 'a priority is required')
  return spec.integer('priority', 0, 1000) ?? 0
}
