import type { ObservedFlow } from '@/lib/flows/flow'
import type { FlowProtocol } from '@/lib/model/protocol'
import type { DecodedLine } from './decoded-line'
import { readEndpoint } from './hubble-endpoint'
import { readL7 } from './hubble-l7'
import { readOrder } from './hubble-order'
import { readPolicies } from './hubble-policies'
import { EVENT_DROP, EVENT_L7, EVENT_POLICY_VERDICT, EVENT_SOCKET, EVENT_TRACE, eventType, readVerdict } from './hubble-verdict'
import { countOf, type JsonObject, objectOf, textOf, timeOf } from './json-fields'
import { parseLine } from './parse-line'

/**
 * Decodes one line of `hubble observe -o json`, of Hubble's file exporter, or of either inside a log shipper's
 * `{"log": "..."}`. Pure; never throws.
 *
 * @param receivedAt milliseconds since the epoch, for a record whose field mask left its time out; without it such a
 *   record is rejected.
 */
export function decodeHubbleLine(line: string, receivedAt: number | null = null): DecodedLine {
  const parsed = parseLine(line)
  return parsed.kind === 'object' ? decodeHubbleObject(parsed.body, receivedAt) : parsed
}

/** Decodes a parsed record: in its envelope (`{"flow": ...}`, `{"lost_events": ...}`, ...) or a bare flow. */
export function decodeHubbleObject(body: JsonObject, receivedAt: number | null): DecodedLine {
  const flow = objectOf(body.flow)
  if (flow !== null) return decodeFlow(flow, body, receivedAt)
  const lost = objectOf(body.lost_events)
  if (lost !== null) {
    return { kind: 'lost', count: countOf(lost.num_events_lost) ?? 1, where: textOf(lost.source, 64) ?? 'unknown' }
  }
  if (body.node_status !== undefined) return { kind: 'ignored', reason: 'node-status' }
  if (body.agent_event !== undefined) return { kind: 'ignored', reason: 'agent-event' }
  if (body.debug_event !== undefined) return { kind: 'ignored', reason: 'debug-event' }
  if (isBareFlow(body)) return decodeFlow(body, body, receivedAt)
  return { kind: 'ignored', reason: 'not-a-flow' }
}

/** True for a record of Hubble, in its envelope or bare. */
export function isHubbleObject(body: JsonObject): boolean {
  const isEvent = body.lost_events !== undefined || body.node_status !== undefined || body.agent_event !== undefined
  return isEvent || body.debug_event !== undefined || objectOf(body.flow) !== null || isBareFlow(body)
}

/** A flow without its envelope shows fields that nothing else has. */
function isBareFlow(body: JsonObject): boolean {
  const hasEnds = objectOf(body.source) !== null || objectOf(body.destination) !== null || objectOf(body.IP) !== null
  return hasEnds && (body.verdict !== undefined || body.l4 !== undefined || body.Type !== undefined || body.event_type !== undefined)
}

function decodeFlow(flow: JsonObject, envelope: JsonObject, receivedAt: number | null): DecodedLine {
  const type = eventType(flow)
  if (type !== null && OTHER_EVENTS.has(type)) return { kind: 'ignored', reason: 'debug-event' }
  const ownTime = timeOf(flow.time) ?? timeOf(envelope.time)
  const time = ownTime ?? receivedAt
  if (time === null) return { kind: 'rejected', reason: 'no time' }
  const source = readEndpoint(flow, 'source')
  const destination = readEndpoint(flow, 'destination')
  if (isNowhere(source) && isNowhere(destination)) return { kind: 'ignored', reason: 'no-endpoints' }

  const transport = readTransport(flow)
  const order = readOrder(flow, transport.sourcePort, transport.destinationPort)
  const verdict = readVerdict(flow)
  const observed: ObservedFlow = {
    time,
    source: order.isTurned ? destination : source,
    destination: order.isTurned ? source : destination,
    protocol: transport.protocol,
    port: order.isTurned ? transport.sourcePort : transport.destinationPort,
    sourcePort: order.isTurned ? transport.destinationPort : transport.sourcePort,
    verdict: verdict.verdict,
    reason: verdict.reason,
    rawReason: verdict.rawReason,
    direction: readDirection(flow.traffic_direction),
    policies: readPolicies(flow),
    l7: readL7(flow),
    bytes: null,
    packets: null,
    count: aggregatedCount(flow),
    uuid: textOf(flow.uuid, 64),
    event: readEvent(flow),
    phase: order.phase,
    guessedOrder: order.isGuess,
    node: nodeName(textOf(flow.node_name) ?? textOf(envelope.node_name)),
  }
  return { kind: 'flow', flow: observed, isTimed: ownTime !== null, unknownFields: 0 }
}

/** Debug, capture, recorder and agent events: what the agent does, not what the network does. */
const OTHER_EVENTS: ReadonlySet<number> = new Set([2, 3, 6, 130])

function isNowhere(endpoint: ObservedFlow['source']): boolean {
  return (
    endpoint.ip === null && endpoint.pod === null && endpoint.namespace === null && endpoint.entity === null && endpoint.workload === null
  )
}

type Transport = { readonly protocol: FlowProtocol; readonly sourcePort: number | null; readonly destinationPort: number | null }

function readTransport(flow: JsonObject): Transport {
  const l4 = objectOf(flow.l4)
  if (l4 !== null) {
    for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
      const header = objectOf(l4[protocol])
      if (header !== null) return { protocol, sourcePort: portOf(header.source_port), destinationPort: portOf(header.destination_port) }
    }
    if (l4.ICMPv4 !== undefined) return { protocol: 'ICMP', sourcePort: null, destinationPort: null }
    if (l4.ICMPv6 !== undefined) return { protocol: 'ICMPv6', sourcePort: null, destinationPort: null }
  }
  return { protocol: 'OTHER', sourcePort: null, destinationPort: null }
}

function portOf(value: unknown): number | null {
  const port = countOf(value)
  return port === null || port === 0 || port > 65_535 ? null : port
}

function readDirection(value: unknown): ObservedFlow['direction'] {
  if (value === 'INGRESS' || value === 1) return 'ingress'
  return value === 'EGRESS' || value === 2 ? 'egress' : null
}

/** An exporter that aggregates sends sums: such a record stands for whole connections, like a flow line of our own. */
function readEvent(flow: JsonObject): ObservedFlow['event'] {
  if (objectOf(flow.aggregate) !== null) return 'flow'
  switch (eventType(flow)) {
    case EVENT_DROP:
      return 'drop'
    case EVENT_TRACE:
      return 'trace'
    case EVENT_POLICY_VERDICT:
      return 'policy-verdict'
    case EVENT_SOCKET:
      return 'socket'
    case EVENT_L7:
      return 'l7'
  }
  if (flow.Type === 'SOCK' || flow.Type === 3) return 'socket'
  if (flow.Type === 'L7' || flow.Type === 2 || objectOf(flow.l7) !== null) return 'l7'
  return flow.verdict === 'DROPPED' || flow.verdict === 2 ? 'drop' : 'trace'
}

/**
 * Flows that an aggregated record stands for. The same connection is counted under ingress and under egress when both
 * ends are on one node, so the largest of the three counts is taken, not their sum.
 */
function aggregatedCount(flow: JsonObject): number {
  const aggregate = objectOf(flow.aggregate)
  if (aggregate === null) return 1
  const counts = [aggregate.ingress_flow_count, aggregate.egress_flow_count, aggregate.unknown_direction_flow_count]
  return Math.max(1, ...counts.map((count) => countOf(count) ?? 0))
}

/** `cluster/node` or `node`: the machine's name alone. */
function nodeName(text: string | null): string | null {
  return text === null ? null : textOf(text.slice(text.lastIndexOf('/') + 1))
}
