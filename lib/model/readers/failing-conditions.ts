import type { FailingCondition } from '../cluster'
import type { Fields } from '../fields'

const TYPES = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'] as const
const NONE: readonly FailingCondition[] = []
/** The scheduler says of every machine why it does not fit. */
const MAX_MESSAGE = 200

/** The conditions of a pod's start that do not hold, first cause first. */
export function readFailingConditions(status: Fields): readonly FailingCondition[] {
  const conditions = status.list('conditions')
  const failing = TYPES.flatMap((type): readonly FailingCondition[] => {
    const found = conditions.find((condition) => condition.string('type') === type)
    if (found === undefined || found.string('status') === 'True') return []
    // The words of the others repeat what containers say.
    const message = type === 'PodScheduled' ? (found.string('message') ?? '') : ''
    return [{ type, reason: found.string('reason') ?? '', message: message.slice(0, MAX_MESSAGE) }]
  })
  return failing.length === 0 ? NONE : failing
}
