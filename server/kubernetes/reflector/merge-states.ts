import type { WatchState } from '@/lib/model/watched-kind'

/** The state of a kind that is read in several parts: as good as the worst of them. Refused parts do not count; see `WatchScope`. */
export function mergeStates(states: readonly WatchState[]): WatchState | null {
  const counted = states.filter(({ kind }) => kind !== 'not-permitted' && kind !== 'absent')
  const [first] = counted
  if (first === undefined) return states.find(({ kind }) => kind === 'not-permitted') ?? states[0] ?? null
  const syncing = counted.flatMap((state) => (state.kind === 'syncing' ? [state] : []))
  if (syncing.length > 0) return { kind: 'syncing', read: syncing.reduce((sum, { read }) => sum + read, 0), total: null }
  const stale = counted.flatMap((state) => (state.kind === 'stale' ? [state] : []))
  return (
    stale.reduce<WatchState | null>(
      (oldest, state) => (oldest?.kind === 'stale' && (oldest.since ?? 0) <= (state.since ?? 0) ? oldest : state),
      null,
    ) ?? youngest(counted)
  )
}

function youngest(states: readonly WatchState[]): WatchState | null {
  return states.reduce<WatchState | null>(
    (found, state) => (state.kind === 'live' && (found?.kind !== 'live' || state.since > found.since) ? state : found),
    null,
  )
}
