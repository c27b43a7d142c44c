import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { RecordKind } from '@/lib/flows/source-about'
import { decodeFlowObject, isFlowLine, lineOfExportedFlow } from '../flow-line'
import { decodeGoldmaneObject, isGoldmaneObject } from '../goldmane/goldmane-json'
import { decodeWhiskerObject, isWhiskerObject } from '../goldmane/whisker-json'
import { decodeHubbleObject, isHubbleObject } from '../hubble/json-flow'
import { ACCESS_FORMATS } from './access-formats'
import type { LineFormat } from './line-format'
import { NETWORK_FORMATS } from './network-formats'

const FLOW_LINE: LineFormat = {
  id: 'flow-line',
  title: 'Our own lines',
  proof: 'specification',
  recognises: (payload) => payload.kind === 'object' && (isFlowLine(payload.body) || lineOfExportedFlow(payload.body) !== null),
  decode: (payload, { time, receivedAt }) =>
    payload.kind === 'text'
      ? { kind: 'ignored', reason: 'not-json' }
      : decodeFlowObject(lineOfExportedFlow(payload.body) ?? payload.body, time ?? receivedAt),
}

const HUBBLE: LineFormat = {
  id: 'hubble',
  title: 'Hubble JSON',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'object' && isHubbleObject(payload.body),
  decode: (payload, { time, receivedAt }) =>
    payload.kind === 'text' ? { kind: 'ignored', reason: 'not-json' } : decodeHubbleObject(payload.body, time ?? receivedAt),
}

const GOLDMANE: LineFormat = {
  id: 'goldmane',
  title: 'Goldmane rows in JSON',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'object' && isGoldmaneObject(payload.body),
  decode: (payload, { time, receivedAt }) =>
    payload.kind === 'text' ? { kind: 'ignored', reason: 'not-json' } : decodeGoldmaneObject(payload.body, time ?? receivedAt),
}

const WHISKER: LineFormat = {
  id: 'whisker',
  title: "Rows of Whisker's backend",
  proof: 'specification',
  recognises: (payload) => payload.kind === 'object' && isWhiskerObject(payload.body),
  decode: (payload) => (payload.kind === 'text' ? { kind: 'ignored', reason: 'not-json' } : decodeWhiskerObject(payload.body)),
}

/** Every kind of line that is read, in the order in which a line is tried: the surest signs first. */
export const LINE_FORMATS: readonly LineFormat[] = [FLOW_LINE, GOLDMANE, WHISKER, HUBBLE, ...NETWORK_FORMATS, ...ACCESS_FORMATS]

const BY_ID: ReadonlyMap<LineFormatId, LineFormat> = new Map(LINE_FORMATS.map((format) => [format.id, format]))

/** Values, of which the lines name one each: the formats themselves are code. */
const KINDS: ReadonlyMap<LineFormatId, RecordKind> = new Map(LINE_FORMATS.map(({ id, title, proof }) => [id, { title, proof }]))

/** What the lines of a format are for people. */
export function recordKind(id: LineFormatId): RecordKind {
  return KINDS.get(id) ?? lineFormat(id)
}

export function lineFormat(id: LineFormatId): LineFormat {
  const format = BY_ID.get(id)
  if (format === undefined) throw new RangeError(`no line format ${id}`)
  return format
}
