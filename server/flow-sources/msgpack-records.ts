import type { BodyRecord } from './body-record'
import { KeyCache } from './msgpack/key-cache'
import { MsgpackError } from './msgpack/msgpack-error'
import { MSGPACK_LIMITS, MsgpackReader } from './msgpack/msgpack-reader'
import { MsgpackSplitter } from './msgpack/msgpack-splitter'

/**
 * The records of a body of MessagePack: maps one after the other (Fluentd), `[time, map]` (Fluent Bit) or `[[time, metadata],
 * map]` (its second version). What cannot be cut any further ends the body with a fault; a value of another kind costs only itself.
 */
export async function* msgpackRecords(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<BodyRecord> {
  const splitter = new MsgpackSplitter({ maxValueBytes: maxBytes, tooLong: 'skip' })
  const keys = new KeyCache()
  try {
    for await (const chunk of chunks) {
      for (const value of splitter.push(chunk)) {
        yield value === null ? { kind: 'fault', reason: `longer than ${maxBytes} bytes` } : readRecord(value, keys)
      }
    }
  } catch (error) {
    if (!(error instanceof MsgpackError)) throw error
    yield { kind: 'fault', reason: `not MessagePack from here on: ${error.message}` }
    return
  }
  if (splitter.isWaiting) yield { kind: 'fault', reason: 'the MessagePack data was cut off' }
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
