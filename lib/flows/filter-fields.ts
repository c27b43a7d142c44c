import { canonicalAddress, formatCidr, parseAddress, parseCidr } from '../model/address'
import { EDGE_STATES } from './edge-state'
import type { FilterField } from './filter-types'
import { VERDICTS } from './flow'

/** What a field is called, what it may hold, and how a value is brought into the one form that is compared and printed. */
export type FieldRule = {
  readonly field: FilterField
  /** Other words for the same field. */
  readonly aliases: readonly string[]
  /** True when `from:` and `to:` mean something for it. */
  readonly hasSides: boolean
  /** All possible values; null when any text is one. */
  readonly allowed: readonly string[] | null
  /** What a value looks like, for messages. */
  readonly example: string
  /** The canonical form; null when the text is no value of the field. */
  readonly read: (text: string) => string | null
}

const asWritten = (text: string): string => text

function oneOf(values: readonly string[]): (text: string) => string | null {
  const byLowerCase = new Map(values.map((value) => [value.toLowerCase(), value]))
  return (text) => byLowerCase.get(text.toLowerCase()) ?? null
}

function named(field: FilterField, aliases: readonly string[], example: string): FieldRule {
  return { field, aliases, hasSides: true, allowed: null, example, read: asWritten }
}

function chosen(field: FilterField, aliases: readonly string[], values: readonly string[]): FieldRule {
  return { field, aliases, hasSides: false, allowed: values, example: values[0] ?? '', read: oneOf(values) }
}

function plain(field: FilterField, aliases: readonly string[], example: string, read: FieldRule['read'] = asWritten): FieldRule {
  return { field, aliases, hasSides: false, allowed: null, example, read }
}

export const FIELD_RULES: readonly FieldRule[] = [
  named('ns', ['namespace'], 'shop'),
  named('workload', ['wl'], 'shop/cart'),
  named('pod', [], 'shop/cart-7d9f-abcde'),
  { ...named('service', ['svc'], 'shop/cart'), read: (text) => (text.startsWith('svc:') ? text.slice(4) : text) || null },
  { ...named('ip', ['cidr', 'address'], '10.0.0.0/8'), read: readAddresses },
  { ...named('name', ['dns'], '*.example.com'), read: (text) => text.toLowerCase() },
  {
    ...named('entity', [], 'world'),
    allowed: ['world', 'host', 'remote-node', 'kube-apiserver', 'unknown'],
    read: oneOf(['world', 'host', 'remote-node', 'kube-apiserver', 'unknown']),
  },
  named('label', [], 'app=cart'),
  plain('port', [], '8000-8100', readPorts),
  chosen('protocol', ['proto'], ['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 'OTHER']),
  chosen('verdict', [], VERDICTS),
  chosen('state', [], EDGE_STATES),
  plain('policy', [], 'NetworkPolicy:shop/cart'),
  plain('reason', [], 'policy/default-deny'),
  chosen('l7', [], ['http', 'dns', 'kafka', 'grpc', 'none']),
  plain('method', [], 'GET', (text) => text.toUpperCase()),
  plain('path', [], '/api/*'),
  plain('status', ['code'], '5xx', readStatus),
  plain('node', [], 'worker-1'),
  plain('reporter', ['source'], 'hubble'),
]

const BY_WORD: ReadonlyMap<string, FieldRule> = new Map(
  FIELD_RULES.flatMap((rule) => [rule.field, ...rule.aliases].map((word) => [word, rule])),
)

/** The rule of a word as typed, in any case. */
export function findField(word: string): FieldRule | null {
  return BY_WORD.get(word.toLowerCase()) ?? null
}

/** An address, a CIDR, or a range `A-B` with both ends in it. */
function readAddresses(text: string): string | null {
  const dash = text.indexOf('-')
  if (dash !== -1) {
    const first = parseAddress(text.slice(0, dash))
    const last = parseAddress(text.slice(dash + 1))
    if (first === null || last === null || first.family !== last.family || first.value > last.value) return null
    return `${canonicalAddress(text.slice(0, dash))}-${canonicalAddress(text.slice(dash + 1))}`
  }
  const cidr = parseCidr(text)
  return cidr === null ? canonicalAddress(text) : formatCidr(cidr)
}

function readPorts(text: string): string | null {
  const range = readRange(text, 1, 65_535)
  if (range === null) return null
  return range[0] === range[1] ? String(range[0]) : `${range[0]}-${range[1]}`
}

/** A status number, a range of them, a class (`5xx`) or the name of a DNS code. */
function readStatus(text: string): string | null {
  const first = text.charCodeAt(0)
  if (first < 48 || first > 57) return text.toUpperCase()
  if (text.length === 3 && text.toLowerCase().endsWith('xx')) return text.toLowerCase()
  const range = readRange(text, 0, 999)
  if (range === null) return null
  return range[0] === range[1] ? String(range[0]) : `${range[0]}-${range[1]}`
}

/** `N` or `A-B`, both ends in it; null when it is neither or leaves the limits. */
export function readRange(text: string, least: number, most: number): readonly [number, number] | null {
  const dash = text.indexOf('-')
  const first = readNumber(dash === -1 ? text : text.slice(0, dash))
  const last = dash === -1 ? first : readNumber(text.slice(dash + 1))
  if (first === null || last === null || first > last || first < least || last > most) return null
  return [first, last]
}

function readNumber(text: string): number | null {
  if (text.length === 0 || text.length > 6) return null
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 48 || code > 57) return null
  }
  return Number(text)
}
