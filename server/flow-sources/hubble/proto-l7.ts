import type { FlowL7 } from '@/lib/flows/flow'
import { bytesTag, type ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { Range } from './flow-fields'
import { dnsL7, httpL7, kafkaL7, type L7Common, MAX_HEADERS, MAX_QUERY_TYPES, MAX_TOPIC, saysGrpc } from './l7'
import { readText, readTexts } from './proto-text'

const TYPE = varintTag(1)
const LATENCY = varintTag(2)
const DNS = bytesTag(100)
const HTTP = bytesTag(101)
const KAFKA = bytesTag(102)

const RESPONSE = 2
/** Longest URL that is looked at: its path is cut much shorter. */
const MAX_URL = 4_096

export type ProtoL7 = { readonly isResponse: boolean; readonly l7: FlowL7 | null }

/** Reads a `flow.Layer7`. */
export function readL7(reader: ProtobufReader, place: Range): ProtoL7 {
  let isResponse = false
  let nanoseconds = 0
  let kind = 0
  const record = new Range()
  reader.goTo(place)
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === TYPE) isResponse = reader.uint32() === RESPONSE
    else if (tag === LATENCY) nanoseconds = reader.uint64()
    else if (tag === DNS || tag === HTTP || tag === KAFKA) {
      kind = tag
      reader.range(record)
    } else reader.skip(tag)
  }
  const latencyMs = isResponse && nanoseconds > 0 ? nanoseconds / 1e6 : null
  const common: L7Common = { type: isResponse ? 'response' : 'request', latencyMs }
  if (kind === 0) return { isResponse, l7: null }
  reader.goTo(record)
  const l7 = kind === DNS ? readDns(reader, common) : kind === HTTP ? readHttp(reader, common) : readKafka(reader, common)
  return { isResponse, l7 }
}

function readHttp(reader: ProtobufReader, common: L7Common): FlowL7 {
  let code = 0
  let method: string | null = null
  let url: string | null = null
  let headers = 0
  let isGrpc = false
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) code = reader.uint32()
    else if (tag === bytesTag(2)) method = readText(reader, null, 32)
    else if (tag === bytesTag(3)) url = readText(reader, null, MAX_URL)
    else if (tag === bytesTag(5) && headers++ < MAX_HEADERS && !isGrpc) {
      const outer = reader.enter()
      isGrpc = isGrpcHeader(reader)
      reader.leave(outer)
    } else reader.skip(tag)
  }
  return httpL7(common, { code, method, url, isGrpc })
}

function isGrpcHeader(reader: ProtobufReader): boolean {
  let key: string | null = null
  let value: string | null = null
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === bytesTag(1)) key = readText(reader, null, 64)
    else if (tag === bytesTag(2)) value = readText(reader, null, 64)
    else reader.skip(tag)
  }
  return saysGrpc(key ?? '', value ?? '')
}

function readDns(reader: ProtobufReader, common: L7Common): FlowL7 {
  let query: string | null = null
  let rcode = 0
  const types: string[] = []
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === bytesTag(1)) query = readText(reader)
    else if (tag === varintTag(6)) rcode = reader.uint32()
    else if (tag === bytesTag(7)) readTexts(reader, types, MAX_QUERY_TYPES)
    else reader.skip(tag)
  }
  return dnsL7(common, { query, types, rcode })
}

function readKafka(reader: ProtobufReader, common: L7Common): FlowL7 {
  let code = 0
  let api: string | null = null
  let topic: string | null = null
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) code = reader.int32()
    else if (tag === bytesTag(3)) api = readText(reader, null, 64)
    else if (tag === bytesTag(5)) topic = readText(reader, null, MAX_TOPIC)
    else reader.skip(tag)
  }
  return kafkaL7(common, { code, api, topic })
}
