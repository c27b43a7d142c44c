import type { BodyRecord } from './body-record'
import { collectedRecords, isCollection } from './collected-records'
import type { LineContext } from './decode-line'
import { type JsonObject, objectOf } from './json-fields'

const NO_CONTEXT: LineContext = {}

/**
 * The records of what {@link RecordSplitter} cut out: one, mostly. What was cut as one object over several lines and is none was
 * several lines, of which one was broken; an object may hold a collection of records; and a text of JSON stands for its line.
 *
 * @param text null for what was longer than `maxRecordBytes`, which bounds collections; all else is bound by `maxLineBytes`.
 */
export function* textRecords(text: string | null, maxLineBytes: number, maxRecordBytes = maxLineBytes): Generator<BodyRecord> {
  if (text === null) {
    yield { kind: 'fault', reason: `longer than ${maxRecordBytes} bytes` }
    return
  }
  const collected = isCollection(text) ? collectedOf(text) : null
  if (collected !== null) yield* collected
  else if (text.startsWith('"')) yield recordOf(unquoted(text), maxLineBytes)
  else if (text.includes('\n') && parsed(text) === null) for (const line of text.trimEnd().split('\n')) yield recordOf(line, maxLineBytes)
  else yield recordOf(text, maxLineBytes)
}

function recordOf(record: string, maxLineBytes: number): BodyRecord {
  if (record.length > maxLineBytes) return { kind: 'fault', reason: `longer than ${maxLineBytes} bytes` }
  return { kind: 'record', record, context: NO_CONTEXT }
}

function collectedOf(text: string): Iterable<BodyRecord> | null {
  const body = parsed(text)
  return body === null ? null : collectedRecords(body)
}

/** An element of an array of lines. A line that begins with a quote by itself is what it is. */
function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : text
  } catch {
    return text
  }
}

function parsed(text: string): JsonObject | null {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return null
  }
}
