import { JsonArraySplitter } from './json-array-splitter'
import type { SplitLine } from './line-splitter'
import { RecordSequenceSplitter } from './record-sequence-splitter'

const OPEN_BRACKET = 91

/**
 * Cuts a body into records: the elements of a JSON array, or objects and lines one after the other, whichever its beginning
 * says. An array goes on with a record; `[INFO] …` and `[2026-05-04T…] …` are lines of text.
 */
export class RecordSplitter {
  private readonly maxRecordBytes: number
  private splitter: JsonArraySplitter | RecordSequenceSplitter | null = null
  /** The bracket came, and what follows decides. */
  private hasBracket = false

  constructor(maxRecordBytes: number) {
    this.maxRecordBytes = maxRecordBytes
  }

  *push(chunk: Uint8Array): Generator<SplitLine> {
    if (this.splitter !== null) {
      yield* this.splitter.push(chunk)
      return
    }
    let start = 0
    while (start < chunk.length && isSpace(chunk[start])) start++
    if (start === chunk.length) return
    if (chunk[start] === OPEN_BRACKET && !this.hasBracket) {
      this.hasBracket = true
      start++
      while (start < chunk.length && isSpace(chunk[start])) start++
      if (start === chunk.length) return
    }
    this.splitter = this.choose(chunk[start] ?? 0)
    if (this.splitter instanceof RecordSequenceSplitter && this.hasBracket) yield* this.splitter.push(Uint8Array.of(OPEN_BRACKET))
    yield* this.splitter.push(chunk.subarray(start))
  }

  flush(): SplitLine | null {
    return this.splitter?.flush() ?? null
  }

  private choose(next: number): JsonArraySplitter | RecordSequenceSplitter {
    const isArray = this.hasBracket && isRecordStart(next)
    return isArray ? new JsonArraySplitter(this.maxRecordBytes) : new RecordSequenceSplitter(this.maxRecordBytes)
  }
}

/** An object, an array, a text, or the end of an empty array. */
function isRecordStart(byte: number): boolean {
  return byte === 123 || byte === OPEN_BRACKET || byte === 34 || byte === 93
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === 0xef || byte === 0xbb || byte === 0xbf
}
