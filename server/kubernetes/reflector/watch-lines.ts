/** A line of a watch: its text, or how it began when it is longer than anybody should have to read. */
export type WatchLine = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long'; readonly start: string }

/** More than etcd and the API server take for one object. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024
/** Enough to see which object a line is about. */
const KEPT_START_BYTES = 4_096
const NEWLINE = 10

/** Cuts bytes into lines at byte 10 and nowhere else: other line ends of Unicode stand inside texts. Holds at most one line. */
export class WatchLines {
  #pieces: Uint8Array[] = []
  #length = 0
  #isTooLong = false
  readonly #limit: number

  constructor(limit = MAX_LINE_BYTES) {
    this.#limit = limit
  }

  /** Bytes of a line that has begun. */
  get pending(): number {
    return this.#length
  }

  *push(chunk: Uint8Array): Generator<WatchLine> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#add(chunk.subarray(start, end))
      start = end + 1
      const line = this.#take()
      if (line !== null) yield line
    }
    // Copied, because the rest of a chunk would be held by a few bytes of it.
    if (start < chunk.length) this.#add(Uint8Array.from(chunk.subarray(start)))
  }

  #add(piece: Uint8Array): void {
    this.#length += piece.length
    if (this.#length > this.#limit) this.#isTooLong = true
    if (!this.#isTooLong) this.#pieces.push(piece)
    else if (this.#pieces.length > 0) this.#pieces = [start(this.#pieces)]
    else this.#pieces = [Uint8Array.from(piece.subarray(0, KEPT_START_BYTES))]
  }

  /** null for an empty line. */
  #take(): WatchLine | null {
    const pieces = this.#pieces
    const isTooLong = this.#isTooLong
    const isEmpty = this.#length === 0
    this.#pieces = []
    this.#length = 0
    this.#isTooLong = false
    if (isEmpty) return null
    return isTooLong ? { kind: 'too-long', start: textOf([start(pieces)]) } : { kind: 'line', text: textOf(pieces) }
  }
}

function start(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(
    Buffer.concat(
      pieces,
      Math.min(
        KEPT_START_BYTES,
        pieces.reduce((sum, { length }) => sum + length, 0),
      ),
    ),
  )
}

function textOf(pieces: readonly Uint8Array[]): string {
  const [first] = pieces
  if (first === undefined) return ''
  const bytes = pieces.length === 1 ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : Buffer.concat(pieces)
  return bytes.toString('utf8')
}
