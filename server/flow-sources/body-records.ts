import type { BodyLimits } from './body-limits'
import type { BodyRecord } from './body-record'
import type { LineContext } from './decode-line'
import { ProtobufError } from './grpc/protobuf-reader'
import { wholeOf } from './inflate-body'
import { inflateSnappy } from './inflate-snappy'
import { IngestError } from './ingest-error'
import { type JsonObject, objectOf } from './json-fields'
import { type LokiEntry, lokiJsonEntries, lokiProtobufEntries } from './loki/loki-push'
import { msgpackRecords } from './msgpack-records'
import { RecordSplitter } from './record-splitter'

export type RecordLimits = BodyLimits & { readonly maxLineBytes: number }

const NO_CONTEXT: LineContext = {}
/** A push to Loki in JSON is one object, which is parsed as a whole. */
const MAX_LOKI_JSON_BYTES = 8 * 1024 * 1024

/**
 * The records of a body whose content encoding is undone. The first byte says what it is, because senders' headers do not: a
 * JSON array, objects with or without space between them, MessagePack, or lines of text. Only a push to Loki in protobuf is
 * told by its Content-Type. Throws IngestError where nothing of the body can be read.
 */
export async function* bodyRecords(
  chunks: AsyncIterable<Uint8Array>,
  contentType: string | null,
  limits: RecordLimits,
): AsyncGenerator<BodyRecord> {
  if (contentType?.toLowerCase().includes('protobuf') === true) {
    yield* lokiProtobuf(await wholeOf(chunks), limits)
    return
  }
  const { first, all } = await peek(chunks)
  const byte = first[0] ?? 0
  if (isMsgpack(byte)) yield* msgpackRecords(all, limits.maxLineBytes)
  else if (isLokiJson(first)) yield* lokiJson(all, limits)
  else yield* textRecords(all, limits.maxLineBytes)
}

/** Bytes that begin a map or an array of MessagePack, and no text. */
function isMsgpack(byte: number): boolean {
  return (byte >= 0x80 && byte <= 0x9f) || (byte >= 0xdc && byte <= 0xdf)
}

/** Bytes that are looked at to tell what a body is. */
const PEEK_BYTES = 256

/** The first bytes of a body, and all of it. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<{ first: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let first = Buffer.alloc(0)
  while (first.length < PEEK_BYTES) {
    const next = await iterator.next()
    if (next.done === true) break
    first = Buffer.concat([first, next.value])
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield first
      yield* { [Symbol.asyncIterator]: () => iterator }
    } finally {
      await iterator.return?.()
    }
  }
  return { first, all: all() }
}

async function* textRecords(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<BodyRecord> {
  const splitter = new RecordSplitter(maxBytes)
  for await (const chunk of chunks) for (const { text } of splitter.push(chunk)) yield* recordsOfText(text, maxBytes)
  const rest = splitter.flush()
  if (rest !== null && rest.text?.trim() !== '') yield* recordsOfText(rest.text, maxBytes)
}

/** What was cut as one object over several lines and is none was several lines, of which one was broken. */
function* recordsOfText(text: string | null, maxBytes: number): Generator<BodyRecord> {
  if (text === null) yield { kind: 'fault', reason: `longer than ${maxBytes} bytes` }
  else if (text.includes('\n') && parsed(text) === null) {
    for (const line of text.trimEnd().split('\n')) yield { kind: 'record', record: line, context: NO_CONTEXT }
  } else yield { kind: 'record', record: text, context: NO_CONTEXT }
}

function parsed(text: string): JsonObject | null {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return null
  }
}

/** True for a body that begins with the key of a push to Loki, or of an answer of Loki. */
function isLokiJson(first: Uint8Array): boolean {
  const text = Buffer.from(first.subarray(0, PEEK_BYTES)).toString('latin1')
  const start = text.trimStart()
  if (!start.startsWith('{')) return false
  const key = start.slice(1).trimStart()
  return key.startsWith('"streams"') || (key.startsWith('"status"') && text.includes('"resultType"'))
}

async function* lokiJson(chunks: AsyncIterable<Uint8Array>, limits: RecordLimits): AsyncGenerator<BodyRecord> {
  const bytes = await wholeOf(chunks)
  if (bytes.length > MAX_LOKI_JSON_BYTES) throw new IngestError('too-large', `over ${MAX_LOKI_JSON_BYTES} bytes in one push to Loki`)
  const body = parsed(Buffer.from(bytes).toString('utf8'))
  const entries = body === null ? null : lokiJsonEntries(body)
  if (entries === null) {
    yield* textRecords(once(bytes), limits.maxLineBytes)
    return
  }
  for (const entry of entries) yield recordOf(entry)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Promtail packs the body with snappy and names no content encoding for it. */
async function* lokiProtobuf(bytes: Uint8Array, limits: BodyLimits): AsyncGenerator<BodyRecord> {
  const message = bytes[0] === 0x0a && isProtobuf(bytes) ? bytes : inflateSnappy(bytes, limits)
  try {
    for (const entry of lokiProtobufEntries(message)) yield recordOf(entry)
  } catch (error) {
    if (error instanceof ProtobufError) throw new IngestError('malformed', 'the body is no push to Loki', { cause: error })
    throw error
  }
}

/** True for a push that is not packed, or was unpacked already for its content encoding. */
function isProtobuf(bytes: Uint8Array): boolean {
  try {
    for (const _entry of lokiProtobufEntries(bytes));
    return true
  } catch {
    return false
  }
}

function recordOf(entry: LokiEntry): BodyRecord {
  return entry === null ? { kind: 'fault', reason: 'not a stream of Loki' } : { kind: 'record', ...entry }
}
