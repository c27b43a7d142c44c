import type { Cluster } from '../model/cluster'
import { kindKey, type WatchedKind } from '../model/watched-kind'

/** How completely and how freshly a cluster is known, in one word and one sentence. */
export type ClusterSync = {
  /**
   * `live`: everything there is, kept up to date. `syncing`: the first lists are being read. `partial`: some kinds may not be
   * read. `stale`: some of what is shown is as old as `since`.
   */
  readonly state: 'live' | 'syncing' | 'partial' | 'stale'
  /** null when live. */
  readonly message: string | null
  /** Milliseconds since the epoch; null unless stale, and when something could never be read. */
  readonly since: number | null
}

const LIVE: ClusterSync = { state: 'live', message: null, since: null }
const MAX_NAMED = 3

/** Sums up the kinds of a cluster, gravest first. No kinds at all mean a cluster that is read as a whole. */
export function summariseSync(kinds: readonly WatchedKind[]): ClusterSync {
  const stale = kinds.flatMap(({ kind, state }) => (state.kind === 'stale' ? [{ ...state, name: kind }] : []))
  const [oldest] = [...stale].sort((a, b) => (a.since ?? 0) - (b.since ?? 0))
  if (oldest !== undefined) {
    const trouble = oldest.since === null ? 'could not be read' : `${stale.length === 1 ? 'is' : 'are'} not up to date`
    const message = `${listed(stale.map(({ name }) => name))} ${trouble}: ${oldest.reason}`
    return { state: 'stale', message, since: oldest.since }
  }
  const syncing = kinds.flatMap(({ kind, state }) => (state.kind === 'syncing' ? [{ ...state, name: kind }] : []))
  if (syncing.length > 0) return { state: 'syncing', message: `Reading ${listed(syncing.map(progressOf))}`, since: null }
  const refused = kinds.filter(({ state }) => state.kind === 'not-permitted')
  if (refused.length > 0) {
    return { state: 'partial', message: `Not permitted to read ${listed(refused.map(({ resource }) => resource))}`, since: null }
  }
  const limited = kinds.filter(({ scope }) => scope.kind === 'namespaces')
  if (limited.length > 0) {
    return {
      state: 'partial',
      message: `Only some namespaces may be read: ${listed(limited.map(({ resource }) => resource))}`,
      since: null,
    }
  }
  return LIVE
}

/** `GROUP/KIND` of every kind of which objects may exist that are not held, with the namespaces or objects that are. */
export function unreadKinds(kinds: readonly WatchedKind[]): Cluster['unread'] {
  return new Map(
    kinds
      .filter(({ state, scope }) => !isHeld(state) || (scope.kind !== 'everything' && state.kind !== 'absent'))
      .map(({ group, kind, state, scope }) => {
        const names = isHeld(state) && scope.kind !== 'everything' ? scope.names : []
        return [kindKey(group, kind), new Set(names)]
      }),
  )
}

function isHeld(state: WatchedKind['state']): boolean {
  return state.kind === 'stale' ? state.since !== null : state.kind !== 'syncing' && state.kind !== 'not-permitted'
}

function progressOf({ name, read, total }: { readonly name: string; readonly read: number; readonly total: number | null }): string {
  return total === null ? `${name} (${read})` : `${name} (${read} of ${total})`
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMED
  return more > 0 ? `${names.slice(0, MAX_NAMED).join(', ')} and ${more} more` : names.join(', ')
}
