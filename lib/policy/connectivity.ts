import type { ConnectionSet, UnknownReason } from './types'

export type ConnectivityOptions = {
  /** Also outside addresses, as maximal ranges; true when left out. */
  readonly external?: boolean
}

/** What one end may open towards another. Outside addresses are `ip:A-B`, or `ip:A` for one. */
export type ConnectionRow = { readonly src: string; readonly dst: string; readonly conns: ConnectionSet }

/** Connections of which the policies cannot tell. */
export type UnknownRow = ConnectionRow & { readonly reason: UnknownReason }

/**
 * The same for ends that are alike: every one of `src` towards every one of `dst` but itself. Few cells stand for the
 * rows of a whole cluster.
 */
export type ConnectivityCell = {
  readonly src: readonly string[]
  readonly dst: readonly string[]
  readonly conns: ConnectionSet
  readonly unknown: ConnectionSet
}

/**
 * Everything that the policies allow in one cluster. Ends to themselves and outside to outside are left out; a pair
 * without a row has no allowed connection.
 */
export type Connectivity = {
  readonly level: 'workload' | 'pod'
  /** The workloads or pods that have a part in it: those with an address of their own. */
  readonly ends: readonly string[]
  /** Every allowed connection, by source. At pod level of a large cluster prefer `rows`, which holds none of them. */
  readonly connections: readonly ConnectionRow[]
  readonly unknown: readonly UnknownRow[]
  rows(): Iterable<ConnectionRow>
  /** `unknown`, without holding it. */
  unknownRows(): Iterable<UnknownRow>
  /** Everything between ends of the cluster, without outside addresses; pairs that may not talk at all are left out. */
  cells(): Iterable<ConnectivityCell>
  /** What one end may open towards another; `none` also for names that are not among `ends`. */
  between(src: string, dst: string): ConnectionSet
}
