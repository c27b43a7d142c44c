import type { DecodedLine } from './decoded-line'
import { decodeFlowObject, isFlowLine, lineOfExportedFlow } from './flow-line'
import { decodeHubbleObject } from './hubble-flow'
import { parseLine } from './parse-line'

/** Formats that a source can be told to read; null tells them apart line by line. */
export const LINE_FORMATS = ['hubble', 'flow-line'] as const
export type LineFormat = (typeof LINE_FORMATS)[number]

/** Decodes one line of any format that we read, by its fields. */
export function decodeLine(line: string, format: LineFormat | null, receivedAt: number): DecodedLine {
  const parsed = parseLine(line)
  if (parsed.kind !== 'object') return parsed
  const { body } = parsed
  if (format === 'hubble') return decodeHubbleObject(body, receivedAt)
  const exported = lineOfExportedFlow(body)
  if (exported !== null) return decodeFlowObject(exported, receivedAt)
  if (format === 'flow-line' || isFlowLine(body)) return decodeFlowObject(body, receivedAt)
  return decodeHubbleObject(body, receivedAt)
}
