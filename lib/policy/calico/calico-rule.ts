import type { Fields } from '../../model/fields'
import { MAX_PORT, PROTOCOLS, type Protocol } from '../../model/protocol'
import { ALL_ADDRESSES } from '../address-set'
import { allOthers, type CompiledRule, type NamedPort, type OtherProtocols, type PortMatch, type RuleAction } from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { addressesTerm, type EndTerm } from '../end-term'
import { allowOnly } from '../policy-fields'
import type { Truth } from '../truth'
import type { Direction } from '../types'
import type { CalicoContext } from './calico-context'
import { readEntity } from './entity-rule'

const ACTIONS: ReadonlyMap<string, RuleAction | 'log'> = new Map([
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['pass', 'pass'],
  ['next-tier', 'pass'],
  ['log', 'log'],
])

const FIELDS = ['action', 'protocol', 'notProtocol', 'ipVersion', 'icmp', 'notICMP', 'source', 'destination', 'http', 'metadata']

/** Reads one rule; null for a Log rule, which decides nothing. */
export function readCalicoRule(
  direction: Direction,
  index: number,
  rule: Fields,
  namespace: string | null,
  context: CalicoContext,
): CompiledRule | null {
  allowOnly(rule, FIELDS)
  const action = ACTIONS.get((rule.string('action') ?? '').toLowerCase())
  if (action === undefined) rule.problem('action', 'must be one of Allow, Deny, Pass, Log')
  const source = readEntity(rule.object('source'), namespace, context)
  const destination = readEntity(rule.object('destination'), namespace, context)
  const version = readVersion(rule)
  const [peer, self] = direction === 'ingress' ? [source, destination] : [destination, source]
  const ports = readPorts(rule, context.sets)
  const services = direction === 'egress' ? destination.servicePorts : null
  if (action === 'log' || action === undefined) return null
  return {
    direction,
    index,
    name: null,
    action,
    peers: [[...peer.condition, ...version]],
    self: self.condition,
    ports: services === null ? ports : { ...ports, set: context.sets.intersect(ports.set, services), others: allOthers('no') },
    certainty: readCertainty(rule),
  }
}

/** Parts that a question about an address and a port cannot decide. */
function readCertainty(rule: Fields): Truth {
  const source = rule.object('source')
  if (rule.has('http')) return 'l7-rule'
  return source.has('ports') || source.has('notPorts') ? 'source-port' : 'yes'
}

function readVersion(rule: Fields): readonly EndTerm[] {
  const version = rule.integer('ipVersion', 4, 6)
  if (version === null) return []
  if (version === 5) rule.problem('ipVersion', 'must be 4 or 6')
  const addresses = version === 4 ? { 4: ALL_ADDRESSES[4], 6: [] } : { 4: [], 6: ALL_ADDRESSES[6] }
  return [addressesTerm(addresses, true, `IPv${version}`)]
}

/** Which protocols a rule covers: transports with all their ports, and the ones without. */
type ProtocolMatch = { readonly transports: readonly Protocol[]; readonly others: OtherProtocols }

function readPorts(rule: Fields, sets: ConnectionSets): PortMatch {
  const { transports, others } = readProtocols(rule)
  const destination = rule.object('destination')
  const hasPorts = countOf(destination, 'ports') > 0
  const hasNotPorts = countOf(destination, 'notPorts') > 0
  const all = transports.reduce((set, protocol) => sets.union(set, sets.range(protocol, 1, MAX_PORT)), sets.none)
  if (!hasPorts && !hasNotPorts) return { set: all, names: [], exceptNames: [], others }
  if (!rule.has('protocol')) rule.problem('protocol', 'is required with ports')
  const wanted = hasPorts ? readPortList(destination, 'ports', transports, sets) : { set: all, names: [] }
  const unwanted = hasNotPorts ? readPortList(destination, 'notPorts', transports, sets) : { set: sets.none, names: [] }
  return { set: sets.subtract(wanted.set, unwanted.set), names: wanted.names, exceptNames: unwanted.names, others: allOthers('no') }
}

function countOf(fields: Fields, key: string): number {
  const value = fields.get(key)
  if (value === undefined) return 0
  if (Array.isArray(value)) return value.length
  fields.problem(key, 'must be a list')
  return 0
}

function readPortList(
  entity: Fields,
  key: string,
  transports: readonly Protocol[],
  sets: ConnectionSets,
): { readonly set: ConnectionSetId; readonly names: readonly NamedPort[] } {
  let set = sets.none
  const names: NamedPort[] = []
  for (const item of entity.get(key) as readonly unknown[]) {
    const range = readPortItem(item)
    if (range === null) entity.problem(key, `${JSON.stringify(item)} is no port, range or port name`)
    else if (typeof range === 'string') for (const protocol of transports) names.push({ name: range, protocol })
    else for (const protocol of transports) set = sets.union(set, sets.range(protocol, range[0], range[1]))
  }
  return { set, names }
}

/** A number, `min:max`, or a name. */
function readPortItem(item: unknown): readonly [number, number] | string | null {
  if (typeof item === 'number') return Number.isInteger(item) && item >= 0 && item <= MAX_PORT ? [item, item] : null
  if (typeof item !== 'string' || item === '') return null
  if (!/^[0-9]+(:[0-9]+)?$/.test(item)) return /^[A-Za-z0-9_-]+$/.test(item) ? item : null
  const [low = 0, high = low] = item.split(':').map(Number)
  return low <= high && high <= MAX_PORT ? [low, high] : null
}

function readProtocols(rule: Fields): ProtocolMatch {
  const wanted = rule.get('protocol')
  const unwanted = rule.get('notProtocol')
  const positive = wanted === undefined ? null : protocolOf(rule, 'protocol', wanted)
  const negative = unwanted === undefined ? null : protocolOf(rule, 'notProtocol', unwanted)
  const covers = (name: string): boolean => (positive === null || positive === name) && negative !== name
  const hasIcmpDetails = rule.has('icmp') || rule.has('notICMP')
  const icmp = (name: string): Truth => (covers(name) ? (hasIcmpDetails ? 'protocol-not-covered' : 'yes') : 'no')
  return {
    transports: hasIcmpDetails && !rule.has('notICMP') ? [] : PROTOCOLS.filter(covers),
    others: {
      ICMP: icmp('ICMP'),
      ICMPv6: icmp('ICMPv6'),
      OTHER: positive === null ? 'yes' : positive === 'OTHER' ? 'protocol-not-covered' : 'no',
    },
  }
}

const NUMBERS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [58, 'ICMPv6'],
  [132, 'SCTP'],
])
const NAMES: ReadonlyMap<string, string> = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['sctp', 'SCTP'],
  ['icmp', 'ICMP'],
  ['icmpv6', 'ICMPv6'],
  ['udplite', 'OTHER'],
])

function protocolOf(rule: Fields, key: string, value: unknown): string {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^[0-9]{1,3}$/.test(value) ? Number(value) : null
  if (number !== null && Number.isInteger(number) && number >= 1 && number <= 255) return NUMBERS.get(number) ?? 'OTHER'
  const name = typeof value === 'string' ? NAMES.get(value.toLowerCase()) : undefined
  if (name === undefined) rule.problem(key, `${JSON.stringify(value)} is no protocol`)
  return name ?? 'OTHER'
}
