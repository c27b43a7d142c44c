import type { UnknownReason } from './types'

/** Three-valued: `yes`, `no`, or the reason why the policies cannot tell. */
export type Truth = 'yes' | 'no' | UnknownReason

export function isMaybe(truth: Truth): truth is UnknownReason {
  return truth !== 'yes' && truth !== 'no'
}

/** Both hold. Of two uncertain parts the first names the reason. */
export function both(first: Truth, second: Truth): Truth {
  if (first === 'no' || second === 'no') return 'no'
  return first === 'yes' ? second : first
}

/** At least one holds. */
export function either(first: Truth, second: Truth): Truth {
  if (first === 'yes' || second === 'yes') return 'yes'
  return first === 'no' ? second : first
}

export function not(truth: Truth): Truth {
  if (truth === 'yes') return 'no'
  return truth === 'no' ? 'yes' : truth
}
