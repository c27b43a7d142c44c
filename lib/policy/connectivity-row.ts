import type { ConnectionSetId } from './connection-sets'

/**
 * What one side's policies say about every possible other end, by column. Most columns say the same: they are the rest,
 * and only the others are listed.
 */
export type ConnectivityRow = {
  /** Columns that differ from the rest, each once. */
  readonly columns: Int32Array
  /** Surely let through, by place in `columns`. */
  readonly allowed: Int32Array
  /** Let through or not, nobody can tell. Empty when that is nothing everywhere. */
  readonly unknown: Int32Array
  readonly rest: Cell
}

/** Surely allowed, and of unknown outcome. The two never overlap. */
export type Cell = { readonly allowed: ConnectionSetId; readonly unknown: ConnectionSetId }

/** Connection set ids live in plain arrays of numbers; what was never written is the empty set, which is number 0. */
export function idAt(ids: Int32Array, place: number): ConnectionSetId {
  return (ids[place] ?? 0) as ConnectionSetId
}
