import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { ObservedFlow } from '@/lib/flows/flow'
import { decodeRecord, type LineContext } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import type { Logger } from '../lines/line-format'

/** Our clock in tests of lines. */
export const RECEIVED_AT = Date.UTC(2026, 4, 4, 10)

export const aLogger = (over: Partial<Logger> = {}): Logger => ({
  namespace: 'shop',
  pod: 'web-1',
  container: 'istio-proxy',
  ip: null,
  ...over,
})

/** The flows of a line or record of any kind; an error when it is none. */
export function flowsOf(line: unknown, context: LineContext = {}, format: LineFormatId | null = null): readonly ObservedFlow[] {
  const decoded = decodedOf(line, context, format)
  if (decoded.kind === 'flow') return [decoded.flow]
  if (decoded.kind === 'flows') return decoded.flows
  throw new Error(`no flow: ${decoded.kind} ${'reason' in decoded ? decoded.reason : ''}`)
}

/** The one flow of a line. */
export function flowOf(line: unknown, context: LineContext = {}, format: LineFormatId | null = null): ObservedFlow {
  const flows = flowsOf(line, context, format)
  const [only] = flows
  if (only === undefined || flows.length > 1) throw new Error(`${flows.length} flows`)
  return only
}

/** What a line or record turns out to be. `format`: null tells the kinds apart. */
export function decodedOf(line: unknown, context: LineContext = {}, format: LineFormatId | null = null): DecodedLine {
  return decodeRecord(line, format, RECEIVED_AT, context)
}
