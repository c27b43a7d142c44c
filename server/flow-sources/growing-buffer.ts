const SMALLEST = 1024

/** Bytes that come in pieces. Its memory is at most twice what came, and is let go of with `clear`. */
export class GrowingBuffer {
  #memory: Buffer = Buffer.alloc(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Memory that is taken, in bytes. */
  get capacity(): number {
    return this.#memory.length
  }

  /** What came so far, in memory that later pieces do not change. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }

  /** Copies the piece. */
  append(piece: Uint8Array): void {
    const needed = this.#length + piece.length
    if (needed > this.#memory.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(SMALLEST, needed, this.#length * 2))
      this.#memory.copy(grown, 0, 0, this.#length)
      this.#memory = grown
    }
    this.#memory.set(piece, this.#length)
    this.#length = needed
  }

  /** Begins anew with memory of its own; `bytes` that were handed out stay as they are. */
  clear(): void {
    if (this.#length === 0) return
    this.#memory = Buffer.alloc(0)
    this.#length = 0
  }
}
