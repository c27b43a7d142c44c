/** Characters of a joined line, like the bytes of any other line. */
const MAX_LINE = 256 * 1024
/** Characters of all unfinished lines together. */
const MAX_WAITING = 4 * 1024 * 1024
/** Streams with an unfinished line: a machine has a few hundred containers with two streams each. */
const MAX_STREAMS = 1_024

type Unfinished = { text: string; isTooLong: boolean }

/** What became of a piece: it waits for its rest, it ended a line, or it ended one that is longer than is kept. */
export type JoinedLine = { readonly kind: 'waiting' } | { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long' }

/**
 * Joins lines that the container runtime cut into pieces (`P` … `F` of the CRI format), each stream on its own. Bounded:
 * when too much is unfinished, the line that began longest ago is forgotten.
 */
export class PartialLines {
  private readonly streams = new Map<string, Unfinished>()
  private waiting = 0

  add(stream: string, piece: string, isLast: boolean): JoinedLine {
    const before = this.streams.get(stream)
    if (isLast) {
      if (before === undefined) return { kind: 'line', text: piece }
      this.forget(stream, before)
      return before.isTooLong || before.text.length + piece.length > MAX_LINE
        ? { kind: 'too-long' }
        : { kind: 'line', text: before.text + piece }
    }
    const unfinished = before ?? { text: '', isTooLong: false }
    if (before === undefined) this.streams.set(stream, unfinished)
    if (unfinished.isTooLong || unfinished.text.length + piece.length > MAX_LINE) {
      this.waiting -= unfinished.text.length
      unfinished.text = ''
      unfinished.isTooLong = true
    } else {
      unfinished.text += piece
      this.waiting += piece.length
    }
    this.makeRoom()
    return { kind: 'waiting' }
  }

  /** True when a line of the stream waits for its rest. `stream` is asked for only when any does. */
  isWaiting(stream: () => string): boolean {
    return this.streams.size > 0 && this.streams.has(stream())
  }

  private makeRoom(): void {
    for (const [stream, unfinished] of this.streams) {
      if (this.streams.size <= MAX_STREAMS && this.waiting <= MAX_WAITING) return
      this.forget(stream, unfinished)
    }
  }

  private forget(stream: string, unfinished: Unfinished): void {
    this.streams.delete(stream)
    this.waiting -= unfinished.text.length
  }
}
