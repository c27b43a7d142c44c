import type { ProtobufReader } from '../grpc/protobuf-reader'
import type { Range } from './flow-fields'

/** Characters of one text that are kept, as for JSON. */
const MAX_TEXT = 253
/** Most bytes that a character takes. */
const MAX_CHARACTER_BYTES = 4

/** The text of the field whose tag was read, or of a range, cut to `limit` characters; null when it is empty. */
export function readText(reader: ProtobufReader, place: Range | null = null, limit = MAX_TEXT): string | null {
  const text = place === null ? reader.string(limit * MAX_CHARACTER_BYTES) : textAt(reader, place, limit)
  if (text === '') return null
  return text.length > limit ? text.slice(0, limit) : text
}

function textAt(reader: ProtobufReader, { start, end }: Range, limit: number): string {
  return reader.text(start, Math.min(end, start + limit * MAX_CHARACTER_BYTES))
}

/** Adds the next item of a list of texts, unless it is empty or there are `limit` already. */
export function readTexts(reader: ProtobufReader, texts: string[], limit: number): void {
  if (texts.length >= limit) {
    reader.view()
    return
  }
  const text = readText(reader)
  if (text !== null) texts.push(text)
}
