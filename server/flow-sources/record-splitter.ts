import { LineSplitter, type SplitLine } from './line-splitter'

const OPEN_BRACKET = 91
const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44

/**
 * Cuts a body into records: lines, or the elements of a JSON array, whichever its first bytes say. An array of records goes
 * on with an object or a text; `[INFO] …` and `[2026-05-04T…] …` are lines of logs. Elements are cut by
 * counting brackets outside of strings, in one pass, so that an array is read as it comes like lines are. What is left
 * when the array was not closed is a record of its own and fails as JSON.
 */
export class RecordSplitter {
  private readonly maxRecordBytes: number
  private lines: LineSplitter | null = null
  private isArray = false
  /** The body began with a bracket, and nothing but space came after it yet. */
  private hasBracket = false
  private hasEnded = false
  private depth = 0
  private isInString = false
  private isEscaped = false
  private element: LineSplitter

  constructor(maxRecordBytes: number) {
    this.maxRecordBytes = maxRecordBytes
    this.element = new LineSplitter(maxRecordBytes)
  }

  *push(chunk: Uint8Array): Generator<SplitLine> {
    let start = 0
    if (this.lines === null && !this.isArray) {
      start = skipSpace(chunk, start)
      if (!this.hasBracket && chunk[start] === OPEN_BRACKET) {
        this.hasBracket = true
        start = skipSpace(chunk, start + 1)
      }
      if (start === chunk.length) return
      if (this.hasBracket && isRecordStart(chunk[start])) this.isArray = true
      else {
        this.lines = new LineSplitter(this.maxRecordBytes)
        if (this.hasBracket) yield* this.lines.push(BRACKET)
      }
    }
    if (this.lines !== null) yield* this.lines.push(chunk.subarray(start))
    else yield* this.pushArray(chunk, start)
  }

  flush(): SplitLine | null {
    if (this.lines !== null) return this.lines.flush()
    return this.isArray ? this.element.flush() : null
  }

  private *pushArray(chunk: Uint8Array, first: number): Generator<SplitLine> {
    let start = first
    for (let index = first; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0
      if (this.isInString) {
        if (this.isEscaped) this.isEscaped = false
        else if (byte === BACKSLASH) this.isEscaped = true
        else if (byte === QUOTE) this.isInString = false
        continue
      }
      if (byte === QUOTE) this.isInString = true
      else if (byte === 123 || byte === OPEN_BRACKET) this.depth++
      else if (byte === 125 || byte === 93) {
        if (this.depth > 0) this.depth--
        else if (byte === 93 && !this.hasEnded) {
          yield* this.endElement(chunk.subarray(start, index))
          this.hasEnded = true
          start = index + 1
        }
      } else if (byte === COMMA && this.depth === 0 && !this.hasEnded) {
        yield* this.endElement(chunk.subarray(start, index))
        start = index + 1
      }
    }
    this.element.append(chunk.subarray(start))
  }

  private *endElement(rest: Uint8Array): Generator<SplitLine> {
    this.element.append(rest)
    const record = this.element.flush()
    if (record !== null && (record.text === null || record.text.trim() !== '')) yield record
  }
}

const BRACKET = Uint8Array.of(OPEN_BRACKET)

/** An object, an array, a text, or the end of an empty array. */
function isRecordStart(byte: number | undefined): boolean {
  return byte === 123 || byte === OPEN_BRACKET || byte === QUOTE || byte === 93
}

function skipSpace(chunk: Uint8Array, start: number): number {
  let at = start
  while (at < chunk.length && isSpace(chunk[at])) at++
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === 0xef || byte === 0xbb || byte === 0xbf
}
