import type { Fields } from '../../model/fields'
import { MAX_PORT, PROTOCOLS, type Protocol } from '../../model/protocol'
import { allOthers, type NamedPort, type OtherProtocols, type PortMatch } from '../compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import { allowOnly } from '../policy-fields'
import type { Truth } from '../truth'

/** Which protocols a rule covers: transports with all their ports, and the ones without. */
type ProtocolMatch = {
  readonly transports: readonly Protocol[]
  readonly others: OtherProtocols
  /** The rule's `protocol` is one: only then may it name ports by number. */
  readonly isPositive: boolean
  /** Without a word about protocols, port names stand for whatever protocol the container port has. */
  readonly isOpen: boolean
}

export type RulePorts = {
  readonly ports: PortMatch
  /** What `source.ports` and `source.notPorts` say of a connection whose source port nobody asked for. */
  readonly sourcePorts: Truth
}

/** Reads the protocols of a rule and the ports of both its ends. */
export function readRulePorts(rule: Fields, sets: ConnectionSets): RulePorts {
  const protocols = readProtocols(rule)
  const { wanted, unwanted } = readEntityPorts(rule.object('destination'), rule, protocols, sets)
  const all = protocols.transports.reduce((set, protocol) => sets.union(set, sets.range(protocol, 1, MAX_PORT)), sets.none)
  const hasPorts = wanted !== null || unwanted !== null
  const rest = sets.subtract(all, unwanted?.set ?? sets.none)
  const sourcePorts = readSourcePorts(rule, protocols, sets)
  return {
    ports: {
      set: sets.intersect(wanted?.set ?? all, rest),
      names: (wanted?.names ?? []).map((port) => (rest === all ? port : { ...port, within: rest })),
      exceptNames: unwanted?.names ?? [],
      others: hasPorts || sourcePorts !== 'yes' ? allOthers('no') : protocols.others,
    },
    sourcePorts,
  }
}

function readSourcePorts(rule: Fields, protocols: ProtocolMatch, sets: ConnectionSets): Truth {
  const { wanted, unwanted } = readEntityPorts(rule.object('source'), rule, protocols, sets)
  if (wanted === null && unwanted === null) return 'yes'
  if ((wanted?.names.length ?? 0) + (unwanted?.names.length ?? 0) > 0) return 'source-port'
  const everyPort = protocols.transports.reduce((set, protocol) => sets.union(set, sets.range(protocol, 1, MAX_PORT)), sets.none)
  const set = sets.subtract(wanted?.set ?? everyPort, unwanted?.set ?? sets.none)
  return set === everyPort ? 'yes' : set === sets.none ? 'no' : 'source-port'
}

type PortList = { readonly set: ConnectionSetId; readonly names: readonly NamedPort[] }

function readEntityPorts(
  entity: Fields,
  rule: Fields,
  protocols: ProtocolMatch,
  sets: ConnectionSets,
): { readonly wanted: PortList | null; readonly unwanted: PortList | null } {
  const wanted = readPortList(entity, 'ports', protocols, sets)
  const unwanted = readPortList(entity, 'notPorts', protocols, sets)
  const hasNumbers = (wanted?.set ?? sets.none) !== sets.none || (unwanted?.set ?? sets.none) !== sets.none
  if (!protocols.isPositive && hasNumbers) rule.problem('protocol', 'is required with ports')
  if (protocols.transports.length === 0 && (wanted !== null || unwanted !== null)) {
    rule.problem('protocol', 'has no ports; ports need TCP, UDP or SCTP')
  }
  return { wanted, unwanted }
}

/** null for an absent or empty list, which asks nothing. */
function readPortList(entity: Fields, key: string, { transports, isOpen }: ProtocolMatch, sets: ConnectionSets): PortList | null {
  const list = entity.get(key)
  if (list === undefined) return null
  if (!Array.isArray(list)) {
    entity.problem(key, 'must be a list')
    return null
  }
  if (list.length === 0) return null
  let set = sets.none
  const names: NamedPort[] = []
  for (const item of list as readonly unknown[]) {
    const range = readPortItem(item)
    if (range === null) entity.problem(key, `${JSON.stringify(item)} is no port, range or port name`)
    else if (typeof range !== 'string') {
      for (const protocol of transports) set = sets.union(set, sets.range(protocol, range[0], range[1]))
    } else if (isOpen) names.push({ name: range, protocol: null })
    else for (const protocol of transports) names.push({ name: range, protocol })
  }
  return { set, names }
}

/** A number, `min:max`, or a name. */
function readPortItem(item: unknown): readonly [number, number] | string | null {
  if (typeof item === 'number') return Number.isInteger(item) && item >= 0 && item <= MAX_PORT ? [item, item] : null
  if (typeof item !== 'string' || item === '') return null
  if (!/^[0-9]+(:[0-9]+)?$/.test(item)) return /^[A-Za-z0-9_.-]{1,128}$/.test(item) ? item : null
  const [low = 0, high = low] = item.split(':').map(Number)
  return low <= high && high <= MAX_PORT ? [low, high] : null
}

function readProtocols(rule: Fields): ProtocolMatch {
  const wanted = rule.get('protocol')
  const unwanted = rule.get('notProtocol')
  const read = (key: string, value: unknown): string => {
    const protocol = protocolOf(value)
    if (protocol === null) rule.problem(key, `${JSON.stringify(value)} is no protocol`)
    return protocol ?? 'OTHER'
  }
  const positive = wanted === undefined ? null : read('protocol', wanted)
  const negative = unwanted === undefined ? null : read('notProtocol', unwanted)
  const covers = (name: string): boolean => (positive === null || positive === name) && negative !== name
  const hasIcmp = rule.has('icmp') || rule.has('notICMP')
  if (hasIcmp && positive !== 'ICMP' && positive !== 'ICMPv6') {
    rule.problem('protocol', 'must be ICMP or ICMPv6 with icmp and notICMP')
  }
  // A question names no ICMP type, so that a rule for some types may match or not.
  const isForSome = ['icmp', 'notICMP'].map((key) => readIcmp(rule.object(key))).includes(true)
  const icmpTruth = (name: string): Truth => (covers(name) ? (isForSome ? 'protocol-not-covered' : 'yes') : 'no')
  const isOtherNumber = positive === 'OTHER' || negative === 'OTHER'
  return {
    isPositive: positive !== null,
    isOpen: positive === null && negative === null,
    transports: PROTOCOLS.filter(covers),
    others: {
      ICMP: icmpTruth('ICMP'),
      ICMPv6: icmpTruth('ICMPv6'),
      // Which of the other protocols is asked for, the question does not say.
      OTHER: positive !== null && positive !== 'OTHER' ? 'no' : isOtherNumber ? 'protocol-not-covered' : 'yes',
    },
  }
}

/** Whether an ICMP match asks for anything; reports values that no packet has. */
function readIcmp(fields: Fields): boolean {
  allowOnly(fields, ['type', 'code'])
  const type = fields.integer('type', 0, 254)
  const code = fields.integer('code', 0, 255)
  if (code !== null && type === null) fields.problem('code', 'needs a type')
  return type !== null
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

function protocolOf(value: unknown): string | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^[0-9]{1,3}$/.test(value) ? Number(value) : null
  if (number !== null && Number.isInteger(number) && number >= 1 && number <= 255) return NUMBERS.get(number) ?? 'OTHER'
  return (typeof value === 'string' ? NAMES.get(value.toLowerCase()) : undefined) ?? null
}
