import type { LineFormatId } from '@/lib/api/line-format-ids'
import { familyOfFormat } from '@/lib/flows/source-rank'
import type { DecodedLine } from './decoded-line'
import { objectOf } from './json-fields'
import type { Envelope, LineFormat, Logger, Payload } from './lines/line-format'
import { LINE_FORMATS, lineFormat, recordKind } from './lines/line-formats'
import type { LineMemory } from './lines/line-memory'
import { type Layer, unwrap } from './lines/unwrap'

/** What is known of a record before it is read. */
export type LineContext = {
  /** The time that came with the record from outside of it (of a Forward message, of an OTLP record), in milliseconds. */
  readonly time?: number | null
  /** Who wrote it, where the place it came from says so. */
  readonly logger?: Logger | null
  readonly node?: string | null
  /** What the source remembers from line to line; without it the line is read on its own. */
  readonly memory?: LineMemory | null
  /** Tells the lines of one sender, or of one body, from those of others that share the memory. */
  readonly sender?: string
}

const NOTHING: LineContext = {}

/**
 * Decodes one line of any kind that we read, whatever wraps it. Never throws.
 *
 * @param format null tells the kinds apart line by line.
 * @param receivedAt milliseconds since the epoch, by our clock.
 */
export function decodeLine(line: string, format: LineFormatId | null, receivedAt: number, context = NOTHING): DecodedLine {
  return decodePayload({ kind: 'text', text: line }, format, receivedAt, context)
}

/** Decodes one record that is parsed already, as MessagePack and OTLP bring it: an object, or the text of a line. Never throws. */
export function decodeRecord(record: unknown, format: LineFormatId | null, receivedAt: number, context = NOTHING): DecodedLine {
  if (typeof record === 'string') return decodeLine(record, format, receivedAt, context)
  const body = objectOf(record)
  return body === null ? { kind: 'ignored', reason: 'not-a-flow' } : decodePayload({ kind: 'object', body }, format, receivedAt, context)
}

function decodePayload(payload: Payload, format: LineFormatId | null, receivedAt: number, context: LineContext): DecodedLine {
  const { time = null, logger = null, node = null, memory = null, sender = '' } = context
  const unwrapped = unwrap(payload, { receivedAt, time, logger, node }, memory?.partials ?? null, sender)
  switch (unwrapped.kind) {
    case 'empty':
      return { kind: 'ignored', reason: 'empty-line' }
    case 'waiting':
      return { kind: 'ignored', reason: 'partial-line' }
    case 'too-long':
      return { kind: 'rejected', reason: 'longer than 262144 characters when joined' }
    case 'broken':
      return { kind: 'rejected', reason: 'not JSON' }
    case 'layers': {
      const found = format === null ? findFormat(unwrapped.layers, LINE_FORMATS) : findFormat(unwrapped.layers, [lineFormat(format)])
      if (found !== null) return ofFormat(found.format, found.format.decode(found.payload, found.envelope, memory))
      if (unwrapped.isBroken) return { kind: 'rejected', reason: 'not JSON' }
      const innermost = unwrapped.layers.findLast((layer) => layer.payload.kind === 'object') ?? unwrapped.layers.at(-1)
      // A format that was named decides about what it does not know, too.
      if (format !== null && innermost !== undefined) {
        const named = lineFormat(format)
        return ofFormat(named, named.decode(innermost.payload, innermost.envelope, memory))
      }
      return { kind: 'ignored', reason: 'not-a-flow' }
    }
  }
}

/** Lines of several kinds may come from one source: they count differently well, and their reading is proved differently far. */
function ofFormat(format: LineFormat, line: DecodedLine): DecodedLine {
  if (line.kind !== 'flow' && line.kind !== 'flows') return line
  const family = familyOfFormat(format.id)
  // The records were made for this line alone; copying them would cost as much as the rest of a short line.
  if (family !== null) {
    // A format of records of several kinds says it itself.
    for (const flow of line.kind === 'flow' ? [line.flow] : line.flows) if (flow.family === undefined) Object.assign(flow, { family })
  }
  return Object.assign(line, { readAs: recordKind(format.id) })
}

type Found = { readonly format: LineFormat; readonly payload: Payload; readonly envelope: Envelope }

/** The outermost layer that one of the formats knows. */
function findFormat(layers: readonly Layer[], formats: readonly LineFormat[]): Found | null {
  for (const { payload, envelope } of layers) {
    for (const format of formats) if (format.recognises(payload)) return { format, payload, envelope }
  }
  return null
}
