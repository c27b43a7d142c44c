import { asBuffer } from '../as-buffer'
import { GrowingBuffer } from '../growing-buffer'
import { MsgpackError } from './msgpack-error'
import { bodyBytes, headLength, headShape, innerValues } from './msgpack-head'

/** The bytes of one whole value; null when it was longer than the limit and is not kept. */
export type SplitValue = Buffer | null

export type MsgpackSplitterOptions = {
  readonly maxValueBytes: number
  /** What happens to a longer value: it ends the reading at once, or is skipped to its end. */
  readonly tooLong: 'throw' | 'skip'
}

/**
 * Cuts a stream of bytes into whole MessagePack values without decoding them. Memory grows with the bytes that came, never
 * with a length that was only announced. Nesting costs nothing: what is missing is one number.
 */
export class MsgpackSplitter {
  /** May be raised between two values. */
  maxValueBytes: number
  readonly #tooLong: MsgpackSplitterOptions['tooLong']
  /** The beginning of a value whose end has not come. */
  readonly #waiting = new GrowingBuffer()
  /** Bytes of the value that were looked at; more than have come while a text is awaited. */
  #seen = 0
  /** Values that the current one still consists of; 0 between values. */
  #missing = 0
  /** Bytes of a value that is not kept; null when values are kept. */
  #skipped: number | null = null

  constructor({ maxValueBytes, tooLong }: MsgpackSplitterOptions) {
    this.maxValueBytes = maxValueBytes
    this.#tooLong = tooLong
  }

  /** True in the middle of a value. */
  get isWaiting(): boolean {
    return this.#missing > 0 || this.#seen > 0
  }

  /** Memory that the unfinished value takes. */
  get heldBytes(): number {
    return this.#waiting.capacity
  }

  /**
   * Whole values that the chunk ends. They may share the memory of the chunk. Throws MsgpackError when the bytes are no
   * MessagePack, and for a value that is too long where that is asked for; nothing can be read after that.
   */
  *push(chunk: Uint8Array): Generator<SplitValue> {
    let bytes = asBuffer(chunk)
    const isResumed = this.#waiting.length > 0
    if (isResumed) {
      this.#waiting.append(bytes)
      bytes = this.#waiting.bytes
    }
    let start = 0
    for (;;) {
      const end = this.#findEnd(bytes, start)
      if (end === null) break
      const isKept = this.#skipped === null
      this.#reset()
      yield isKept ? bytes.subarray(start, end) : null
      start = end
      if (start === bytes.length) break
    }
    // What was taken from the front may be in use, so that the rest moves to a place of its own.
    if (!isResumed || start > 0 || this.#skipped !== null) this.#keepRest(bytes.subarray(start))
  }

  /** Where the value that begins at `start` ends; null when that is beyond the bytes. */
  #findEnd(bytes: Buffer, start: number): number | null {
    if (this.#missing === 0) {
      if (this.#seen > 0) return bytes.length - start >= this.#seen ? start + this.#seen : null
      if (start === bytes.length) return null
      this.#missing = 1
    }
    let at = start + this.#seen
    while (this.#missing > 0) {
      const first = bytes[at]
      if (first === undefined) break
      const shape = headShape(first)
      if (at + shape.size > bytes.length) break
      const length = headLength(bytes, at, shape)
      at += shape.size + bodyBytes(shape, length)
      this.#missing += innerValues(shape, length) - 1
      this.#seen = at - start
      // Every value that is missing has one byte at least.
      if (this.#seen + this.#missing + (this.#skipped ?? 0) > this.maxValueBytes) this.#exceed()
    }
    return this.#missing === 0 && at <= bytes.length ? at : null
  }

  #exceed(): void {
    if (this.#tooLong === 'throw') throw new MsgpackError('too-large', `over ${this.maxValueBytes} bytes`)
    this.#skipped ??= 0
  }

  #keepRest(rest: Buffer): void {
    this.#waiting.clear()
    if (this.#skipped === null) {
      this.#waiting.append(rest)
      return
    }
    // What was looked at is let go of. A head that came in part is kept: it is needed whole.
    const gone = Math.min(rest.length, this.#seen)
    this.#skipped += gone
    this.#seen -= gone
    this.#waiting.append(rest.subarray(gone))
  }

  #reset(): void {
    this.#seen = 0
    this.#missing = 0
    this.#skipped = null
  }
}
