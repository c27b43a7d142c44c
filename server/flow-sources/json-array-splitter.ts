import { LineSplitter, type SplitLine } from './line-splitter'

const OPEN_BRACKET = 91
const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44

/**
 * Cuts the elements out of a JSON array, from behind its opening bracket on, by counting brackets outside of strings, in one
 * pass. What is left when the array was not closed is a record of its own and fails as JSON.
 */
export class JsonArraySplitter {
  private hasEnded = false
  private depth = 0
  private isInString = false
  private isEscaped = false
  private readonly element: LineSplitter

  constructor(maxRecordBytes: number) {
    this.element = new LineSplitter(maxRecordBytes)
  }

  *push(chunk: Uint8Array): Generator<SplitLine> {
    let start = 0
    for (let index = 0; index < chunk.length; index++) {
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

  flush(): SplitLine | null {
    return this.element.flush()
  }

  private *endElement(rest: Uint8Array): Generator<SplitLine> {
    this.element.append(rest)
    const record = this.element.flush()
    if (record !== null && (record.text === null || record.text.trim() !== '')) yield record
  }
}
