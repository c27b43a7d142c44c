import type { BodyRecord } from './body-record'
import { KeyCache } from './msgpack/key-cache'
import { MsgpackError } from './msgpack/msgpack-error'
import { MSGPACK_LIMITS, MsgpackReader } from './msgpack/msgpack-reader'
import { MsgpackSplitter } from './msgpack/msgpack-splitter'

/**
 * The records of a body of MessagePack: maps one after the other (Fluentd), `[time, map]` (Fluent Bit) or `[[time, metadata],
 * map]` (its second version), or arrays of these. What cannot be cut any further ends the body with a fault; a value of another kind costs only itself.
 *
 * @param head how the body begins
 * @param maxBytes of one record, and of an array of them that does not begin the body.
 */
export async function* msgpackRecords(chunks: AsyncIterable<Uint8Array>, head: Buffer, maxBytes: number): AsyncGenerator<BodyRecord> {
  const splitter = new MsgpackSplitter({ maxValueBytes: maxBytes, tooLong: 'skip' })
  const keys = new KeyCache()
  let passed = listHeadBytes(head)
  try {
    for await (const chunk of chunks) {
      const rest = chunk.subarray(Math.min(passed, chunk.length))
      passed -= chunk.length - rest.length
      for (const value of splitter.push(rest)) {
        if (value === null) yield { kind: 'fault', reason: `longer than ${maxBytes} bytes` }
        else yield* readRecords(value, keys)
      }
    }
  } catch (error) {
    if (!(error instanceof MsgpackError)) throw error
    yield { kind: 'fault', reason: `not MessagePack from here on: ${error.message}` }
    return
  }
  if (splitter.isWaiting) yield { kind: 'fault', reason: 'the MessagePack data was cut off' }
}

/**
 * Bytes to pass over when the body begins with a long array of records: what is in it are values one after the other, as they are
 * elsewhere without it. 0 when it does not.
 */
function listHeadBytes(head: Buffer): number {
  const reader = new MsgpackReader(head)
  try {
    if (reader.peekType() !== 'array' || reader.readArrayLength() <= 2) return 0
    const bytes = reader.offset
    const first = reader.peekType()
    return first === 'map' || first === 'array' ? bytes : 0
  } catch (error) {
    if (error instanceof MsgpackError) return 0
    throw error
  }
}

function* readRecords(bytes: Buffer, keys: KeyCache): Generator<BodyRecord> {
  const reader = new MsgpackReader(bytes, MSGPACK_LIMITS, keys)
  const length = isList(reader) ? listLength(reader) : null
  if (length === null) yield readRecord(bytes, keys)
  else
    for (let index = 0; index < length; index++) {
      const start = reader.offset
      reader.skip()
      yield readRecord(bytes.subarray(start, reader.offset), keys)
    }
}

function listLength(reader: MsgpackReader): number {
  reader.offset = 0
  return reader.readArrayLength()
}

/** An array of records, and no record itself: that has two elements, of which the first is no map and the second is one. */
function isList(reader: MsgpackReader): boolean {
  if (reader.peekType() !== 'array') return false
  const length = reader.readArrayLength()
  if (length === 0) return false
  const first = reader.peekType()
  if (first !== 'array' || length !== 2) return first === 'map' || first === 'array'
  reader.skip()
  return reader.peekType() !== 'map'
}

function readRecord(bytes: Buffer, keys: KeyCache): BodyRecord {
  const reader = new MsgpackReader(bytes, MSGPACK_LIMITS, keys)
  try {
    if (reader.peekType() === 'map') return { kind: 'record', record: reader.readMap(), context: {} }
    if (reader.peekType() !== 'array' || reader.readArrayLength() < 2)
      return { kind: 'fault', reason: 'neither a map nor a pair of time and map' }
    const time = readTime(reader)
    if (reader.peekType() !== 'map') return { kind: 'fault', reason: 'the record is no map' }
    return { kind: 'record', record: reader.readMap(), context: { time } }
  } catch (error) {
    if (error instanceof MsgpackError) return { kind: 'fault', reason: error.message }
    throw error
  }
}

/** A time, or an array that begins with one. */
function readTime(reader: MsgpackReader): number | null {
  if (reader.peekType() !== 'array') return reader.readTime()
  const length = reader.readArrayLength()
  if (length === 0) return null
  const time = reader.readTime()
  for (let index = 1; index < length; index++) reader.skip()
  return time
}
