import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { DecodedLine } from './decoded-line'
import type { Envelope, Payload } from './lines/line-format'
import { LINE_FORMATS, lineFormat } from './lines/line-formats'
import { parseLine } from './parse-line'

/**
 * Decodes one line of any kind that we read.
 *
 * @param format null tells the kinds apart line by line.
 * @param receivedAt milliseconds since the epoch.
 */
export function decodeLine(line: string, format: LineFormatId | null, receivedAt: number): DecodedLine {
  const parsed = parseLine(line)
  if (parsed.kind !== 'object') return parsed
  return decodePayload(parsed, { receivedAt, time: null, logger: null, node: null }, format)
}

function decodePayload(payload: Payload, envelope: Envelope, format: LineFormatId | null): DecodedLine {
  const found = format === null ? LINE_FORMATS.find((each) => each.recognises(payload)) : lineFormat(format)
  return found === undefined ? { kind: 'ignored', reason: 'not-a-flow' } : found.decode(payload, envelope)
}
