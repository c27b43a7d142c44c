import type { UnchangedPairs } from '@/lib/api/diff-document'
import type { ConnectionRow, Connectivity } from '@/lib/policy/connectivity/connectivity'
import type { ConnectivityChange } from '@/lib/policy/diff/connectivity-change'
import type { Turns } from './turns'

/** Few enough to take no time; to look at the clock at each of millions would cost as much as half of the walk. */
const ROWS_AT_ONCE = 100

/** The first pairs that are allowed and that no change names, in the order of the rows, and how many there are. Holds none of the others. */
export async function unchangedPairs(
  connectivity: Pick<Connectivity, 'rows'>,
  changes: readonly Pick<ConnectivityChange, 'src' | 'dst'>[],
  maxListed: number,
  turns: Turns,
): Promise<UnchangedPairs> {
  const changed = new Map<string, Set<string>>()
  for (const { src, dst } of changes) changed.set(src, (changed.get(src) ?? new Set()).add(dst))

  const connections: ConnectionRow[] = []
  let total = 0
  let walked = 0
  for (const row of connectivity.rows()) {
    if (++walked % ROWS_AT_ONCE === 0) await turns.next()
    if (changed.get(row.src)?.has(row.dst)) continue
    total++
    if (connections.length < maxListed) connections.push(row)
  }
  return { connections, total }
}
