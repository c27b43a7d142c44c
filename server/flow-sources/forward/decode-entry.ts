import type { DecodedLine } from '../decoded-line'
import type { KeyCache } from '../msgpack/key-cache'
import { MsgpackError } from '../msgpack/msgpack-error'
import { MSGPACK_LIMITS, MsgpackReader } from '../msgpack/msgpack-reader'

/** Reads one record. `time` is the one its sender gave it, in milliseconds since the epoch; null when it gave none. */
export type DecodeRecord = (record: unknown, time: number | null) => DecodedLine

/** Fluent Bit marks where a group of records begins and ends by times that no clock shows: -1 and -2 seconds. */
const FIRST_GROUP_MARK_MS = 0xfffffffe * 1000

/**
 * Reads one `[time, record]` or `[[time, metadata], record]`. One that is something else, or over a limit, is rejected and
 * costs only itself.
 */
export function decodeEntry(bytes: Buffer, keys: KeyCache, decode: DecodeRecord): DecodedLine {
  const reader = new MsgpackReader(bytes, MSGPACK_LIMITS, keys)
  try {
    if (reader.peekType() !== 'array' || reader.readArrayLength() < 2) return rejected('not a pair of time and record')
    const time = readEntryTime(reader)
    if (time !== null && time >= FIRST_GROUP_MARK_MS) return { kind: 'ignored', reason: 'group-mark' }
    const type = reader.peekType()
    if (type === 'map') return decode(reader.readMap(), time)
    if (type === 'str' || type === 'bin') return decode(reader.readValue(), time)
    return rejected(`the record is ${type}, not a map`)
  } catch (error) {
    if (error instanceof MsgpackError) return rejected(error.message)
    throw error
  }
}

/** The same of a frame in JSON. */
export function decodeJsonEntry(entry: unknown, decode: DecodeRecord): DecodedLine {
  if (!Array.isArray(entry) || entry.length < 2) return rejected('not a pair of time and record')
  const [time, record]: unknown[] = entry
  if (typeof record !== 'string' && (typeof record !== 'object' || record === null || Array.isArray(record)))
    return rejected('the record is no object')
  return decode(record, typeof time === 'number' && time > 0 ? Math.floor(time * 1000) : null)
}

function readEntryTime(reader: MsgpackReader): number | null {
  if (reader.peekType() !== 'array') return reader.readTime()
  const length = reader.readArrayLength()
  if (length === 0) return null
  const time = reader.readTime()
  for (let index = 1; index < length; index++) reader.skip()
  return time
}

function rejected(reason: string): DecodedLine {
  return { kind: 'rejected', reason: `forward: ${reason}` }
}
