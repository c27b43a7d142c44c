import type { FlowPlace } from './flow-store'

/** Places of flows of this run are written as their ids in memory: ten letters and digits. Those of others name the run too. */
const WIDTH = 10
const SLOT_SECONDS = 300

export function flowId({ sequence, writer }: Pick<FlowPlace, 'sequence' | 'writer'>, ownWriter: number): string {
  const text = sequence.toString(36).padStart(WIDTH, '0')
  return writer === ownWriter ? text : `${text}.${writer.toString(36)}`
}

/** Where a page goes on, as text: the id with its run, and when the flow arrived, as far as that is known. */
export function cursorOf(place: FlowPlace, ownWriter: number): string {
  const { sequence, writer, slot } = place
  if (slot === null) return flowId(place, ownWriter)
  return `${sequence.toString(36).padStart(WIDTH, '0')}.${writer.toString(36)}.${(slot / SLOT_SECONDS).toString(36)}`
}

/** The place that an id or a cursor names; null when it is none. */
export function readFlowPlace(text: string, ownWriter: number): FlowPlace | null {
  if (!/^[0-9a-z]{10}(\.[0-9a-z]{1,7}(\.[0-9a-z]{1,6})?)?$/.test(text)) return null
  const [number = '', run, since] = text.split('.')
  const sequence = Number.parseInt(number, 36)
  const writer = run === undefined ? ownWriter : Number.parseInt(run, 36)
  const slot = since === undefined ? null : Number.parseInt(since, 36) * SLOT_SECONDS
  return Number.isSafeInteger(sequence) && writer <= 0xffff_ffff && (slot ?? 0) <= 0xffff_ffff ? { slot, sequence, writer } : null
}

/**
 * Ids sort by arrival over several runs: a run takes fewer than a million numbers a second.
 *
 * @param startedAt milliseconds since the epoch
 */
export function firstSequence(startedAt: number): number {
  return Math.floor(startedAt / 1000) * 2 ** 20
}
