import type { ConnectionSetId } from './connection-sets'

/**
 * What one side's policies say about every possible other end, by column. Most columns say the same: they are the rest,
 * and only the others are listed.
 */
export type ConnectivityRow = {
  /** Columns that differ from the rest, in ascending order. */
  readonly columns: Int32Array
  /** Surely let through, by place in `columns`. */
  readonly allowed: Int32Array
  /** Let through or not, nobody can tell. Empty when that is nothing everywhere. */
  readonly unknown: Int32Array
  readonly rest: Cell
}

/** Surely allowed, and of unknown outcome. The two never overlap. */
export type Cell = { readonly allowed: ConnectionSetId; readonly unknown: ConnectionSetId }

export function cellAt(row: ConnectivityRow, column: number): Cell {
  let low = 0
  let high = row.columns.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = row.columns[middle] as number
    if (found === column) return { allowed: idAt(row.allowed, middle), unknown: idAt(row.unknown, middle) }
    if (found < column) low = middle + 1
    else high = middle - 1
  }
  return row.rest
}

/** Connection set ids live in plain arrays of numbers; what was never written is the empty set, which is number 0. */
export function idAt(ids: Int32Array, place: number): ConnectionSetId {
  return (ids[place] ?? 0) as ConnectionSetId
}
