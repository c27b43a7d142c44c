import type { Condition } from '../condition'
import type { Fields } from '../fields'

/** Longest text of a controller that is kept. */
const MAX_MESSAGE = 300

/**
 * The condition of a type; null when the controller did not state it, or stated it of an older generation than the object
 * has now. `Unknown` counts as not stated.
 */
export function readCondition(conditions: readonly Fields[], type: string, generation: number | null): Condition | null {
  const found = conditions.find((candidate) => candidate.string('type') === type)
  if (found === undefined) return null
  const observed = found.integer('observedGeneration', 0, Number.MAX_SAFE_INTEGER)
  if (generation !== null && observed !== null && observed < generation) return null
  const status = found.string('status')
  if (status !== 'True' && status !== 'False') return null
  return { ok: status === 'True', reason: found.string('reason') ?? '', message: (found.string('message') ?? '').slice(0, MAX_MESSAGE) }
}
