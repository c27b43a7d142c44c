import { JsonArraySplitter } from './json-array-splitter'
import type { SplitLine } from './line-splitter'
import { RecordSequenceSplitter } from './record-sequence-splitter'

const OPEN_BRACKET = 91
/** Space behind a bracket that is kept while it waits for what follows. */
const MAX_SPACE = 1_024

/**
 * Cuts bytes into records: the elements of JSON arrays, objects and lines, one after the other. An array goes on with a
 * record; `[INFO] …` and `[2026-05-04T…] …` are lines of text.
 */
export class RecordSplitter {
  private readonly maxRecordBytes: number
  private readonly sequence: RecordSequenceSplitter
  private array: JsonArraySplitter | null = null
  /** A bracket where a record begins, with the space behind it, until the byte comes that decides; empty otherwise. */
  private readonly bracket: number[] = []
  private pushed = 0
  private completeAt = 0

  constructor(maxRecordBytes: number) {
    this.maxRecordBytes = maxRecordBytes
    this.sequence = new RecordSequenceSplitter(maxRecordBytes)
  }

  /** Bytes behind the last line whose records were all given. */
  get pendingBytes(): number {
    return this.pushed - this.completeAt
  }

  *push(chunk: Uint8Array): Generator<SplitLine> {
    let rest: Uint8Array | null = chunk
    this.pushed += chunk.length
    while (rest !== null && rest.length > 0) {
      if (this.array !== null) {
        rest = yield* this.array.push(rest)
        if (rest !== null) this.array = null
      } else if (this.bracket.length > 0) rest = yield* this.decide(rest)
      else {
        const startsAt: number = this.pushed - rest.length
        rest = yield* this.sequence.push(rest)
        if (this.sequence.lineEnd !== null) this.completeAt = startsAt + this.sequence.lineEnd
        if (rest !== null) this.bracket.push(OPEN_BRACKET)
      }
    }
  }

  flush(): SplitLine | null {
    this.completeAt = this.pushed
    const rest = this.array === null ? this.sequence.flush() : this.array.flush()
    this.array = null
    return this.bracket.splice(0).length > 0 ? { text: '[' } : rest
  }

  /** What follows the space behind a bracket; null when nothing does yet. */
  private *decide(bytes: Uint8Array): Generator<SplitLine, Uint8Array | null> {
    let at = 0
    while (at < bytes.length && isSpace(bytes[at]) && this.bracket.length < MAX_SPACE) this.bracket.push(bytes[at++] ?? 0)
    const next = bytes[at]
    if (next === undefined) return null
    const held = Uint8Array.from(this.bracket.splice(0))
    if (isRecordStart(next)) this.array = new JsonArraySplitter(this.maxRecordBytes)
    else yield* this.sequence.pushText(held)
    return bytes.subarray(at)
  }
}

/** An object, an array, a text, or the end of an empty array. */
function isRecordStart(byte: number): boolean {
  return byte === 123 || byte === OPEN_BRACKET || byte === 34 || byte === 93
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13
}
