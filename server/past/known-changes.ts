import type { ChangesWanted, FoundChanges, ListedChange } from '@/lib/api/changes-document'
import { isWanted } from '@/lib/api/changes-document'
import type { ChangeLog } from '@/lib/changes/change-log'
import type { FlowKeeper } from '../flow-keeper'
import { storedChange } from './stored-change'

/** Changes that one question reads from the store. */
const MAX_STORED = 10_000
const FLUSH_MS = 2_000

export type KnownChanges = {
  readonly log: ChangeLog
  readonly keeper: FlowKeeper | null
  /** From when on the log alone has everything. */
  readonly heldFrom: number
}

/** Changes of the cluster, newest first: from the log, and from the store what came before it. Rejects with a `StoreError`. */
export async function knownChanges(
  { log, keeper, heldFrom }: KnownChanges,
  wanted: ChangesWanted,
  signal?: AbortSignal,
): Promise<FoundChanges> {
  const { from, limit } = wanted
  // The last moment counts.
  const to = wanted.to + 1
  const held = log.page({ from, to, limit, matches: (change) => isWanted(change, wanted) })
  const changes = held.changes.map((change): ListedChange => ({ id: String(change.id), change, effect: log.effectOf(change) }))
  if (keeper === null || !keeper.archive.isUsable || from >= heldFrom) return { changes, total: held.total, isCut: false }

  await keeper.archive.flush(FLUSH_MS)
  const inLog = new Set(log.page({ from: null, to: null, limit: Number.MAX_SAFE_INTEGER, matches: () => true }).changes.map(({ id }) => id))
  const stored = await keeper.store.changes({ from, to, limit: MAX_STORED }, signal)
  const older = stored.flatMap((row) => {
    if (row.writer === keeper.writer && inLog.has(row.id)) return []
    const listed = storedChange(row, row.writer === keeper.writer)
    return listed !== null && isWanted(listed.change, wanted) ? [listed] : []
  })
  const merged = [...changes, ...older].sort((a, b) => b.change.at - a.change.at)
  return { changes: merged.slice(0, limit), total: held.total + older.length, isCut: stored.length === MAX_STORED }
}
