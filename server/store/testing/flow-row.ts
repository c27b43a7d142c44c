import type { Flow } from '@/lib/flows/flow'
import { type RowContext, writeFlow } from '../rows/flow-rows'
import { JsonLines } from '../rows/json-lines'

/** A flow's line as text. */
export function flowRow(flow: Flow, sequence: number, rev: number, arrivedAt: number, context: RowContext): string {
  const lines = new JsonLines()
  writeFlow(lines, flow, sequence, rev, arrivedAt, context)
  return lines.take().toString()
}
