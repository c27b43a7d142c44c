import { asBuffer } from '../as-buffer'
import type { JsonObject } from '../json-fields'
import { KeyCache } from './key-cache'
import { MsgpackError } from './msgpack-error'
import { bodyBytes, type HeadShape, headLength, headShape, innerValues, type MsgpackType } from './msgpack-head'

/** What one record may be. A record beyond it is `too-large`; the ones around it can be read. */
export type MsgpackLimits = {
  readonly maxDepth: number
  /** Elements of one array, pairs of one map. */
  readonly maxItems: number
  /** Bytes of one text. */
  readonly maxTextBytes: number
}

export const MSGPACK_LIMITS: MsgpackLimits = { maxDepth: 32, maxItems: 10_000, maxTextBytes: 256 * 1024 }

/** Types of extensions with a meaning that is known. */
const EVENT_TIME = 0
const TIMESTAMP = -1

/**
 * Reads MessagePack values one after the other as what JSON would be: binary data and unknown extensions are text (what
 * is no UTF-8 is replaced), whole numbers beyond 2^53 are their digits, times are RFC 3339 text.
 *
 * Nothing is allocated for a length that the bytes do not bear out. A method that throws leaves the position undefined:
 * note `offset` before and go back to it.
 */
export class MsgpackReader {
  offset: number
  readonly #bytes: Buffer
  readonly #limits: MsgpackLimits
  readonly #keys: KeyCache

  constructor(bytes: Uint8Array, limits: MsgpackLimits = MSGPACK_LIMITS, keys: KeyCache = new KeyCache()) {
    this.#bytes = asBuffer(bytes)
    this.#limits = limits
    this.#keys = keys
    this.offset = 0
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#bytes.length
  }

  /** Type of the value that comes next. */
  peekType(): MsgpackType {
    return this.#nextShape().type
  }

  /** Elements of the array that begins here; its elements come next. */
  readArrayLength(): number {
    const shape = this.#nextShape()
    if (shape.type !== 'array') throw new MsgpackError('malformed', `${shape.type} where an array is due`)
    return this.#passHead(shape)
  }

  /** The bytes of a text or of binary data, in the memory of the input. */
  readBytes(): Buffer {
    const shape = this.#nextShape()
    if (shape.type !== 'str' && shape.type !== 'bin') throw new MsgpackError('malformed', `${shape.type} where text is due`)
    const length = this.#passHead(shape)
    const start = this.#pass(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Any value. */
  readValue(): unknown {
    return this.#value(0)
  }

  /** A map with texts for keys. */
  readMap(): JsonObject {
    const shape = this.#nextShape()
    if (shape.type !== 'map') throw new MsgpackError('malformed', `${shape.type} where a map is due`)
    return this.#map(shape, 0)
  }

  /**
   * A moment in milliseconds since the epoch: seconds as a number, Fluentd's EventTime or a MessagePack timestamp. null when
   * the value that stands here is none of these, or zero.
   */
  readTime(): number | null {
    const shape = this.#nextShape()
    if (shape.type === 'int' || shape.type === 'float') {
      const seconds = this.#value(0)
      return typeof seconds === 'number' && Number.isFinite(seconds) && seconds !== 0 ? Math.floor(seconds * 1000) : null
    }
    if (shape.type === 'ext') return this.#extension(shape).time
    this.skip()
    return null
  }

  /** Passes over the value that comes next, however deep it is. */
  skip(): void {
    for (let missing = 1; missing > 0; missing--) {
      const shape = this.#nextShape()
      const length = this.#passHead(shape)
      this.#pass(bodyBytes(shape, length))
      missing += innerValues(shape, length)
      if (missing - 1 > this.#bytes.length - this.offset) throw cutOff()
    }
  }

  #value(depth: number): unknown {
    const first = this.#bytes[this.offset]
    if (first === undefined) throw cutOff()
    const shape = headShape(first)
    switch (shape.type) {
      case 'nil':
        this.offset++
        return null
      case 'bool':
        this.offset++
        return first === 0xc3
      case 'int':
        return this.#int(first, shape)
      case 'float':
        return this.#float(first, shape)
      case 'str':
      case 'bin':
        return this.#text(shape)
      case 'ext': {
        const { time, body } = this.#extension(shape)
        return time === null ? body.toString('utf8') : new Date(time).toISOString()
      }
      case 'array':
        return this.#array(shape, depth)
      case 'map':
        return this.#map(shape, depth)
    }
  }

  #int(first: number, shape: HeadShape): number | string {
    const at = this.#pass(shape.size) + 1
    if (first <= 0x7f) return first
    if (first >= 0xe0) return first - 0x100
    switch (first) {
      case 0xcc:
        return this.#bytes.readUInt8(at)
      case 0xcd:
        return this.#bytes.readUInt16BE(at)
      case 0xce:
        return this.#bytes.readUInt32BE(at)
      case 0xcf:
        return numberOrDigits(this.#bytes.readBigUInt64BE(at))
      case 0xd0:
        return this.#bytes.readInt8(at)
      case 0xd1:
        return this.#bytes.readInt16BE(at)
      case 0xd2:
        return this.#bytes.readInt32BE(at)
      default:
        return numberOrDigits(this.#bytes.readBigInt64BE(at))
    }
  }

  #float(first: number, shape: HeadShape): number {
    const at = this.#pass(shape.size) + 1
    return first === 0xca ? this.#bytes.readFloatBE(at) : this.#bytes.readDoubleBE(at)
  }

  #text(shape: HeadShape): string {
    const length = this.#passHead(shape)
    if (length > this.#limits.maxTextBytes) throw new MsgpackError('too-large', `a text of over ${this.#limits.maxTextBytes} bytes`)
    const start = this.#pass(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  #key(): string {
    const shape = this.#nextShape()
    if (shape.type === 'array' || shape.type === 'map') throw new MsgpackError('too-large', `${shape.type} as a key`)
    if (shape.type !== 'str' && shape.type !== 'bin') return String(this.#value(0))
    const length = this.#passHead(shape)
    return this.#keys.textOf(this.#bytes, this.#pass(length), length)
  }

  #array(shape: HeadShape, depth: number): unknown[] {
    const length = this.#passItemsHead(shape, depth)
    const items: unknown[] = []
    for (let index = 0; index < length; index++) items.push(this.#value(depth + 1))
    return items
  }

  #map(shape: HeadShape, depth: number): JsonObject {
    const length = this.#passItemsHead(shape, depth)
    const map: Record<string, unknown> = {}
    for (let index = 0; index < length; index++) {
      const key = this.#key()
      const value = this.#value(depth + 1)
      // As JSON.parse does: a field of its own, whatever it is called.
      if (key === '__proto__') Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
      else map[key] = value
    }
    return map
  }

  /** `time` is null where the extension is no time. */
  #extension(shape: HeadShape): { readonly time: number | null; readonly body: Buffer } {
    const length = this.#passHead(shape)
    const type = this.#bytes.readInt8(this.offset - 1)
    if (length > this.#limits.maxTextBytes) throw new MsgpackError('too-large', `an extension of over ${this.#limits.maxTextBytes} bytes`)
    const start = this.#pass(length)
    const body = this.#bytes.subarray(start, start + length)
    return { time: extensionTime(type, body), body }
  }

  #passItemsHead(shape: HeadShape, depth: number): number {
    if (depth >= this.#limits.maxDepth) throw new MsgpackError('too-large', `more than ${this.#limits.maxDepth} levels`)
    const length = this.#passHead(shape)
    if (innerValues(shape, length) > this.#bytes.length - this.offset) throw cutOff()
    if (length > this.#limits.maxItems) throw new MsgpackError('too-large', `more than ${this.#limits.maxItems} items in one ${shape.type}`)
    return length
  }

  #nextShape(): HeadShape {
    const first = this.#bytes[this.offset]
    if (first === undefined) throw cutOff()
    return headShape(first)
  }

  /** Passes over the head that comes next and gives its length. */
  #passHead(shape: HeadShape): number {
    const start = this.#pass(shape.size)
    return headLength(this.#bytes, start, shape)
  }

  /** Passes over bytes and gives where they begin. */
  #pass(length: number): number {
    const start = this.offset
    const end = start + length
    if (end > this.#bytes.length) throw cutOff()
    this.offset = end
    return start
  }
}

function cutOff(): MsgpackError {
  return new MsgpackError('malformed', 'the bytes end in the middle of a value')
}

function numberOrDigits(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

/** Milliseconds since the epoch; null when the extension is no time, or one that no calendar has. */
function extensionTime(type: number, body: Buffer): number | null {
  const { length } = body
  let seconds: number
  let nanos: number
  if (type === EVENT_TIME && length === 8) {
    seconds = body.readUInt32BE(0)
    nanos = body.readUInt32BE(4)
  } else if (type === TIMESTAMP && length === 4) {
    seconds = body.readUInt32BE(0)
    nanos = 0
  } else if (type === TIMESTAMP && length === 8) {
    nanos = body.readUInt32BE(0) >>> 2
    seconds = (body.readUInt32BE(0) & 3) * 2 ** 32 + body.readUInt32BE(4)
  } else if (type === TIMESTAMP && length === 12) {
    nanos = body.readUInt32BE(0)
    seconds = Number(body.readBigInt64BE(4))
  } else return null
  const time = seconds * 1000 + Math.floor(nanos / 1_000_000)
  return time === 0 || Number.isNaN(new Date(time).getTime()) ? null : time
}
