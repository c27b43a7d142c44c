import type { Flow } from '../flows/flow'
import type { FlowDocument } from './documents'
import { printTime } from './print-time'

/** A flow as the API writes it. */
export function flowDocument({ windowTime: _, time, ...flow }: Flow): FlowDocument {
  return { ...flow, time: printTime(time) }
}
