const LINE_FEED = 10

/** A line without its end; `text` is null when it was longer than the limit and is not kept. */
export type SplitLine = { readonly text: string | null }

/**
 * Cuts bytes into lines at line feeds. A half line waits for its rest; a line over the limit is skipped to its end and
 * reported once, so that memory stays bounded whatever comes in.
 */
export class LineSplitter {
  private readonly maxLineBytes: number
  private readonly decoder = new TextDecoder()
  private waiting: Uint8Array[] = []
  private waitingBytes = 0
  private isSkipping = false

  constructor(maxLineBytes: number) {
    this.maxLineBytes = maxLineBytes
  }

  /** Complete lines that the chunk ends. The chunk may be reused by the caller afterwards. */
  *push(chunk: Uint8Array): Generator<SplitLine> {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start)
      if (end === -1) break
      this.keep(chunk.subarray(start, end))
      start = end + 1
      yield this.finish()
    }
    this.append(chunk.subarray(start))
  }

  /** Adds bytes to the line that waits, whatever they are. */
  append(bytes: Uint8Array): void {
    // A copy, because what waits outlives the chunk (`slice` of a Node Buffer would share its memory).
    this.keep(new Uint8Array(bytes))
  }

  /** The half line that waits, when the input ends without a line feed. */
  flush(): SplitLine | null {
    return this.waitingBytes === 0 && !this.isSkipping ? null : this.finish()
  }

  private keep(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.isSkipping) return
    if (this.waitingBytes + bytes.length > this.maxLineBytes) {
      this.isSkipping = true
      this.waiting = []
      this.waitingBytes = 0
      return
    }
    this.waiting.push(bytes)
    this.waitingBytes += bytes.length
  }

  private finish(): SplitLine {
    const [only] = this.waiting
    const text = this.isSkipping
      ? null
      : this.decoder.decode(this.waiting.length === 1 && only !== undefined ? only : Buffer.concat(this.waiting))
    this.waiting = []
    this.waitingBytes = 0
    this.isSkipping = false
    return { text }
  }
}
