import type { Fields } from '../../model/fields'
import { MAX_PORT, PROTOCOLS, type Protocol } from '../../model/protocol'
import { allOthers, type NamedPort, type OtherProtocols, type PortMatch } from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { allowOnly } from '../policy-fields'
import type { Truth } from '../truth'
import type { Direction } from '../types'
import { type RequestRules, readRequestRules } from './request-rules'

/** One item of `toPorts` (or of `icmps`): what it covers, whether requests decide further, and what they must be. */
export type CiliumPorts = { readonly match: PortMatch; readonly certainty: Truth; readonly requests: string | null }

const ALLOW_FIELDS = ['ports', 'rules', 'terminatingTLS', 'originatingTLS', 'serverNames', 'listener']
const DENY_FIELDS = ['ports']

/** Cilium refuses longer lists of ports and of ICMP types. */
const MAX_ENTRIES = 40

/** Reads `toPorts`, item by item, and `icmps`; null when the rule has neither, so that everything is meant. */
export function readCiliumPorts(
  rule: Fields,
  head: { readonly direction: Direction; readonly action: 'allow' | 'deny' },
  sets: ConnectionSets,
): readonly CiliumPorts[] | null {
  const items = rule.list('toPorts')
  const icmps = rule.list('icmps')
  if (items.length > 0 && icmps.length > 0) rule.problem('icmps', 'a rule has toPorts or icmps, not both')
  if (items.length === 0 && icmps.length === 0) return null
  const ports = items.map((item) => {
    allowOnly(item, head.action === 'allow' ? ALLOW_FIELDS : DENY_FIELDS)
    return readItem(item, head.direction, sets)
  })
  return [...ports, ...icmps.map((item): CiliumPorts => ({ match: readIcmp(item, sets), certainty: 'yes', requests: null }))]
}

/** What a rule without ports covers: everything, ICMP too. */
export function everything(sets: ConnectionSets): CiliumPorts {
  return { match: { set: sets.all, names: [], exceptNames: [], others: allOthers('yes') }, certainty: 'yes', requests: null }
}

function readItem(item: Fields, direction: Direction, sets: ConnectionSets): CiliumPorts {
  const entries = item.list('ports')
  if (entries.length > MAX_ENTRIES) item.problem('ports', `has ${entries.length} entries; Cilium takes at most ${MAX_ENTRIES}`)
  const requests = readRequestRules(item.object('rules'))
  if (requests?.protocol === 'DNS' && direction === 'ingress') item.problem('rules', 'rules about DNS stand in egress only')
  if (requests?.protocol === 'DNS' && entries.length === 0) item.problem('rules', 'rules about DNS need the port')
  const ranges: ConnectionSetId[] = entries.length === 0 ? [sets.all] : []
  let others = allOthers('no')
  const names: NamedPort[] = []
  for (const entry of entries) {
    allowOnly(entry, ['port', 'endPort', 'protocol'])
    const protocols = readProtocols(entry)
    const port = readPort(entry)
    if (requests !== null) checkRequestPort(entry, requests, port)
    if (protocols === 'OTHER') others = { ...others, OTHER: 'protocol-not-covered' }
    else if (typeof port === 'string') names.push(...namedPorts(entry, port, protocols))
    else for (const protocol of protocols) ranges.push(rangeOf(entry, port, protocol, sets))
  }
  return {
    match: { set: sets.unionAll(ranges), names, exceptNames: [], others },
    certainty: requests === null ? 'yes' : 'l7-rule',
    requests: requests?.text ?? null,
  }
}

/** The proxy looks into TCP, and into DNS on UDP, on ports that are named one by one. */
function checkRequestPort(entry: Fields, { protocol }: RequestRules, port: number | string): void {
  if (port === 0) entry.problem('port', 'rules about requests need a port other than 0')
  if (protocol !== 'DNS' && entry.string('protocol')?.toUpperCase() !== 'TCP') {
    entry.problem('protocol', 'rules about requests other than DNS need protocol TCP')
  }
}

function namedPorts(entry: Fields, name: string, protocols: readonly Protocol[]): readonly NamedPort[] {
  if ((entry.integer('endPort', 0, MAX_PORT) ?? 0) !== 0) entry.problem('endPort', 'needs a numeric port')
  return protocols.length === PROTOCOLS.length ? [{ name, protocol: null }] : protocols.map((protocol) => ({ name, protocol }))
}

/** Port 0 means every port. */
function rangeOf(entry: Fields, port: number, protocol: Protocol, sets: ConnectionSets): ConnectionSetId {
  const endPort = entry.integer('endPort', 0, MAX_PORT) ?? 0
  if (port === 0) return sets.range(protocol, 1, MAX_PORT)
  if (endPort !== 0 && endPort < port) {
    entry.problem('endPort', `must not be lower than port ${port}`)
    return sets.none
  }
  return sets.range(protocol, port, endPort === 0 ? port : endPort)
}

/** A number, or a name in lower case, because Cilium compares names so. */
function readPort(entry: Fields): number | string {
  const port = entry.text('port')
  if (port === null || port === '') return 0
  if (/^[0-9]{1,5}$/.test(port) && Number(port) <= MAX_PORT) return Number(port)
  if (!/^[A-Za-z0-9-]{1,15}$/.test(port) || !/[A-Za-z]/.test(port) || /^-|-$|--/.test(port)) entry.problem('port', `"${port}" is no port`)
  return port.toLowerCase()
}

/** `OTHER` for protocols that have no ports. */
function readProtocols(entry: Fields): readonly Protocol[] | 'OTHER' {
  const text = (entry.string('protocol') ?? '').toUpperCase()
  if (text === '' || text === 'ANY') return PROTOCOLS
  if (text === 'VRRP' || text === 'IGMP') return 'OTHER'
  const protocol = PROTOCOLS.find((candidate) => candidate === text)
  if (protocol !== undefined) return [protocol]
  if (text === 'ICMP' || text === 'ICMPV6') entry.warning('protocol', 'ICMP is not matched by ports; icmps does that')
  else entry.problem('protocol', `"${entry.string('protocol')}" is not one of TCP, UDP, SCTP, ANY`)
  return []
}

/** Types of ICMP are not part of a question; a rule for some of them may match. */
function readIcmp(item: Fields, sets: ConnectionSets): PortMatch {
  allowOnly(item, ['fields'])
  const fields = item.list('fields')
  if (fields.length > MAX_ENTRIES) item.problem('fields', `has ${fields.length} entries; Cilium takes at most ${MAX_ENTRIES}`)
  const others: Record<keyof OtherProtocols, Truth> = { ICMP: 'no', ICMPv6: 'no', OTHER: 'no' }
  for (const field of fields) {
    allowOnly(field, ['family', 'type'])
    if (!field.has('type')) field.problem('type', 'a type of ICMP is required')
    const family = field.string('family') ?? 'IPv4'
    if (family !== 'IPv4' && family !== 'IPv6') field.problem('family', `"${family}" is not one of IPv4, IPv6`)
    others[family === 'IPv6' ? 'ICMPv6' : 'ICMP'] = 'protocol-not-covered'
  }
  return { set: sets.none, names: [], exceptNames: [], others }
}
