import { MsgpackError } from '../msgpack/msgpack-error'
import { MsgpackReader } from '../msgpack/msgpack-reader'
import { ForwardError } from './forward-error'
import { type FrameOption, NO_OPTION, optionOf } from './frame-option'

/** What a sender sends at once: one record, or many with one tag. */
export type ForwardFrame = {
  readonly kind: 'msgpack'
  readonly tag: string
  readonly option: FrameOption
  /** `[time, record]` arrays one behind the other, packed or not; compressed when the option, or their first bytes, say so. */
  readonly entries: Buffer
}

/** Enough to read the option of a frame, which is short. */
const OPTION_LIMITS = { maxDepth: 16, maxItems: 1000, maxTextBytes: 64 * 1024 }
const MAX_TAG_BYTES = 1024
const TWO_ITEMS = Buffer.from([0x92])

/**
 * Reads the outside of one frame: message, forward, packed forward and compressed packed forward mode. null is the empty frame
 * that some senders send to see whether somebody listens. Throws ForwardError for anything else.
 */
export function readFrame(bytes: Buffer): ForwardFrame | null {
  const reader = new MsgpackReader(bytes, OPTION_LIMITS)
  try {
    if (reader.peekType() === 'nil') return null
    if (reader.peekType() !== 'array') throw new ForwardError('malformed', `a frame is ${reader.peekType()}, not an array`)
    const length = reader.readArrayLength()
    if (length < 2) throw new ForwardError('malformed', `a frame of ${length} elements`)
    const tag = readTag(reader)
    const type = reader.peekType()
    if (type === 'str' || type === 'bin') {
      const entries = reader.readBytes()
      return { kind: 'msgpack', tag, entries, option: readOption(reader, length - 2) }
    }
    // The array of forward mode holds what a packed one is made of. A message with metadata begins with an array, too.
    if (type === 'array' && !isMessage(bytes, reader.offset, length)) {
      const entries = arrayBody(bytes, reader)
      return { kind: 'msgpack', tag, entries, option: readOption(reader, length - 2) }
    }
    if (length < 3) throw new ForwardError('malformed', 'a message without a record')
    const start = reader.offset
    reader.skip()
    reader.skip()
    const entries = Buffer.concat([TWO_ITEMS, bytes.subarray(start, reader.offset)])
    return { kind: 'msgpack', tag, entries, option: readOption(reader, length - 3) }
  } catch (error) {
    if (error instanceof MsgpackError) throw new ForwardError('malformed', `a frame is broken: ${error.message}`, { cause: error })
    throw error
  }
}

function readTag(reader: MsgpackReader): string {
  const type = reader.peekType()
  if (type !== 'str' && type !== 'bin') throw new ForwardError('malformed', `the tag of a frame is ${type}, not text`)
  const tag = reader.readBytes()
  if (tag.length > MAX_TAG_BYTES) throw new ForwardError('malformed', `a tag of over ${MAX_TAG_BYTES} bytes`)
  return tag.toString('utf8')
}

/** True for `[tag, [time, metadata], record, …]`: the array at `offset` begins with a time and a map follows it. */
function isMessage(bytes: Buffer, offset: number, length: number): boolean {
  if (length < 3) return false
  const reader = new MsgpackReader(bytes)
  reader.offset = offset
  if (reader.readArrayLength() !== 2) return false
  const first = reader.peekType()
  if (first !== 'int' && first !== 'float' && first !== 'ext') return false
  reader.skip()
  return reader.peekType() === 'map'
}

function arrayBody(bytes: Buffer, reader: MsgpackReader): Buffer {
  const length = reader.readArrayLength()
  const start = reader.offset
  for (let index = 0; index < length; index++) reader.skip()
  return bytes.subarray(start, reader.offset)
}

function readOption(reader: MsgpackReader, left: number): FrameOption {
  if (left < 1 || reader.peekType() !== 'map') return NO_OPTION
  return optionOf(reader.readMap())
}
