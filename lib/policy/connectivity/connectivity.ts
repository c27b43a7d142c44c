import type { AddressFamily, AddressRange } from '../address-set'
import type { ConnectionSet, Direction, UnknownReason } from '../types'

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
  /** Why `unknown` is. */
  readonly reason: () => UnknownReason
}

/** What ends that are alike may open towards (`egress`) or let in from (`ingress`) one range of outside addresses. */
export type OutsideCell = {
  readonly ends: readonly string[]
  readonly direction: Direction
  readonly family: AddressFamily
  readonly range: AddressRange
  readonly conns: ConnectionSet
  readonly unknown: ConnectionSet
  readonly reason: () => UnknownReason
}

/**
 * Everything that the policies allow in one cluster. Ends to themselves and outside to outside are left out; a pair
 * without a row has no allowed connection.
 */
export type Connectivity = {
  readonly level: 'workload' | 'pod'
  /** The workloads or pods that have a part in it: those with an address of their own. */
  readonly ends: readonly string[]
  /** The same in lists of those that are alike. */
  readonly groups: readonly (readonly string[])[]
  /** Every allowed connection, by source. At pod level of a large cluster prefer `rows`, which holds none of them. */
  readonly connections: readonly ConnectionRow[]
  readonly unknown: readonly UnknownRow[]
  rows(): Iterable<ConnectionRow>
  /** `unknown`, without holding it. */
  unknownRows(): Iterable<UnknownRow>
  /** Everything between ends of the cluster, without outside addresses; pairs that may not talk at all are left out. */
  cells(): Iterable<ConnectivityCell>
  /** Everything with outside addresses, as maximal ranges; empty when they were not asked for. */
  outside(): Iterable<OutsideCell>
  /** What one end may open towards another; `none` also for names that are not among `ends`. */
  between(src: string, dst: string): ConnectionSet
}
