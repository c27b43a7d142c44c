import { PROTOCOLS } from '../../model/protocol'
import type { ConnectionSet, PortRange } from '../types'

/** True when the second set allows something that the first does not. */
export function allowsMore(first: ConnectionSet, second: ConnectionSet): boolean {
  if (second === 'none' || first === 'all') return false
  if (first === 'none' || second === 'all') return true
  return PROTOCOLS.some((protocol) => !isWithin(second[protocol] ?? [], first[protocol] ?? []))
}

/** Ranges of a set are sorted and merged, so each must lie in one range of the other. */
function isWithin(inner: readonly PortRange[], outer: readonly PortRange[]): boolean {
  return inner.every(([from, to]) => outer.some(([first, last]) => first <= from && to <= last))
}
