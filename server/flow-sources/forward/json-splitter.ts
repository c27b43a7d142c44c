import { GrowingBuffer } from '../growing-buffer'
import { ForwardError } from './forward-error'
import type { FrameSplitter } from './frame-splitter'

const QUOTE = 34
const BACKSLASH = 92

/** Cuts JSON arrays and objects that follow one another, with or without space between them, by counting brackets. */
export class JsonSplitter implements FrameSplitter {
  maxValueBytes: number
  readonly #waiting = new GrowingBuffer()
  /** Bytes of what waits that were looked at. */
  #seen = 0
  #depth = 0
  #isInString = false
  #isEscaped = false

  constructor(maxValueBytes: number) {
    this.maxValueBytes = maxValueBytes
  }

  get isWaiting(): boolean {
    return this.#depth > 0
  }

  get heldBytes(): number {
    return this.#waiting.capacity
  }

  *push(chunk: Uint8Array): Generator<Buffer> {
    this.#waiting.append(chunk)
    const bytes = this.#waiting.bytes
    let start = 0
    for (let at = this.#seen; at < bytes.length; at++) {
      if (this.#depth === 0 && isSpace(bytes[at])) {
        start = at + 1
        continue
      }
      const isEnd = this.#step(bytes[at] ?? 0)
      if (at - start >= this.maxValueBytes) throw new ForwardError('too-large', `a frame of over ${this.maxValueBytes} bytes`)
      if (!isEnd) continue
      yield bytes.subarray(start, at + 1)
      start = at + 1
    }
    const rest = bytes.subarray(start)
    this.#seen = rest.length
    if (start === 0) return
    this.#waiting.clear()
    this.#waiting.append(rest)
  }

  /** Takes one byte; true when it ends the value. */
  #step(byte: number): boolean {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === BACKSLASH) this.#isEscaped = true
      else if (byte === QUOTE) this.#isInString = false
      return false
    }
    const isOpening = byte === 123 || byte === 91
    if (this.#depth === 0 && !isOpening) throw new ForwardError('malformed', 'something between two JSON frames')
    if (isOpening) this.#depth++
    else if (byte === 125 || byte === 93) this.#depth--
    else if (byte === QUOTE) this.#isInString = true
    return this.#depth === 0
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13
}
