import type { FlowL7, FlowPolicy, ObservedEndpoint } from '@/lib/flows/flow'
import type { FlowProtocol } from '@/lib/model/protocol'
import { countOf, type JsonObject, objectOf, textOf, textsOf } from '../json-fields'
import { endpointOf, MAX_ADDRESS, MAX_LABELS, MAX_NAMES } from './endpoint'
import { aggregatedCount, EVENT_DROP, type HubbleRecord, nodeName, portOf, type RetinaFacts } from './hubble-record'
import { dnsL7, httpL7, kafkaL7, MAX_HEADERS, MAX_QUERY_TYPES, MAX_TOPIC, saysGrpc } from './l7'
import { addPolicy, NO_POLICIES, statedPolicy } from './policies'
import { isOfRetina, RETINA_VERDICTS, type RetinaNodes, retinaFacts } from './retina'

/** Names of enum values by their numbers: JSON has the name, and a number where the printer did not know the value. */
const VERDICTS = numbered(['VERDICT_UNKNOWN', 'FORWARDED', 'DROPPED', 'ERROR', 'AUDIT', 'REDIRECTED', 'TRACED', 'TRANSLATED'])
const TRACE_REASONS = numbered(['TRACE_REASON_UNKNOWN', 'NEW', 'ESTABLISHED', 'REPLY', 'RELATED', 'REOPENED'])
const FLOW_TYPES = numbered(['UNKNOWN_TYPE', 'L3_L4', 'L7', 'SOCK'])
const DIRECTIONS = numbered(['TRAFFIC_DIRECTION_UNKNOWN', 'INGRESS', 'EGRESS'])
const L7_TYPES = numbered(['UNKNOWN_L7_TYPE', 'REQUEST', 'RESPONSE', 'SAMPLE'])
/** Fields of `flow.TCPFlags`, the bit of each being its field number. */
const TCP_FLAGS = ['', 'FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'NS']

const POLICY_FIELDS = ['egress_allowed_by', 'ingress_allowed_by', 'egress_denied_by', 'ingress_denied_by'] as const

/** Number of the event type; null when a field mask left it out. */
export function eventType(flow: JsonObject): number | null {
  return countOf(objectOf(flow.event_type)?.type)
}

/** What a flow in JSON states. `node` as the record has it. */
export function jsonRecord(flow: JsonObject, node: string | null, time: number, retinaNodes: RetinaNodes): HubbleRecord {
  const { protocol, sourcePort, destinationPort, tcpFlags } = readTransport(flow)
  const l7 = objectOf(flow.l7)
  const isL7Response = enumOf(l7?.type, L7_TYPES) === 2
  const verdict = enumOf(flow.verdict, VERDICTS)
  const retina = readRetina(flow)
  const isReply = replyFlag(flow)
  const name = node === null ? null : nodeName(node)
  const aggregate = objectOf(flow.aggregate)
  return {
    time,
    source: readEndpoint(flow, 'source'),
    destination: readEndpoint(flow, 'destination'),
    protocol,
    sourcePort,
    destinationPort,
    tcpFlags,
    verdict,
    unknownVerdict: verdict === 0 ? unknownVerdict(flow.verdict, retina !== null) : null,
    dropReason: statedReason(flow),
    eventType: eventType(flow),
    flowType: enumOf(flow.Type, FLOW_TYPES),
    isReply: retina === null ? isReply : retinaNodes.believed(isReply, name, l7 !== null),
    traceReason: enumOf(flow.trace_reason, TRACE_REASONS),
    direction: enumOf(flow.traffic_direction, DIRECTIONS),
    policies: readPolicies(flow),
    hasDenyingPolicy: hasItems(flow.egress_denied_by) || hasItems(flow.ingress_denied_by),
    hasL7: l7 !== null,
    isL7Response,
    l7: l7 === null ? null : readL7(l7, isL7Response),
    aggregated: aggregate === null ? null : readAggregate(aggregate),
    uuid: textOf(flow.uuid, 64),
    node: name,
    retina,
  }
}

function numbered(names: readonly string[]): ReadonlyMap<unknown, number> {
  return new Map<unknown, number>(names.flatMap((name, number) => [[name, number] as const, [number, number] as const]))
}

function enumOf(value: unknown, numbers: ReadonlyMap<unknown, number>): number {
  return numbers.get(value) ?? 0
}

function unknownVerdict(verdict: unknown, isRetina: boolean): string | null {
  if (typeof verdict !== 'number') return verdict === 'VERDICT_UNKNOWN' ? null : textOf(verdict, 80)
  return (isRetina ? RETINA_VERDICTS.get(verdict) : undefined) ?? (verdict === 0 ? null : `verdict ${verdict}`)
}

/** `is_reply` as it is, else an old `reply` that says yes; null when the record does not say. */
function replyFlag(flow: JsonObject): boolean | null {
  if (typeof flow.is_reply === 'boolean') return flow.is_reply
  const wrapped = objectOf(flow.is_reply)
  if (wrapped !== null) return wrapped.value === true
  return flow.reply === true ? true : null
}

/** The reason in its new field, its old field, or as the drop event's sub type. */
function statedReason(flow: JsonObject): number | string | null {
  const described = flow.drop_reason_desc
  if (typeof described === 'string' && described !== '' && described !== 'DROP_REASON_UNKNOWN') return described
  const event = objectOf(flow.event_type)
  for (const value of [described, flow.drop_reason, event?.type === EVENT_DROP ? event.sub_type : null]) {
    const number = countOf(value)
    if (number !== null && number > 0) return number
  }
  return null
}

type Transport = Pick<HubbleRecord, 'protocol' | 'sourcePort' | 'destinationPort' | 'tcpFlags'>

function readTransport(flow: JsonObject): Transport {
  const l4 = objectOf(flow.l4)
  const without = (protocol: FlowProtocol): Transport => ({ protocol, sourcePort: null, destinationPort: null, tcpFlags: null })
  if (l4 === null) return without('OTHER')
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    const header = objectOf(l4[protocol])
    if (header === null) continue
    const flags = protocol === 'TCP' ? objectOf(header.flags) : null
    return {
      protocol,
      sourcePort: portOf(countOf(header.source_port)),
      destinationPort: portOf(countOf(header.destination_port)),
      tcpFlags: flags === null ? null : TCP_FLAGS.reduce((bits, name, bit) => (flags[name] === true ? bits | (1 << bit) : bits), 0),
    }
  }
  if (l4.ICMPv4 !== undefined) return without('ICMP')
  return without(l4.ICMPv6 !== undefined ? 'ICMPv6' : 'OTHER')
}

function readEndpoint(flow: JsonObject, side: 'source' | 'destination'): ObservedEndpoint {
  const endpoint = objectOf(flow[side]) ?? {}
  const workload = Array.isArray(endpoint.workloads) ? objectOf(endpoint.workloads[0]) : null
  const workloadName = textOf(workload?.name)
  const service = objectOf(flow[side === 'source' ? 'source_service' : 'destination_service'])
  const serviceName = textOf(service?.name)
  return endpointOf({
    ip: textOf(objectOf(flow.IP)?.[side], MAX_ADDRESS),
    identity: countOf(endpoint.identity),
    namespace: textOf(endpoint.namespace),
    pod: textOf(endpoint.pod_name),
    workload: workloadName === null ? null : { name: workloadName, kind: textOf(workload?.kind) },
    service: serviceName === null ? null : { name: serviceName, namespace: textOf(service?.namespace) },
    names: textsOf(flow[side === 'source' ? 'source_names' : 'destination_names'], MAX_NAMES),
    labels: textsOf(endpoint.labels, MAX_LABELS),
  })
}

function readPolicies(flow: JsonObject): readonly FlowPolicy[] {
  let found: FlowPolicy[] | null = null
  for (const field of POLICY_FIELDS) {
    const entries = flow[field]
    if (!Array.isArray(entries)) continue
    for (const each of entries) {
      const entry = objectOf(each)
      const name = textOf(entry?.name)
      if (entry === null || name === null) continue
      found ??= []
      addPolicy(
        found,
        statedPolicy({ name, namespace: textOf(entry.namespace), kind: textOf(entry.kind, 64), labels: textsOf(entry.labels) }),
      )
    }
  }
  return found ?? NO_POLICIES
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function readL7(l7: JsonObject, isResponse: boolean): FlowL7 | null {
  const nanoseconds = isResponse ? countOf(l7.latency_ns) : null
  const common = {
    type: isResponse ? ('response' as const) : ('request' as const),
    latencyMs: nanoseconds === null || nanoseconds === 0 ? null : nanoseconds / 1e6,
  }
  const http = objectOf(l7.http)
  if (http !== null) {
    const url = typeof http.url === 'string' && http.url !== '' ? http.url : null
    return httpL7(common, { code: countOf(http.code) ?? 0, method: textOf(http.method, 32), url, isGrpc: isGrpc(http) })
  }
  const dns = objectOf(l7.dns)
  if (dns !== null) {
    return dnsL7(common, { query: textOf(dns.query), types: textsOf(dns.qtypes, MAX_QUERY_TYPES), rcode: countOf(dns.rcode) ?? 0 })
  }
  const kafka = objectOf(l7.kafka)
  if (kafka === null) return null
  const code = typeof kafka.error_code === 'number' ? kafka.error_code : 0
  return kafkaL7(common, { code, api: textOf(kafka.api_key, 64), topic: textOf(kafka.topic, MAX_TOPIC) })
}

function isGrpc(http: JsonObject): boolean {
  if (!Array.isArray(http.headers)) return false
  return http.headers.slice(0, MAX_HEADERS).some((header) => {
    const entry = objectOf(header)
    return saysGrpc(textOf(entry?.key, 64) ?? '', textOf(entry?.value, 64) ?? '')
  })
}

function readAggregate(aggregate: JsonObject): number {
  const counts = [aggregate.ingress_flow_count, aggregate.egress_flow_count, aggregate.unknown_direction_flow_count]
  const [ingress = 0, egress = 0, unknown = 0] = counts.map((count) => countOf(count) ?? 0)
  return aggregatedCount(ingress, egress, unknown)
}

/** Extensions as JSON has an `Any`: `{"@type": ".../google.protobuf.Struct", "value": {...}}`, or RetinaMetadata's own fields. */
function readRetina(flow: JsonObject): RetinaFacts | null {
  const extensions = objectOf(flow.extensions)
  const saysRetina = /retina/i.test(textOf(objectOf(flow.emitter)?.name, 64) ?? '')
  const fields = new Map<string, number | string>()
  for (const [name, value] of Object.entries(objectOf(extensions?.value) ?? extensions ?? {})) {
    if (typeof value === 'number' || typeof value === 'string') fields.set(name, value)
  }
  return saysRetina || isOfRetina(fields) ? retinaFacts(fields) : null
}
