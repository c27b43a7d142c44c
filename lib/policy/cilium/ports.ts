import type { Fields } from '../../model/fields'
import { MAX_PORT, PROTOCOLS, type Protocol } from '../../model/protocol'
import { allOthers, type NamedPort, type OtherProtocols, type PortMatch } from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { allowOnly } from '../policy-fields'
import type { Truth } from '../truth'

/** One item of `toPorts` (or of `icmps`): what it covers, and whether requests decide further. */
export type CiliumPorts = { readonly match: PortMatch; readonly certainty: Truth }

const FIELDS = ['ports', 'rules', 'terminatingTLS', 'originatingTLS', 'serverNames', 'listener']

/** Reads `toPorts`, item by item, and `icmps`; null when the rule has neither, so that everything is meant. */
export function readCiliumPorts(rule: Fields, sets: ConnectionSets): readonly CiliumPorts[] | null {
  if (!rule.has('toPorts') && !rule.has('icmps')) return null
  const ports = rule.list('toPorts').map((item) => readItem(item, sets))
  const icmps = rule.list('icmps').map((item): CiliumPorts => ({ match: readIcmp(item, sets), certainty: 'yes' }))
  return [...ports, ...icmps]
}

/** What a rule without ports covers: everything, ICMP too. */
export function everything(sets: ConnectionSets): CiliumPorts {
  return { match: { set: sets.all, names: [], exceptNames: [], others: allOthers('yes') }, certainty: 'yes' }
}

function readItem(item: Fields, sets: ConnectionSets): CiliumPorts {
  allowOnly(item, FIELDS)
  const entries = item.list('ports')
  let set = entries.length === 0 ? sets.all : sets.none
  const names: NamedPort[] = []
  for (const entry of entries) {
    allowOnly(entry, ['port', 'endPort', 'protocol'])
    const protocols = readProtocols(entry)
    const port = readPort(entry)
    if (typeof port === 'string') for (const protocol of protocols) names.push({ name: port, protocol })
    else for (const protocol of protocols) set = sets.union(set, rangeOf(entry, port, protocol, sets))
  }
  const match = { set, names, exceptNames: [], others: allOthers('no') }
  return { match, certainty: hasRequestRules(item.object('rules')) ? 'l7-rule' : 'yes' }
}

function hasRequestRules(rules: Fields): boolean {
  return ['http', 'kafka', 'dns', 'l7'].some((key) => rules.list(key).length > 0)
}

/** Port 0 means every port. */
function rangeOf(entry: Fields, port: number, protocol: Protocol, sets: ConnectionSets): ConnectionSetId {
  if (port === 0) return sets.range(protocol, 1, MAX_PORT)
  const endPort = entry.integer('endPort', 0, MAX_PORT) ?? 0
  if (endPort !== 0 && endPort < port) entry.problem('endPort', `must not be lower than port ${port}`)
  return sets.range(protocol, port, endPort === 0 ? port : endPort)
}

function readPort(entry: Fields): number | string {
  const port = entry.text('port')
  if (port === null || port === '') return 0
  if (/^[0-9]{1,5}$/.test(port) && Number(port) <= MAX_PORT) return Number(port)
  if (/^[0-9]/.test(port) && !/[A-Za-z]/.test(port)) entry.problem('port', `"${port}" is no port`)
  return port
}

function readProtocols(entry: Fields): readonly Protocol[] {
  const text = entry.string('protocol')
  if (text === null || text === '' || text.toUpperCase() === 'ANY') return PROTOCOLS
  const protocol = PROTOCOLS.find((candidate) => candidate === text.toUpperCase())
  if (protocol === undefined) entry.problem('protocol', `"${text}" is not one of TCP, UDP, SCTP, ANY`)
  return protocol === undefined ? [] : [protocol]
}

/** Types of ICMP are not part of a question; a rule for some of them may match. */
function readIcmp(item: Fields, sets: ConnectionSets): PortMatch {
  allowOnly(item, ['fields'])
  const others: Record<keyof OtherProtocols, Truth> = { ICMP: 'no', ICMPv6: 'no', OTHER: 'no' }
  for (const field of item.list('fields')) {
    allowOnly(field, ['family', 'type'])
    const isIpv6 = field.string('family') === 'IPv6'
    others[isIpv6 ? 'ICMPv6' : 'ICMP'] = 'protocol-not-covered'
  }
  return { set: sets.none, names: [], exceptNames: [], others }
}
