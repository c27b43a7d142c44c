/** Bytes that are no protobuf message, or not the one that was expected. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
  /** Where in the bytes that were given to the reader. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(`${message} at byte ${offset}`)
    this.offset = offset
  }
}

export const WIRE_VARINT = 0
export const WIRE_FIXED64 = 1
export const WIRE_BYTES = 2
const WIRE_GROUP_START = 3
const WIRE_GROUP_END = 4
export const WIRE_FIXED32 = 5

const TWO_32 = 4_294_967_296
/** Groups that lie in each other deeper than this are nothing that a program would send. */
const MAX_GROUP_DEPTH = 32

/**
 * Reads the protobuf wire format front to back, without tables and without copying. Messages within messages are read by
 * the same reader:
 *
 *     while (reader.hasMore) {
 *       const tag = reader.tag()
 *       if (tag === bytesTag(3)) {
 *         const outer = reader.enter()
 *         ...
 *         reader.leave(outer)
 *       } else reader.skip(tag)
 *     }
 *
 * It never reads outside the bytes it was given; whatever does not fit throws `ProtobufError`.
 */
export class ProtobufReader {
  bytes: Uint8Array
  /** The buffer in which the bytes lie, from `base` on, for whoever compares many of them. */
  data: DataView
  base: number
  position: number
  /** Where the message that is being read ends. */
  end: number
  #text: Buffer
  #high = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.data = new DataView(bytes.buffer)
    this.base = bytes.byteOffset
    this.position = 0
    this.end = bytes.length
    this.#text = bufferOf(bytes)
  }

  /** Begins with other bytes, so that one reader serves a whole stream. */
  restart(bytes: Uint8Array): void {
    this.bytes = bytes
    // Messages of one chunk lie in one buffer.
    if (this.data.buffer !== bytes.buffer) this.data = new DataView(bytes.buffer)
    this.base = bytes.byteOffset
    this.position = 0
    this.end = bytes.length
    this.#text = bufferOf(bytes)
  }

  get hasMore(): boolean {
    return this.position < this.end
  }

  /** The next field's number and wire type, as they stand on the wire: `number << 3 | type`. */
  tag(): number {
    const at = this.position
    const tag = this.uint32()
    if (tag < 8) throw new ProtobufError('a field with number 0', at)
    return tag
  }

  /** A varint cut to 32 bits, as protobuf does. */
  uint32(): number {
    const { bytes } = this
    let at = this.position
    // One byte is by far the most frequent.
    if (at < this.end) {
      const first = bytes[at] as number
      if (first < 0x80) {
        this.position = at + 1
        return first
      }
    }
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= this.end) throw new ProtobufError('the end within a number', this.position)
      const byte = bytes[at++] as number
      if (shift < 32) value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.position = at
        return value >>> 0
      }
    }
    throw new ProtobufError('a number of more than ten bytes', this.position)
  }

  int32(): number {
    return this.uint32() | 0
  }

  bool(): boolean {
    return this.#low() !== 0 || this.#high !== 0
  }

  /** An unsigned 64-bit number; above 2^53 the nearest that JavaScript has. */
  uint64(): number {
    const low = this.#low()
    return this.#high === 0 ? low : this.#high * TWO_32 + low
  }

  /** A signed 64-bit number (`int64`, not `sint64`); beyond ±2^53 the nearest that JavaScript has. */
  int64(): number {
    const low = this.#low()
    return (this.#high | 0) * TWO_32 + low
  }

  double(): number {
    return this.#text.readDoubleLE(this.#take(8))
  }

  fixed32(): number {
    return this.#text.readUInt32LE(this.#take(4))
  }

  /** A text, cut to `limit` bytes. What is not UTF-8 becomes replacement characters. */
  string(limit = Number.POSITIVE_INFINITY): string {
    const end = this.#lengthEnd()
    const start = this.position
    this.position = end
    return this.text(start, Math.min(end, start + limit))
  }

  /** The text between two offsets. */
  text(start: number, end: number): string {
    return start === end ? '' : this.#text.toString('utf8', start, end)
  }

  /** The bytes of a length-delimited field, as a view. */
  view(): Uint8Array {
    const end = this.#lengthEnd()
    const start = this.position
    this.position = end
    return this.bytes.subarray(start, end)
  }

  /** Notes where a length-delimited field lies and passes over it. */
  range(range: { start: number; end: number }): void {
    const end = this.#lengthEnd()
    range.start = this.position
    range.end = end
    this.position = end
  }

  /** Goes to a place that was noted, to read it as a message. */
  goTo(range: { readonly start: number; readonly end: number }): void {
    this.position = range.start
    this.end = range.end
  }

  /** Goes into a message, or a packed list: it ends at `end` now. Returns what `leave` wants. */
  enter(): number {
    const outer = this.end
    this.end = this.#lengthEnd()
    return outer
  }

  /** Leaves the message, whatever of it was read. */
  leave(outer: number): void {
    this.position = this.end
    this.end = outer
  }

  /** Passes over the field whose tag was just read. */
  skip(tag: number): void {
    this.#skip(tag, 0)
  }

  #skip(tag: number, depth: number): void {
    const start = this.position
    switch (tag & 7) {
      case WIRE_VARINT:
        this.uint32()
        return
      case WIRE_FIXED64:
        this.#take(8)
        return
      case WIRE_BYTES:
        this.position = this.#lengthEnd()
        return
      case WIRE_FIXED32:
        this.#take(4)
        return
      case WIRE_GROUP_START: {
        if (depth >= MAX_GROUP_DEPTH) throw new ProtobufError(`more than ${MAX_GROUP_DEPTH} groups in each other`, start)
        const last = tag - WIRE_GROUP_START + WIRE_GROUP_END
        for (let inner = this.tag(); inner !== last; inner = this.tag()) {
          if ((inner & 7) === WIRE_GROUP_END) throw new ProtobufError('the end of another group', this.position)
          this.#skip(inner, depth + 1)
        }
        return
      }
    }
    throw new ProtobufError(`wire type ${tag & 7}, which has no meaning here,`, start)
  }

  /** Offset of the end of a length-delimited field; the position is at its first byte then. */
  #lengthEnd(): number {
    const at = this.position
    const length = this.uint32()
    if (length > this.end - this.position) throw new ProtobufError(`a length of ${length}, more than is there,`, at)
    return this.position + length
  }

  #take(count: number): number {
    const start = this.position
    if (count > this.end - start) throw new ProtobufError('the end within a number', start)
    this.position = start + count
    return start
  }

  /** The low 32 bits of a varint; the high ones are in `#high` then. */
  #low(): number {
    const { bytes } = this
    let at = this.position
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= this.end) throw new ProtobufError('the end within a number', this.position)
      const byte = bytes[at++] as number
      const seven = byte & 0x7f
      if (shift < 32) low |= seven << shift
      if (shift === 28) high = seven >>> 4
      else if (shift > 28) high |= seven << (shift - 32)
      if (byte < 0x80) {
        this.position = at
        this.#high = high >>> 0
        return low >>> 0
      }
    }
    throw new ProtobufError('a number of more than ten bytes', this.position)
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

export const varintTag = (field: number): number => ((field << 3) | WIRE_VARINT) >>> 0
export const bytesTag = (field: number): number => ((field << 3) | WIRE_BYTES) >>> 0
export const fixed64Tag = (field: number): number => ((field << 3) | WIRE_FIXED64) >>> 0
