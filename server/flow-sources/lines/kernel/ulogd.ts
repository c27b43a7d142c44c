import type { Verdict } from '@/lib/flows/flow'
import type { DecodedLine } from '../../decoded-line'
import { countOf, type JsonObject, textOf } from '../../json-fields'
import type { Envelope, LineFormat, Payload } from '../line-format'
import type { LineMemory } from '../line-memory'
import { addressEnd, flowLine, ignored, portOf, protocolOf, rejected } from '../observed-line'
import { packetOrder } from '../packet-order'
import { readLocalTime } from '../time-text'
import { connectionLine } from './connection-line'

/** ulogd2's JSON: packets that a rule sent to an NFLOG group, and connections as conntrack tells of them. */
export const ULOGD: LineFormat = {
  id: 'ulogd',
  title: 'ulogd JSON (NFLOG and conntrack)',
  proof: 'real-server',
  recognises: isUlogd,
  decode: (payload, envelope, memory) => decode(payload, envelope, memory, 'unknown'),
}

/**
 * The same lines where somebody says that the group is fed by kube-router alone, which sends there what its policies refuse (at
 * most about ten packets a minute for each pod). It is never detected: the packets do not say it themselves.
 */
export const KUBE_ROUTER: LineFormat = {
  id: 'kube-router',
  title: 'kube-router refusals (NFLOG through ulogd)',
  proof: 'real-server',
  recognises: () => false,
  decode: (payload, envelope, memory) => decode(payload, envelope, memory, 'dropped'),
}

function isUlogd(payload: Payload): boolean {
  return payload.kind === 'object' && (payload.body['oob.family'] !== undefined || payload.body['ct.event'] !== undefined)
}

function decode(payload: Payload, envelope: Envelope, memory: LineMemory | null, verdict: Verdict): DecodedLine {
  if (payload.kind === 'text' || !isUlogd(payload)) return ignored('not-a-flow')
  const { body } = payload
  if (body['ct.event'] !== undefined || body['orig.ip.protocol'] !== undefined) {
    const line = decodeConnection(body, envelope, memory)
    // Whatever else comes by the same way, this is what conntrack tells.
    return line.kind === 'flow' ? { ...line, flow: { ...line.flow, family: 'conntrack' } } : line
  }
  return decodePacket(body, envelope, memory, verdict)
}

function decodePacket(body: JsonObject, envelope: Envelope, memory: LineMemory | null, verdict: Verdict): DecodedLine {
  const source = addressEnd(body.src_ip, memory)
  const destination = addressEnd(body.dest_ip, memory)
  if (source === null || destination === null) return noAddresses(body)
  const protocol = protocolOf(body['ip6.nexthdr'] ?? body['ip.protocol'])
  const hasFlags = body['tcp.syn'] !== undefined
  const { isTurned, ...order } = packetOrder({
    protocol,
    sourcePort: portOf(body.src_port),
    destinationPort: portOf(body.dest_port),
    flags: hasFlags ? { isSyn: body['tcp.syn'] === 1, isAck: body['tcp.ack'] === 1 } : null,
    icmpType: countOf(body['icmp.type'] ?? body['icmpv6.type']),
  })
  return flowLine(
    {
      source: isTurned ? destination : source,
      destination: isTurned ? source : destination,
      protocol,
      ...order,
      verdict,
      reason: verdict === 'dropped' ? 'policy/denied' : null,
      rawReason: textOf(body['oob.prefix'], 128)?.trim() ?? null,
      bytes: countOf(body['raw.pktlen']),
      packets: countOf(body['raw.pktcount']),
      event: verdict === 'dropped' ? 'drop' : 'trace',
    },
    momentOf(body, 'oob.time') ?? readLocalTime(body.timestamp, memory?.zone ?? null),
    envelope,
  )
}

const EVENTS: ReadonlyMap<unknown, 'new' | 'update' | 'destroy'> = new Map([
  [1, 'new'],
  [2, 'update'],
  [4, 'destroy'],
])

function decodeConnection(body: JsonObject, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const event = EVENTS.get(body['ct.event'])
  if (event === undefined) return rejected('ct.event: neither 1, 2 nor 4')
  const end = momentOf(body, 'flow.end')
  const start = momentOf(body, 'flow.start')
  const addresses = {
    source: body.src_ip ?? body['orig.ip.saddr.str'],
    destination: body.dest_ip ?? body['orig.ip.daddr.str'],
    replySource: body['reply.ip.saddr.str'],
  }
  if (addressEnd(addresses.source, memory) === null || addressEnd(addresses.destination, memory) === null) return noAddresses(body)
  return connectionLine(
    {
      event,
      id: countOf(body['ct.id']),
      ...addresses,
      protocol: protocolOf(body['orig.ip.protocol']),
      sourcePort: portOf(body['orig.l4.sport']),
      port: portOf(body['orig.l4.dport']),
      replyPort: portOf(body['reply.l4.sport']),
      packets: countOf(body['orig.raw.pktcount']),
      bytes: countOf(body['orig.raw.pktlen']),
      replyPackets: countOf(body['reply.raw.pktcount']),
      replyBytes: countOf(body['reply.raw.pktlen']),
      isAnswered: null,
      began: start,
      time: (event === 'new' ? (start ?? end) : (end ?? null)) ?? readLocalTime(body.timestamp, memory?.zone ?? null),
    },
    envelope,
    memory,
  )
}

function noAddresses(body: JsonObject): DecodedLine {
  const isNumber = body['ip.saddr'] !== undefined || body['orig.ip.saddr'] !== undefined
  return rejected(isNumber ? 'the addresses are numbers; put the IP2STR plugin into the stack of ulogd' : 'the addresses are missing')
}

/** A moment in two fields, seconds and microseconds; null when it is not stated. */
function momentOf(body: JsonObject, name: 'oob.time' | 'flow.start' | 'flow.end'): number | null {
  const seconds = countOf(body[`${name}.sec`])
  if (seconds === null || seconds === 0) return null
  return seconds * 1_000 + Math.floor((countOf(body[`${name}.usec`]) ?? 0) / 1_000)
}
