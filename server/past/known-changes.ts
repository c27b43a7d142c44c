import type { ChangesWanted, FoundChanges, ListedChange } from '@/lib/api/changes-document'
import { isWanted } from '@/lib/api/changes-document'
import type { ChangeLog } from '@/lib/changes/change-log'
import type { FlowStore } from '../store/flow-store'
import { storedChange } from './stored-change'

/** Changes that one question reads from the store. */
const MAX_STORED = 10_000
const FLUSH_MS = 2_000

export type KnownChanges = {
  readonly log: ChangeLog
  /** What is kept behind it; null where nothing is. */
  readonly keeper: {
    readonly writer: number
    readonly archive: { readonly isUsable: boolean; flush(ms: number): Promise<unknown> }
    readonly store: Pick<FlowStore, 'changes'>
  } | null
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
  const told = withoutRepeats([...changes, ...older].sort((a, b) => b.change.at - a.change.at))
  const repeats = changes.length + older.length - told.length
  return { changes: told.slice(0, limit), total: held.total + older.length - repeats, isCut: stored.length === MAX_STORED }
}

/** Servers that watch one cluster each tell what they learn, within this time of each other. */
const LEARNED_MS = 30_000

/** Each change once, though several servers wrote it down; where they differ, by one that says what it did. */
function withoutRepeats(changes: readonly ListedChange[]): readonly ListedChange[] {
  const kept: ListedChange[] = []
  /** The newest of each kind, by its place in `kept`. */
  const places = new Map<string, number>()
  for (const listed of changes) {
    const { topic, type, ref, fields } = listed.change
    const key = JSON.stringify([topic, type, ref, fields])
    const place = places.get(key)
    const known = place === undefined ? undefined : kept[place]
    const isRepeat = known !== undefined && writerOf(known) !== writerOf(listed) && known.change.at - listed.change.at < LEARNED_MS
    if (!isRepeat) places.set(key, kept.push(listed) - 1)
    else if (place !== undefined && known.effect.verdicts.state !== 'computed') kept[place] = listed
  }
  return kept
}

function writerOf({ id }: ListedChange): string {
  return id.slice(id.indexOf('.') + 1 || id.length)
}
