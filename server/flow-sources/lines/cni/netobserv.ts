import type { FlowL7, ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'
import type { DecodedLine } from '../../decoded-line'
import { countOf, type JsonObject, textOf } from '../../json-fields'
import { NOWHERE } from '../../nowhere'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { flowLine, ignored, NO_POLICIES, portOf, protocolOf, rejected } from '../observed-line'
import { packetOrder } from '../packet-order'
import { type EventOutcome, readNetworkEvents } from './netobserv-events'
import { readTcpFlags } from './netobserv-flags'

/** Records of NetObserv's flowlogs-pipeline: its standard output, Kafka, OTLP logs, or out of Loki with the labels merged back. */
export const NETOBSERV: LineFormat = {
  id: 'netobserv',
  title: 'NetObserv flow records',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'object' && isRecord(payload.body),
  decode: (payload, envelope, memory) =>
    payload.kind === 'object' && isRecord(payload.body) ? decode(payload.body, envelope, memory) : ignored('not-a-flow'),
}

function isRecord(body: JsonObject): boolean {
  return body.SrcAddr !== undefined && body.DstAddr !== undefined && (body.Proto !== undefined || body.Etype !== undefined)
}

function decode(body: JsonObject, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const protocol = protocolOf(body.Proto)
  const hasPorts = protocol !== 'ICMP' && protocol !== 'ICMPv6'
  const sourcePort = hasPorts ? portOf(body.SrcPort) : null
  // Of the pod behind a Service, where the record says what its address was translated to.
  const destinationPort = hasPorts ? ((isTranslated(body) ? portOf(body.XlatDstPort) : null) ?? portOf(body.DstPort)) : null
  const source = endOf(body, 'Src', memory)
  const destination = endOf(body, 'Dst', memory)
  if (source === null || destination === null) return rejected('SrcAddr and DstAddr: no addresses')

  const { isTurned, ...order } = packetOrder({
    protocol,
    sourcePort,
    destinationPort,
    flags: protocol === 'TCP' ? readTcpFlags(body.Flags) : null,
    icmpType: countOf(body.IcmpType),
  })
  const outcome = outcomeOf(body)
  const id = idOf(body)
  const sampling = Math.max(1, countOf(body.Sampling) ?? 1)
  // The same window again, from another interface or with more beside it.
  const isAgain = id !== null && memory !== null && memory.exchange(id, 1) !== null
  const end = countOf(body.TimeFlowEndMs) ?? countOf(body.TimeFlowStartMs)
  const seconds = countOf(body.TimeReceived)
  const time = end === null || end === 0 ? (seconds === null || seconds === 0 ? null : seconds * 1_000) : end
  const counts =
    isCountedHere(body) &&
    !isCountedBySumOrParts(body, memory) &&
    !isAgain &&
    !isCountedElsewhere(body, time ?? envelope.time ?? envelope.receivedAt, memory)
  const scaled = (one: unknown, ...both: unknown[]): number | null => {
    const count = counts ? (countOf(one) ?? sumOf(both)) : null
    return count === null ? null : count * sampling
  }
  return flowLine(
    {
      source: isTurned ? destination : source,
      destination: isTurned ? source : destination,
      protocol,
      ...order,
      ...outcome,
      bytes: scaled(body.Bytes, body.Bytes_AB, body.Bytes_BA),
      packets: scaled(body.Packets, body.Packets_AB, body.Packets_BA),
      l7: dnsOf(body),
      uuid: id === null ? null : `${id} ${outcome.verdict}`,
      event: outcome.verdict === 'unknown' || outcome.verdict === 'error' ? 'trace' : 'policy-verdict',
      node: textOf(outcome.direction === 'ingress' ? body.DstK8S_HostName : body.SrcK8S_HostName) ?? envelope.node,
    },
    time,
    envelope,
  )
}

/** A record of a whole conversation counts both ways apart. */
function sumOf(values: readonly unknown[]): number | null {
  const counts = values.map(countOf).filter((count) => count !== null)
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0)
}

function isTranslated(body: JsonObject): boolean {
  const translated = addressOf(body.XlatDstAddr)
  return translated !== null && translated !== addressOf(body.DstAddr)
}

function endOf(body: JsonObject, side: 'Src' | 'Dst', memory: LineMemory | null): ObservedEndpoint | null {
  const seen = addressOf(body[`${side}Addr`])
  if (seen === null) return null
  const translated = side === 'Dst' && isTranslated(body) ? addressOf(body.XlatDstAddr) : null
  // With a translation, the names of the end that was really reached have a prefix of their own.
  const prefix = translated !== null ? `Xlat${side}K8S_` : `${side}K8S_`
  const type = textOf(body[`${prefix}Type`], 64)
  const namespace = textOf(body[`${prefix}Namespace`])
  const name = textOf(body[`${prefix}Name`])
  const owner = textOf(body[`${prefix}OwnerName`])
  const ownerKind = textOf(body[`${prefix}OwnerType`], 64)
  const port = portOf(body[`${side}Port`])
  const isPod = type === 'Pod' || (type === null && ownerKind !== null && ownerKind !== 'Service' && ownerKind !== 'Node')
  const make = (): ObservedEndpoint => ({
    ...NOWHERE,
    ip: translated ?? seen,
    namespace,
    pod: type === 'Pod' ? name : null,
    workload: isPod && owner !== null ? { name: owner, kind: ownerKind } : null,
    service: type === 'Service' && namespace !== null && name !== null ? { namespace, name } : null,
    entity: type === 'Node' ? 'host' : null,
    ...(translated === null ? {} : { addressed: { ip: seen, port } }),
  })
  if (memory === null) return make()
  return memory.end(
    `netobserv ${seen} ${translated} ${type} ${namespace}/${name} ${ownerKind} ${owner} ${translated === null ? '' : port}`,
    make,
  )
}

function addressOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 64 ? canonicalAddress(value) : null
}

/**
 * Who counts the bytes, when several machines and interfaces report: the side that receives (0), or the one machine that both
 * ends are on (2), or the sender (1) when nobody watches the receiver. Records without a direction count.
 */
function isCountedHere(body: JsonObject): boolean {
  if (body.Duplicate === true) return false
  const direction = countOf(body.FlowDirection)
  if (direction !== 1) return true
  return textOf(body.DstK8S_Type) === null || body.DstK8S_Type === 'Service'
}

/**
 * Records that were not enriched do not say how their machine sees the flow, so that those of both machines look alike: the one
 * that told of it first counts, until it has been silent for a while.
 */
function isCountedElsewhere(body: JsonObject, time: number, memory: LineMemory | null): boolean {
  if (memory === null || countOf(body.FlowDirection) !== null) return false
  const directions = Array.isArray(body.IfDirections) ? body.IfDirections.map(scalarOf).sort().join() : scalarOf(body.IfDirection)
  const machine = scalarOf(body.AgentIP) || directions
  const flow = ['SrcAddr', 'SrcPort', 'DstAddr', 'DstPort', 'Proto'].map((part) => scalarOf(body[part])).join(' ')
  return !memory.isTeller(`netobserv of ${flow.slice(0, 256)}`, machine.slice(0, 64), time)
}

/**
 * With conversation tracking the end of a conversation sums all of it up, and the records before it carry their part: what is
 * counted is the parts (`flowLog`) where they come, else the sum at the end.
 */
function isCountedBySumOrParts(body: JsonObject, memory: LineMemory | null): boolean {
  const type = body._RecordType
  const hash = textOf(body._HashId, 64)
  if (typeof type !== 'string' || hash === null) return false
  if (type === 'flowLog') {
    memory?.exchange(`netobserv ${hash}`, 1)
    return false
  }
  return type !== 'endConnection' || memory?.exchange(`netobserv ${hash}`, 0) === 1
}

function outcomeOf(body: JsonObject): EventOutcome {
  const direction = directionOf(body.FlowDirection)
  const events = readNetworkEvents(body.NetworkEvents)
  if (events !== null) return { ...events, direction: events.direction ?? direction }
  const none = { policies: NO_POLICIES, direction }
  const dropped = countOf(body.PktDropPackets) ?? 0
  const packets = countOf(body.Packets) ?? 0
  if (dropped === 0) return { verdict: 'unknown', reason: null, rawReason: null, ...none }
  const cause = textOf(body.PktDropLatestDropCause, 128)
  // Some of its packets were lost, and the others came through.
  if (dropped < packets) return { verdict: 'unknown', reason: null, rawReason: cause, ...none }
  return { verdict: 'error', reason: dropReason(cause), rawReason: cause, ...none }
}

/** `SKB_DROP_REASON_NETFILTER_DROP` is probably a policy of somebody, but the kernel does not say so. */
function dropReason(cause: string | null): string {
  if (cause === null) return 'other/unstated'
  const name = cause.startsWith('SKB_DROP_REASON_') ? cause.slice('SKB_DROP_REASON_'.length) : cause
  return `kernel/${name.toLowerCase().replaceAll('_', '-')}`
}

function directionOf(value: unknown): ObservedFlow['direction'] {
  const direction = countOf(value)
  return direction === 0 ? 'ingress' : direction === 1 ? 'egress' : null
}

function dnsOf(body: JsonObject): FlowL7 | null {
  const name = textOf(body.DnsName, 256)
  const code = textOf(body.DnsFlagsResponseCode, 32)
  if (name === null && code === null) return null
  const latency = body.DnsLatencyMs
  return {
    protocol: 'dns',
    type: code === null ? 'request' : 'response',
    method: null,
    path: name,
    code,
    latencyMs: typeof latency === 'number' && latency >= 0 ? latency : null,
  }
}

/** The same window of the same flow, from another interface or sent again, has the same id. Null without a time. */
function idOf(body: JsonObject): string | null {
  const parts = [
    'SrcAddr',
    'SrcPort',
    'DstAddr',
    'DstPort',
    'Proto',
    'TimeFlowStartMs',
    'TimeFlowEndMs',
    'Bytes',
    'FlowDirection',
    '_RecordType',
  ]
  const id = parts.map((part) => scalarOf(body[part])).join(' ')
  return body.TimeFlowStartMs === undefined ? null : `netobserv ${id.slice(0, 256)}`
}

function scalarOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
