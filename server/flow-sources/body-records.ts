import type { BodyLimits } from './body-limits'
import type { BodyRecord } from './body-record'
import { COLLECTION_HEAD, isCollection, MAX_COLLECTION_BYTES } from './collected-records'
import { ProtobufError } from './grpc/protobuf-reader'
import { wholeOf } from './inflate-body'
import { inflateSnappy } from './inflate-snappy'
import { IngestError } from './ingest-error'
import { type LokiEntry, lokiProtobufEntries } from './loki/loki-push'
import { msgpackRecords } from './msgpack-records'
import { peekBytes } from './peek-bytes'
import { RecordSplitter } from './record-splitter'
import { textRecords } from './text-records'

export type RecordLimits = BodyLimits & { readonly maxLineBytes: number }

/**
 * The records of a body whose content encoding is undone. The first byte says what it is, because senders' headers do not: JSON
 * arrays, objects with or without space between them, MessagePack, or lines of text. Only a push to Loki in protobuf is
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
  const { first, all } = await peekBytes(chunks, COLLECTION_HEAD)
  const head = first.subarray(0, COLLECTION_HEAD)
  if (isMsgpack(head[0] ?? 0)) yield* msgpackRecords(all, head, limits.maxLineBytes)
  else {
    const isOne = isCollection(head.toString('latin1').trimStart())
    yield* linesAndObjects(all, limits.maxLineBytes, isOne ? MAX_COLLECTION_BYTES : limits.maxLineBytes)
  }
}

/** Bytes that begin a map or an array of MessagePack, and no text. */
function isMsgpack(byte: number): boolean {
  return (byte >= 0x80 && byte <= 0x9f) || (byte >= 0xdc && byte <= 0xdf)
}

/** @param maxRecordBytes more than of a line where the body begins with a collection of records. */
async function* linesAndObjects(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
  maxRecordBytes: number,
): AsyncGenerator<BodyRecord> {
  const splitter = new RecordSplitter(maxRecordBytes)
  function* recordsOf(text: string | null): Generator<BodyRecord> {
    // The sender is to cut it; of a line that is too long only that line is lost.
    if (text === null && maxRecordBytes > maxLineBytes)
      throw new IngestError('too-large', `over ${maxRecordBytes} bytes in one collection of records`)
    yield* textRecords(text, maxLineBytes, maxRecordBytes)
  }
  for await (const chunk of chunks) for (const { text } of splitter.push(chunk)) yield* recordsOf(text)
  const rest = splitter.flush()
  if (rest !== null && rest.text?.trim() !== '') yield* recordsOf(rest.text)
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
