/** One kind of object of a live cluster: how far reading it has come, and why not further. */
export type WatchedKind = {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Plural name in paths and rights, such as `networkpolicies`. */
  readonly resource: string
  readonly state: WatchState
  /** What of it may be read. */
  readonly scope: WatchScope
  /** Objects held now. */
  readonly objects: number
  /** Objects left out because they could not be read; each costs only itself. */
  readonly leftOut: number
  /** Changes taken since the start. */
  readonly events: number
  /** Times the whole list was read again after the first. */
  readonly relists: number
}

/** Times are milliseconds since the epoch. */
export type WatchState =
  /** The first list is being read; `total` is null while the server has not said how many there are. */
  | { readonly kind: 'syncing'; readonly read: number; readonly total: number | null }
  | { readonly kind: 'live'; readonly since: number }
  /** What is held is as old as `since`; it is shown, and marked. null when it could never be read: then nothing is known. */
  | { readonly kind: 'stale'; readonly since: number | null; readonly reason: string }
  /** The server refused: `verb` on the kind's resource in `namespace`, or in the whole cluster when that is null. */
  | { readonly kind: 'not-permitted'; readonly verb: 'list' | 'watch' | 'get'; readonly namespace: string | null; readonly message: string }
  /** The server does not serve the kind. */
  | { readonly kind: 'absent' }

export type WatchScope =
  | { readonly kind: 'everything' }
  /** Only these may be read, or were asked for. */
  | { readonly kind: 'namespaces'; readonly names: readonly string[] }
  /** Only these objects, as `NS/NAME`: ConfigMaps are read one by one. */
  | { readonly kind: 'objects'; readonly names: readonly string[] }

/** `GROUP/KIND`, the group empty for the core one: how `Cluster.unread` and readers name a kind. */
export function kindKey(group: string, kind: string): string {
  return `${group}/${kind}`
}
