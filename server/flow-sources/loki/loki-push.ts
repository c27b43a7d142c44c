import { bytesTag, ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { type JsonObject, objectOf } from '../json-fields'
import { readLokiLabels } from './loki-labels'
import { type LokiRecord, lokiRecord } from './loki-record'

/** Null stands for an entry that cannot be read. */
export type LokiEntry = LokiRecord | null

/**
 * The lines of a push to Loki in JSON (`{"streams": [{"stream": {…}, "values": [["NS", "LINE"], …]}]}`), or of an answer of its query
 * API, which has the same streams under `data.result`. Null when it is neither.
 */
export function lokiJsonEntries(body: JsonObject): Generator<LokiEntry> | null {
  const streams = body.streams ?? objectOf(body.data)?.result
  return Array.isArray(streams) ? entriesOf(streams) : null
}

function* entriesOf(streams: readonly unknown[]): Generator<LokiEntry> {
  for (const each of streams) {
    const stream = objectOf(each)
    const values = stream?.values
    if (stream === null || !Array.isArray(values)) {
      yield null
      continue
    }
    const labels = new Map<string, string>()
    for (const [name, value] of Object.entries(objectOf(stream.stream) ?? {})) if (typeof value === 'string') labels.set(name, value)
    for (const value of values) {
      const [time, line]: unknown[] = Array.isArray(value) ? value : []
      yield typeof line === 'string' ? lokiRecord(labels, line, Number(time)) : null
    }
  }
}

/**
 * The lines of a `logproto.PushRequest`: streams=1 {labels=1, entries=2 {timestamp=1 {seconds=1, nanos=2}, line=2}}. Throws
 * ProtobufError where the bytes are none.
 */
export function* lokiProtobufEntries(bytes: Uint8Array): Generator<LokiEntry> {
  const reader = new ProtobufReader(bytes)
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag !== bytesTag(1)) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    yield* streamEntries(reader)
    reader.leave(outer)
  }
}

function* streamEntries(reader: ProtobufReader): Generator<LokiEntry> {
  let labels: ReadonlyMap<string, string> = new Map()
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === bytesTag(1)) labels = readLokiLabels(reader.string())
    else if (tag === bytesTag(2)) {
      const outer = reader.enter()
      const { line, nanoseconds } = readEntry(reader)
      reader.leave(outer)
      yield lokiRecord(labels, line, nanoseconds)
    } else reader.skip(tag)
  }
}

function readEntry(reader: ProtobufReader): { readonly line: string; readonly nanoseconds: number } {
  let line = ''
  let nanoseconds = 0
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === bytesTag(2)) line = reader.string()
    else if (tag === bytesTag(1)) {
      const outer = reader.enter()
      nanoseconds = readTimestamp(reader)
      reader.leave(outer)
    } else reader.skip(tag)
  }
  return { line, nanoseconds }
}

function readTimestamp(reader: ProtobufReader): number {
  let nanoseconds = 0
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) nanoseconds += reader.int64() * 1e9
    else if (tag === varintTag(2)) nanoseconds += reader.int32()
    else reader.skip(tag)
  }
  return nanoseconds
}
