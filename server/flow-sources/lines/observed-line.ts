import type { FlowPolicy, ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'
import type { PolicyRef } from '@/lib/model/names'
import type { FlowProtocol } from '@/lib/model/protocol'
import type { DecodedLine } from '../decoded-line'
import { countOf } from '../json-fields'
import { NOWHERE } from '../nowhere'
import type { Envelope } from './line-format'
import type { LineMemory } from './line-memory'

export const NO_POLICIES: readonly FlowPolicy[] = []

/** An end known by its address alone; null when `value` is no address. */
export function addressEnd(value: unknown, memory: LineMemory | null): ObservedEndpoint | null {
  const ip = typeof value === 'string' && value.length <= 64 ? canonicalAddress(value) : null
  if (ip === null) return null
  return memory === null ? { ...NOWHERE, ip } : memory.end(ip, () => ({ ...NOWHERE, ip }))
}

/** What a format must say of a flow; the rest has defaults that claim nothing. */
type FlowParts = Pick<ObservedFlow, 'source' | 'destination' | 'protocol' | 'event'> & Partial<ObservedFlow>

/** A decoded flow, at its own time if it has one, else at the one its envelope says, else when it was received. */
export function flowLine(parts: FlowParts, ownTime: number | null, { time, receivedAt, node }: Envelope): DecodedLine {
  const stated = (ownTime !== null && isTime(ownTime) ? ownTime : null) ?? time
  const flow: ObservedFlow = {
    time: stated ?? receivedAt,
    source: parts.source,
    destination: parts.destination,
    protocol: parts.protocol,
    port: parts.port ?? null,
    sourcePort: parts.sourcePort ?? null,
    verdict: parts.verdict ?? 'unknown',
    reason: parts.reason ?? null,
    rawReason: parts.rawReason ?? null,
    direction: parts.direction ?? null,
    policies: parts.policies ?? NO_POLICIES,
    l7: parts.l7 ?? null,
    bytes: safe(parts.bytes),
    packets: safe(parts.packets),
    count: safe(parts.count) ?? 1,
    uuid: parts.uuid ?? null,
    event: parts.event,
    phase: parts.phase ?? 'start',
    guessedOrder: parts.guessedOrder ?? false,
    node: parts.node ?? node,
  }
  return { kind: 'flow', flow, isTimed: stated !== null, unknownFields: 0 }
}

/** The last moment that a Date can hold. */
const MAX_MS = 8.64e15

function isTime(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0 && value <= MAX_MS
}

/** A count that can be added up; null for one that is broken. */
function safe(count: number | null | undefined): number | null {
  return count !== null && count !== undefined && Number.isSafeInteger(count) ? count : null
}

/** A policy that the record itself names. */
export function statedPolicy(policy: PolicyRef, rule: string | null = null): readonly FlowPolicy[] {
  return [{ policy, rule, confidence: 'stated' }]
}

/** A port; null for 0 and for anything that is none. */
export function portOf(value: unknown): number | null {
  const port = countOf(value)
  return port === null || port === 0 || port > 65_535 ? null : port
}

const BY_NUMBER: ReadonlyMap<number, FlowProtocol> = new Map([
  [1, 'ICMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [58, 'ICMPv6'],
  [132, 'SCTP'],
])

const BY_NAME: ReadonlyMap<string, FlowProtocol> = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['sctp', 'SCTP'],
  ['icmp', 'ICMP'],
  ['icmp6', 'ICMPv6'],
  ['icmpv6', 'ICMPv6'],
  ['ipv6-icmp', 'ICMPv6'],
])

/** A transport protocol by its number or name, in any case; OTHER for what we do not tell apart. */
export function protocolOf(value: unknown): FlowProtocol {
  const number = countOf(value)
  if (number !== null) return BY_NUMBER.get(number) ?? 'OTHER'
  return typeof value === 'string' && value.length <= 16 ? (BY_NAME.get(value.toLowerCase()) ?? 'OTHER') : 'OTHER'
}

export function ignored(reason: string): DecodedLine {
  return { kind: 'ignored', reason }
}

/** `reason` is a sentence for the person who sent the line. */
export function rejected(reason: string): DecodedLine {
  return { kind: 'rejected', reason }
}
