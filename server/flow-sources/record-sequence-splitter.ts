import { LineSplitter, type SplitLine } from './line-splitter'

const LINE_FEED = 10
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_BRACKET = 91
const BACKSLASH = 92
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/**
 * Cuts records that follow one another: JSON objects, each on a line of its own, glued together or spread over lines, and lines
 * of text between them. An object that is broken ends where its line does, when that can be seen: at a line feed within a
 * string, or where the next line begins with an object that cannot belong to it.
 */
export class RecordSequenceSplitter {
  private readonly record: LineSplitter
  private state: 'between' | 'text' | 'object' = 'between'
  /** Nothing but space since the line began. */
  private isLineStart = true
  private depth = 0
  private isInString = false
  private isEscaped = false
  /** Inside of an object: the line before ended here, and nothing but space came since. */
  private isAfterLine = false
  private lastMark = 0
  /** Where in the last chunk the last line ended that belongs to no record any more; null where none did. */
  lineEnd: number | null = null

  constructor(maxRecordBytes: number) {
    this.record = new LineSplitter(maxRecordBytes)
  }

  /** Returns what follows a bracket that stands where a record begins; null when none does. */
  *push(chunk: Uint8Array): Generator<SplitLine, Uint8Array | null> {
    let start = 0
    this.lineEnd = null
    for (let at = 0; at < chunk.length; ) {
      if (this.state === 'between') {
        const byte = chunk[at] ?? 0
        if (byte === LINE_FEED) {
          this.lineEnd = at + 1
          if (this.isLineStart) yield { text: '' }
          this.isLineStart = true
        } else if (byte === OPEN_BRACKET) {
          this.isLineStart = false
          return chunk.subarray(at + 1)
        } else if (!isSpace(byte)) {
          this.state = byte === OPEN_BRACE ? 'object' : 'text'
          start = at
          continue
        }
        start = ++at
        continue
      }
      const end = this.state === 'text' ? chunk.indexOf(LINE_FEED, at) : this.endOfObject(chunk, at)
      if (end === -1) break
      this.record.append(chunk.subarray(start, end))
      const done = this.record.flush()
      if (done !== null) yield done
      this.isLineStart = false
      this.reset()
      at = end
      start = end
    }
    if (this.state !== 'between') this.record.append(chunk.subarray(start))
    return null
  }

  /** Goes on with bytes that begin a line of text, whatever they are. */
  *pushText(bytes: Uint8Array): Generator<SplitLine> {
    this.state = 'text'
    yield* this.push(bytes)
  }

  flush(): SplitLine | null {
    this.reset()
    return this.record.flush()
  }

  private reset(): void {
    this.state = 'between'
    this.depth = 0
    this.isInString = false
    this.isEscaped = false
    this.isAfterLine = false
    this.lastMark = 0
  }

  /** Where the object that is being read ends; -1 when that is beyond the chunk. */
  private endOfObject(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (this.isInString) {
        if (byte === LINE_FEED) return at
        if (this.isEscaped) this.isEscaped = false
        else if (byte === BACKSLASH) this.isEscaped = true
        else if (byte === QUOTE) this.isInString = false
        continue
      }
      if (isSpace(byte)) continue
      if (byte === LINE_FEED) {
        this.isAfterLine = true
        continue
      }
      if (byte === OPEN_BRACE) {
        if (this.isAfterLine && !mayPrecedeValue(this.lastMark)) return at
        this.depth++
      } else if (byte === CLOSE_BRACE) {
        this.depth--
        if (this.depth === 0) return at + 1
      } else if (byte === QUOTE) this.isInString = true
      this.isAfterLine = false
      this.lastMark = byte
    }
    return -1
  }
}

/** Behind these an object may stand inside of another one. */
function mayPrecedeValue(byte: number): boolean {
  return byte === COMMA || byte === COLON || byte === OPEN_BRACKET
}

/** Space within a line, and the marks of byte order that some editors put at the beginning. */
function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13 || byte === 0xef || byte === 0xbb || byte === 0xbf
}
