import type { FlowProtocol } from '@/lib/model/protocol'
import type { DecodedLine } from '../decoded-line'
import { bytesTag, ProtobufError, ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { FlowFields, Range } from './flow-fields'
import {
  aggregatedCount,
  EVENT_DROP,
  emptyRecord,
  type HubbleDraft,
  isNowhere,
  nodeName,
  OTHER_EVENTS,
  portOf,
  type RetinaFacts,
} from './hubble-record'
import { observedFlow } from './observed-flow'
import { type NodeStatus, readLostEvent, readNodeStatus } from './observer-messages'
import { OnceReader } from './once-reader'
import { NO_POLICIES } from './policies'
import { type EndRanges, EndReader } from './proto-endpoint'
import { type ProtoL7, readL7 } from './proto-l7'
import { type PolicyList, policyReader } from './proto-policies'
import { readRetina } from './proto-retina'
import { readText } from './proto-text'
import { RETINA_VERDICTS, RetinaNodes } from './retina'

/** What one message of a flow stream is. */
export type HubbleEvent = DecodedLine | { readonly kind: 'node-status'; readonly status: NodeStatus }

const FLOW = bytesTag(1)
const NODE_STATUS = bytesTag(2)
const LOST_EVENTS = bytesTag(3)
const NODE_NAME = bytesTag(1000)
const TIME = bytesTag(1001)

const NONE_STATED: PolicyList = { policies: NO_POLICIES, hasDenying: false }
const NO_RETINA: RetinaFacts = { bytes: null, packets: null, dropReason: null }

/**
 * Decodes the messages of one flow stream (`observer.GetFlowsResponse`), reading only what is used. Equal ends and equal
 * policy lists of its flows are one object each. Bounded, and never throws: what cannot be read is rejected with its place.
 */
export class HubbleDecoder {
  readonly #reader = new ProtobufReader(new Uint8Array())
  readonly #fields = new FlowFields()
  readonly #ends = new EndReader()
  readonly #policies = policyReader()
  readonly #nodes = new OnceReader(readNodeName, { sets: 2_048, values: 20_000 })
  readonly #retinaNodes = new RetinaNodes()
  readonly #body = new Range()
  readonly #node = new Range()
  readonly #time = new Range()
  readonly #sourceIp = new Range()
  readonly #destinationIp = new Range()
  readonly #part = new Range()
  /** One for all flows, because nothing keeps it. */
  readonly #record: HubbleDraft = emptyRecord()
  readonly #sourceEnd: EndRanges
  readonly #destinationEnd: EndRanges

  constructor() {
    const { source, sourceService, sourceNames, destination, destinationService, destinationNames } = this.#fields
    this.#sourceEnd = { ip: this.#sourceIp, endpoint: source, service: sourceService, names: sourceNames }
    this.#destinationEnd = { ip: this.#destinationIp, endpoint: destination, service: destinationService, names: destinationNames }
  }

  /** @param receivedAt milliseconds since the epoch, for a flow whose field mask left its time out. */
  decode(message: Uint8Array, receivedAt: number): HubbleEvent {
    try {
      return this.#decode(message, receivedAt)
    } catch (error) {
      if (error instanceof ProtobufError) return { kind: 'rejected', reason: `not a message of Hubble: ${error.message}` }
      throw error
    }
  }

  #decode(message: Uint8Array, receivedAt: number): HubbleEvent {
    const reader = this.#reader
    reader.restart(message)
    let kind = 0
    this.#node.start = -1
    this.#time.start = -1
    while (reader.position < reader.end) {
      const tag = reader.tag()
      if (tag === FLOW || tag === NODE_STATUS || tag === LOST_EVENTS) {
        kind = tag
        reader.range(this.#body)
      } else if (tag === NODE_NAME) reader.range(this.#node)
      else if (tag === TIME) reader.range(this.#time)
      else reader.skip(tag)
    }
    if (kind === 0) return { kind: 'ignored', reason: 'not-a-flow' }
    reader.goTo(this.#body)
    if (kind === FLOW) return this.#flow(receivedAt)
    return kind === LOST_EVENTS ? readLostEvent(reader) : { kind: 'node-status', status: readNodeStatus(reader) }
  }

  #flow(receivedAt: number): DecodedLine {
    const reader = this.#reader
    const fields = this.#fields
    fields.scan(reader)
    let eventType: number | null = null
    let subType = 0
    if (fields.eventType.start !== -1) {
      reader.goTo(fields.eventType)
      while (reader.position < reader.end) {
        const tag = reader.tag()
        if (tag === varintTag(1)) eventType = reader.int32()
        else if (tag === varintTag(2)) subType = reader.int32()
        else reader.skip(tag)
      }
      if (eventType !== null && OTHER_EVENTS.has(eventType)) return { kind: 'ignored', reason: 'debug-event' }
    }
    const ownTime = this.#readTime(fields.time) ?? this.#readTime(this.#time)
    this.#readAddresses()
    const source = this.#ends.read(reader, this.#sourceEnd)
    const destination = this.#ends.read(reader, this.#destinationEnd)
    if (isNowhere(source) && isNowhere(destination)) return { kind: 'ignored', reason: 'no-endpoints' }

    const record = this.#record
    const node = this.#nodes.read(reader, fields.nodeName.start === -1 ? this.#node : fields.nodeName)
    const retina = this.#readRetina()
    const l7: ProtoL7 | null = fields.l7.start === -1 ? null : readL7(reader, fields.l7)
    const { policies, hasDenying } = this.#policies.read(reader, fields.policies) ?? NONE_STATED
    const isReply = this.#readIsReply()
    this.#readTransport(record)
    record.time = ownTime ?? receivedAt
    record.source = source
    record.destination = destination
    record.verdict = fields.verdict
    record.unknownVerdict = unknownVerdict(fields.verdict, retina !== null)
    record.dropReason = fields.dropReasonDesc || fields.dropReason || (eventType === EVENT_DROP && subType > 0 ? subType : null)
    record.eventType = eventType
    record.flowType = fields.flowType
    record.isReply = retina === null ? isReply : this.#retinaNodes.believed(isReply, node, l7 !== null)
    record.traceReason = fields.traceReason
    record.direction = fields.direction
    record.policies = policies
    record.hasDenyingPolicy = hasDenying
    record.hasL7 = l7 !== null
    record.isL7Response = l7?.isResponse ?? false
    record.l7 = l7?.l7 ?? null
    record.aggregated = fields.aggregate.start === -1 ? null : this.#readAggregate()
    record.uuid = fields.uuid.start === -1 ? null : readText(reader, fields.uuid, 64)
    record.node = node
    record.retina = retina
    return { kind: 'flow', flow: observedFlow(record), isTimed: ownTime !== null, unknownFields: 0 }
  }

  /** `google.protobuf.Timestamp`, cut to milliseconds. */
  #readTime(place: Range): number | null {
    if (place.start === -1) return null
    const reader = this.#reader
    let seconds = 0
    let nanos = 0
    reader.goTo(place)
    while (reader.position < reader.end) {
      const tag = reader.tag()
      if (tag === varintTag(1)) seconds = reader.int64()
      else if (tag === varintTag(2)) nanos = reader.int32()
      else reader.skip(tag)
    }
    const time = seconds * 1_000 + Math.floor(nanos / 1e6)
    return Math.abs(time) <= MAX_TIME_MS ? time : null
  }

  #readAddresses(): void {
    this.#sourceIp.start = this.#sourceIp.end = -1
    this.#destinationIp.start = this.#destinationIp.end = -1
    if (this.#fields.ip.start === -1) return
    const reader = this.#reader
    reader.goTo(this.#fields.ip)
    while (reader.position < reader.end) {
      const tag = reader.tag()
      if (tag === bytesTag(1)) reader.range(this.#sourceIp)
      else if (tag === bytesTag(2)) reader.range(this.#destinationIp)
      else reader.skip(tag)
    }
  }

  #readIsReply(): boolean | null {
    const { isReply, oldReply } = this.#fields
    if (isReply.start === -1) return oldReply ? true : null
    const reader = this.#reader
    reader.goTo(isReply)
    let value = false
    while (reader.position < reader.end) {
      const tag = reader.tag()
      if (tag === varintTag(1)) value = reader.bool()
      else reader.skip(tag)
    }
    return value
  }

  #readTransport(record: HubbleDraft): void {
    const reader = this.#reader
    let protocol: FlowProtocol = 'OTHER'
    let sourcePort = 0
    let destinationPort = 0
    let tcpFlags: number | null = null
    if (this.#fields.l4.start !== -1) {
      reader.goTo(this.#fields.l4)
      while (reader.position < reader.end) {
        const tag = reader.tag()
        const known = PROTOCOLS.get(tag)
        if (known === undefined) {
          reader.skip(tag)
          continue
        }
        protocol = known
        const hasPorts = known === 'TCP' || known === 'UDP' || known === 'SCTP'
        const outer = reader.enter()
        while (hasPorts && reader.position < reader.end) {
          const inner = reader.tag()
          if (inner === varintTag(1)) sourcePort = reader.uint32()
          else if (inner === varintTag(2)) destinationPort = reader.uint32()
          else if (inner === bytesTag(3) && known === 'TCP') {
            const flags = reader.enter()
            tcpFlags = readFlags(reader)
            reader.leave(flags)
          } else reader.skip(inner)
        }
        reader.leave(outer)
      }
    }
    record.protocol = protocol
    record.sourcePort = portOf(sourcePort)
    record.destinationPort = portOf(destinationPort)
    record.tcpFlags = tcpFlags
  }

  /** Retina's facts; a flow without extensions is Retina's when its emitter says so. */
  #readRetina(): RetinaFacts | null {
    const { extensions, emitter } = this.#fields
    const facts = extensions.start === -1 ? null : readRetina(this.#reader, extensions)
    if (facts !== null || emitter.start === -1) return facts
    const reader = this.#reader
    reader.goTo(emitter)
    while (reader.position < reader.end) {
      const tag = reader.tag()
      if (tag !== bytesTag(1)) {
        reader.skip(tag)
        continue
      }
      reader.range(this.#part)
      // Every flow of a new Cilium says "Hubble" here: told by its first letter, without making a text of it.
      const first = reader.bytes[this.#part.start]
      const mayBe = first === 0x52 || first === 0x72
      return mayBe && /retina/i.test(readText(reader, this.#part, 64) ?? '') ? NO_RETINA : null
    }
    return null
  }

  #readAggregate(): number {
    const reader = this.#reader
    const counts = [0, 0, 0, 0]
    reader.goTo(this.#fields.aggregate)
    while (reader.position < reader.end) {
      const tag = reader.tag()
      const field = tag >>> 3
      if (tag === varintTag(field) && field < counts.length) counts[field] = reader.uint32()
      else reader.skip(tag)
    }
    const [, ingress = 0, egress = 0, unknown = 0] = counts
    return aggregatedCount(ingress, egress, unknown)
  }
}

/** Largest time that a `Date` can show. */
const MAX_TIME_MS = 8.64e15

const PROTOCOLS: ReadonlyMap<number, FlowProtocol> = new Map([
  [bytesTag(1), 'TCP'],
  [bytesTag(2), 'UDP'],
  [bytesTag(3), 'ICMP'],
  [bytesTag(4), 'ICMPv6'],
  [bytesTag(5), 'SCTP'],
])

/** Bits by the field numbers of `flow.TCPFlags`. */
function readFlags(reader: ProtobufReader): number {
  let bits = 0
  while (reader.position < reader.end) {
    const tag = reader.tag()
    if ((tag & 7) === 0 && tag >>> 3 < 10) bits = reader.bool() ? bits | (1 << (tag >>> 3)) : bits
    else reader.skip(tag)
  }
  return bits
}

function readNodeName(reader: ProtobufReader, place: Range): string | null {
  const text = readText(reader, place)
  return text === null ? null : nodeName(text)
}

function unknownVerdict(verdict: number, isRetina: boolean): string | null {
  if (verdict < 8) return null
  return (isRetina ? RETINA_VERDICTS.get(verdict) : undefined) ?? `verdict ${verdict}`
}
