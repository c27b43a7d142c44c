import type { ConnectivityChange } from '../policy/diff/connectivity-change'

/** Pairs of ends by what happens to them. */
export type ChangeTotals = {
  /** Nothing was allowed, now something is. */
  readonly opened: number
  /** Something was allowed, now nothing is. */
  readonly closed: number
  /** Other ports are allowed than before. */
  readonly altered: number
  /** Pairs with an end that appears or disappears: no policy made that difference. */
  readonly byWorkloads: number
}

export type ChangeClass = keyof ChangeTotals

export function classOfChange({ type, workloadChange }: Pick<ConnectivityChange, 'type' | 'workloadChange'>): ChangeClass {
  if (workloadChange !== null) return 'byWorkloads'
  return type === 'added' ? 'opened' : type === 'removed' ? 'closed' : 'altered'
}

export function countChanges(changes: readonly ConnectivityChange[]): ChangeTotals {
  const totals = { opened: 0, closed: 0, altered: 0, byWorkloads: 0 }
  for (const change of changes) totals[classOfChange(change)]++
  return totals
}
