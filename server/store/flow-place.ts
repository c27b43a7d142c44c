import type { FlowPlace } from './flow-store'

/** Places of flows of this run are written as their ids in memory: ten letters and digits. Those of others name the run too. */
const WIDTH = 10

export function flowId({ sequence, writer }: FlowPlace, ownWriter: number): string {
  const text = sequence.toString(36).padStart(WIDTH, '0')
  return writer === ownWriter ? text : `${text}.${writer.toString(36)}`
}

/** The place that an id or a cursor names; null when it is none. */
export function readFlowId(text: string, ownWriter: number): FlowPlace | null {
  if (!/^[0-9a-z]{10}(\.[0-9a-z]{1,7})?$/.test(text)) return null
  const sequence = Number.parseInt(text.slice(0, WIDTH), 36)
  const writer = text.length === WIDTH ? ownWriter : Number.parseInt(text.slice(WIDTH + 1), 36)
  return Number.isSafeInteger(sequence) && writer <= 0xffff_ffff ? { sequence, writer } : null
}
