import { GrpcError } from './grpc-error'

/** Marks before each message: one byte that says whether it is compressed, four with its length. */
const PREFIX_BYTES = 5

/**
 * Cuts the body of an answer into its messages. A message that lies within one chunk is a view of it; one that comes in
 * pieces is put together in a buffer of its own, the only one that is held, of at most `maxBytes`.
 */
export class MessageSplitter {
  readonly #maxBytes: number
  /** What is there of a prefix that is cut in two. */
  readonly #prefix = new Uint8Array(PREFIX_BYTES)
  #prefixBytes = 0
  #partial: Buffer | null = null
  #filled = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** True when a message has begun and not ended. */
  get isWithin(): boolean {
    return this.#partial !== null || this.#prefixBytes > 0
  }

  /** Adds the messages that end in this chunk. Throws `GrpcError` for one that is too large or compressed. */
  push(chunk: Uint8Array, messages: Uint8Array[]): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#partial !== null) {
        at = this.#fill(this.#partial, chunk, at, messages)
        continue
      }
      let length: number
      if (this.#prefixBytes === 0 && chunk.length - at >= PREFIX_BYTES) {
        length = this.#lengthAt(chunk, at)
        at += PREFIX_BYTES
      } else {
        const taken = Math.min(PREFIX_BYTES - this.#prefixBytes, chunk.length - at)
        this.#prefix.set(chunk.subarray(at, at + taken), this.#prefixBytes)
        this.#prefixBytes += taken
        at += taken
        if (this.#prefixBytes < PREFIX_BYTES) break
        this.#prefixBytes = 0
        length = this.#lengthAt(this.#prefix, 0)
      }
      if (chunk.length - at >= length) {
        messages.push(chunk.subarray(at, at + length))
        at += length
      } else {
        this.#partial = Buffer.allocUnsafe(length)
        this.#filled = 0
      }
    }
  }

  #fill(partial: Buffer, chunk: Uint8Array, at: number, messages: Uint8Array[]): number {
    const end = Math.min(chunk.length, at + partial.length - this.#filled)
    partial.set(chunk.subarray(at, end), this.#filled)
    this.#filled += end - at
    if (this.#filled === partial.length) {
      messages.push(partial)
      this.#partial = null
    }
    return end
  }

  #lengthAt(bytes: Uint8Array, at: number): number {
    if (bytes[at] !== 0) throw new GrpcError('broken', 'the server sent a compressed message that nobody asked for')
    const [first = 0, second = 0, third = 0, fourth = 0] = [bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4]]
    const length = ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0
    if (length <= this.#maxBytes) return length
    throw new GrpcError('too-large', `the server sent a message of ${length} bytes; at most ${this.#maxBytes} are read`)
  }
}

/** The body of a request: one uncompressed message. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, PREFIX_BYTES)
  return frame
}
