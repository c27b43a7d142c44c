import { formatCidr, parseCidr } from '../../model/address'
import type { Fields } from '../../model/fields'
import { policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import { PROTOCOLS, type Protocol } from '../../model/protocol'
import { addressSetOf, subtractAddresses } from '../address-set'
import type { Assumptions } from '../assumptions'
import {
  allOthers,
  type CompiledDirection,
  type CompiledPolicy,
  type CompiledRule,
  EVERYBODY,
  NOT_APPLYING,
  type PortMatch,
} from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { addressesTerm, type Condition, podsTerm } from '../end-term'
import { allowOnly, PolicyFields, readCidr, readSelector } from '../policy-fields'
import { type PolicyReading, unreadable } from '../policy-reading'
import type { Direction } from '../types'

const PEER_FIELD = { ingress: 'from', egress: 'to' } as const

/** Compiles a NetworkPolicy (networking.k8s.io/v1). */
export function compileNetworkPolicy(raw: RawObject, sets: ConnectionSets, assumptions: Assumptions): PolicyReading {
  const fields = new PolicyFields(raw)
  const { spec } = fields
  const namespace = raw.meta.namespace ?? 'default'
  allowOnly(spec, ['podSelector', 'policyTypes', 'ingress', 'egress'])
  const podSelector = readSelector(spec, 'podSelector')
  const directions = readDirections(spec)
  const context = { namespace, sets, assumptions }
  const ingress = directions.includes('ingress') ? readDirection('ingress', spec, context) : NOT_APPLYING
  const egress = directions.includes('egress') ? readDirection('egress', spec, context) : NOT_APPLYING

  const subject: Condition = [podsTerm(namespace, null, podSelector)]
  const policy: CompiledPolicy = {
    ref: policyRef('NetworkPolicy', namespace, raw.meta.name),
    kind: 'NetworkPolicy',
    namespace,
    name: raw.meta.name,
    raw,
    tier: 'NetworkPolicy',
    order: 0,
    subject,
    ingress,
    egress,
  }
  return { policy: fields.isUnderstood ? policy : unreadable(policy, sets), problems: fields.problems }
}

/** `policyTypes`, or its default: always ingress, and egress when there is at least one egress rule. Both when it cannot be read. */
function readDirections(spec: Fields): readonly Direction[] {
  const types = spec.strings('policyTypes')
  if (types.length === 0) return spec.list('egress').length > 0 ? ['ingress', 'egress'] : ['ingress']
  const directions: Direction[] = []
  for (const [index, type] of types.entries()) {
    if (type === 'Ingress') directions.push('ingress')
    else if (type === 'Egress') directions.push('egress')
    else {
      spec.problemAt(['policyTypes', index], `"${type}" is not one of Ingress, Egress`)
      return ['ingress', 'egress']
    }
  }
  return directions
}

type Context = { readonly namespace: string; readonly sets: ConnectionSets; readonly assumptions: Assumptions }

function readDirection(direction: Direction, spec: Fields, context: Context): CompiledDirection {
  const rules = spec.list(direction).map((rule, index) => readRule(direction, index, rule, context))
  return { applies: 'yes', isolates: 'yes', rules }
}

function readRule(direction: Direction, index: number, rule: Fields, context: Context): CompiledRule {
  const peerField = PEER_FIELD[direction]
  allowOnly(rule, [peerField, 'ports'])
  const peers = rule.list(peerField)
  return {
    direction,
    index,
    name: null,
    action: 'allow',
    peers: peers.length === 0 ? EVERYBODY : peers.map((peer) => readPeer(peer, context)),
    self: [],
    ports: readPorts(rule.list('ports'), context.sets),
    certainty: 'yes',
  }
}

function readPeer(peer: Fields, { namespace, assumptions }: Context): Condition {
  allowOnly(peer, ['podSelector', 'namespaceSelector', 'ipBlock'])
  const hasPods = peer.has('podSelector')
  const hasNamespaces = peer.has('namespaceSelector')
  if (peer.has('ipBlock')) {
    if (hasPods || hasNamespaces) peer.problem('ipBlock', 'excludes podSelector and namespaceSelector')
    return readIpBlock(peer.object('ipBlock'), assumptions)
  }
  if (!hasPods && !hasNamespaces) peer.problemAt([], 'an empty peer names nobody; it needs podSelector, namespaceSelector or ipBlock')
  const podSelector = hasPods ? readSelector(peer, 'podSelector') : null
  const namespaceSelector = hasNamespaces ? readSelector(peer, 'namespaceSelector') : null
  return [podsTerm(hasNamespaces ? null : namespace, namespaceSelector, podSelector)]
}

function readIpBlock(block: Fields, assumptions: Assumptions): Condition {
  allowOnly(block, ['cidr', 'except'])
  const cidr = readCidr(block, 'cidr')
  if (cidr === null) return []
  const except = block.strings('except').flatMap((text, index) => {
    const hole = parseCidr(text)
    if (hole === null) block.problemAt(['except', index], `"${text}" is not a CIDR`)
    else if (hole.family !== cidr.family || hole.prefix <= cidr.prefix || hole.first < cidr.first || hole.last > cidr.last) {
      block.problemAt(['except', index], `${text} does not lie strictly inside ${formatCidr(cidr)}`)
    } else return [hole]
    return []
  })
  const text = `ipBlock ${formatCidr(cidr)}${except.length === 0 ? '' : ` except ${except.map(formatCidr).join(', ')}`}`
  const addresses = subtractAddresses(addressSetOf([cidr]), addressSetOf(except))
  return [addressesTerm(addresses, assumptions.ipBlockMatchesPodIPs, text, assumptions.ipBlockMatchesNodes)]
}

function readPorts(entries: readonly Fields[], sets: ConnectionSets): PortMatch {
  // What NetworkPolicy means for ICMP and other protocols is left to the plugin.
  const others = allOthers('protocol-not-covered')
  if (entries.length === 0) return { set: sets.all, names: [], exceptNames: [], others }
  const ranges: ConnectionSetId[] = []
  const names: { name: string; protocol: Protocol }[] = []
  for (const entry of entries) {
    allowOnly(entry, ['protocol', 'port', 'endPort'])
    const protocol = readProtocol(entry)
    const port = readPort(entry)
    if (typeof port === 'string') {
      if (entry.has('endPort')) entry.problem('endPort', 'needs a numeric port')
      names.push({ name: port, protocol })
    } else {
      ranges.push(readRange(entry, protocol, port, sets))
    }
  }
  return { set: sets.unionAll(ranges), names, exceptNames: [], others }
}

function readRange(entry: Fields, protocol: Protocol, port: number | null, sets: ConnectionSets): ConnectionSetId {
  const endPort = entry.port('endPort')
  if (port === null) {
    if (endPort !== null) entry.problem('endPort', 'needs a numeric port')
    return sets.range(protocol, 1, 65_535)
  }
  if (endPort !== null && endPort < port) entry.problem('endPort', `must not be lower than port ${port}`)
  return sets.range(protocol, port, endPort ?? port)
}

function readProtocol(entry: Fields): Protocol {
  const text = entry.string('protocol')
  const protocol = PROTOCOLS.find((candidate) => candidate === (text ?? 'TCP'))
  if (protocol === undefined) entry.problem('protocol', `"${text}" is not one of ${PROTOCOLS.join(', ')}`)
  return protocol ?? 'TCP'
}

/** A number, a port name, or null for every port. Digits in quotes are read as the number, with a warning. */
function readPort(entry: Fields): number | string | null {
  const port = entry.get('port')
  if (typeof port === 'string') {
    if (/^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) {
      entry.warning('port', `"${port}" in quotes is a port name to the API server, which refuses it; read as the number`)
      return Number(port)
    }
    if (!/^[a-z0-9-]{1,15}$/.test(port) || !/[a-z]/.test(port) || /^-|-$|--/.test(port)) {
      entry.problem('port', `"${port}" is not a port name`)
    }
    return port
  }
  return entry.port('port')
}
