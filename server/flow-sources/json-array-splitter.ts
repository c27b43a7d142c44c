import { LineSplitter, type SplitLine } from './line-splitter'

const LINE_FEED = 10
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/**
 * Cuts the elements out of one JSON array, from behind its opening bracket on, by counting brackets outside of strings, in one
 * pass. An array that is broken ends where its line does, when that can be seen: at a line feed within a string, or where the
 * next line begins with what cannot go on with it.
 */
export class JsonArraySplitter {
  private depth = 0
  private isInString = false
  private isEscaped = false
  /** A line ended, and nothing but space came since. */
  private isAfterLine = false
  private lastMark = OPEN_BRACKET
  private readonly element: LineSplitter

  constructor(maxRecordBytes: number) {
    this.element = new LineSplitter(maxRecordBytes)
  }

  /** Returns what follows the end of the array; null when that has not come. */
  *push(chunk: Uint8Array): Generator<SplitLine, Uint8Array | null> {
    let start = 0
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0
      if (this.isInString) {
        if (byte === LINE_FEED) {
          yield* this.endElement(chunk.subarray(start, index))
          return chunk.subarray(index)
        }
        if (this.isEscaped) this.isEscaped = false
        else if (byte === BACKSLASH) this.isEscaped = true
        else if (byte === QUOTE) this.isInString = false
        continue
      }
      if (byte === 32 || byte === 9 || byte === 13) continue
      if (byte === LINE_FEED) {
        this.isAfterLine = true
        continue
      }
      if (this.isAfterLine && !mayFollow(this.lastMark, byte)) {
        yield* this.endElement(chunk.subarray(start, index))
        return chunk.subarray(index)
      }
      this.isAfterLine = false
      this.lastMark = byte
      if (byte === QUOTE) this.isInString = true
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.depth++
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (this.depth > 0) this.depth--
        else if (byte === CLOSE_BRACKET) {
          yield* this.endElement(chunk.subarray(start, index))
          return chunk.subarray(index + 1)
        }
      } else if (byte === COMMA && this.depth === 0) {
        yield* this.endElement(chunk.subarray(start, index))
        start = index + 1
      }
    }
    this.element.append(chunk.subarray(start))
    return null
  }

  /** What is left when the array was not closed. */
  flush(): SplitLine | null {
    return this.element.flush()
  }

  private *endElement(rest: Uint8Array): Generator<SplitLine> {
    this.element.append(rest)
    const record = this.element.flush()
    if (record !== null && (record.text === null || record.text.trim() !== '')) yield record
  }
}

/** Whether JSON may go on so on a line of its own. */
function mayFollow(mark: number, next: number): boolean {
  if (mark === COMMA || mark === COLON || mark === OPEN_BRACKET || mark === OPEN_BRACE) return true
  return next === COMMA || next === COLON || next === CLOSE_BRACKET || next === CLOSE_BRACE
}
