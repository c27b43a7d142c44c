import type { DecodedLine } from './decoded-line'
import { type JsonObject, objectOf } from './json-fields'

/** How deep log shippers may have wrapped a record in `{"log": "..."}`. */
const MAX_WRAPS = 2

export type ParsedLine = { readonly kind: 'object'; readonly body: JsonObject } | Exclude<DecodedLine, { readonly kind: 'flow' | 'flows' }>

/**
 * Reads the JSON object of a line, out of a log shipper's `{"log": "..."}` when there is one. A line of plain text (an
 * agent's own log between its records) is ignored; one that begins as an object and is none is rejected.
 */
export function parseLine(line: string): ParsedLine {
  let text = line
  for (let wraps = 0; ; wraps++) {
    text = text.trim()
    if (text === '') return { kind: 'ignored', reason: 'empty-line' }
    if (!text.startsWith('{')) return { kind: 'ignored', reason: 'not-json' }
    let body: JsonObject | null
    try {
      body = objectOf(JSON.parse(text))
    } catch {
      return { kind: 'rejected', reason: 'not JSON' }
    }
    if (body === null) return { kind: 'ignored', reason: 'not-a-flow' }
    if (wraps >= MAX_WRAPS || typeof body.log !== 'string' || body.flow !== undefined) return { kind: 'object', body }
    text = body.log
  }
}
