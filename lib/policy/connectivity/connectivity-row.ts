import type { ConnectionSetId, ConnectionSets } from '../connection-sets'

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
  /** The same object in rows that say the same of every column that both know. */
  readonly core: object
}

/** Surely allowed, and of unknown outcome. The two never overlap. */
export type Cell = { readonly allowed: ConnectionSetId; readonly unknown: ConnectionSetId }

/** The row with what `added` says of some more columns. */
export function extendRow(row: ConnectivityRow, added: ConnectivityRow, columns: readonly number[]): ConnectivityRow {
  const cells = columns.map((column) => ({ column, ...cellAt(added, column) }))
  const differing = cells.filter(({ allowed, unknown }) => allowed !== row.rest.allowed || unknown !== row.rest.unknown)
  if (differing.length === 0) return row
  const isUncertain = row.unknown.length > 0 || differing.some(({ unknown }) => unknown !== 0)
  const before = row.unknown.length > 0 ? row.unknown : new Int32Array(row.columns.length)
  return {
    columns: Int32Array.from([...row.columns, ...differing.map(({ column }) => column)]),
    allowed: Int32Array.from([...row.allowed, ...differing.map(({ allowed }) => allowed)]),
    unknown: isUncertain ? Int32Array.from([...before, ...differing.map(({ unknown }) => unknown)]) : row.unknown,
    rest: row.rest,
    core: row.core,
  }
}

/** Both sides must let a connection through; it is unknown where one perhaps does and the other does not surely forbid it. */
export function meet(out: Cell, into: Cell, sets: ConnectionSets): Cell {
  const allowed = sets.intersect(out.allowed, into.allowed)
  if (out.unknown === sets.none && into.unknown === sets.none) return { allowed, unknown: sets.none }
  const possible = sets.intersect(sets.union(out.allowed, out.unknown), sets.union(into.allowed, into.unknown))
  return { allowed, unknown: sets.subtract(possible, allowed) }
}

export function cellAt(row: ConnectivityRow, column: number): Cell {
  const place = row.columns.indexOf(column)
  return place < 0 ? row.rest : { allowed: idAt(row.allowed, place), unknown: idAt(row.unknown, place) }
}

/** The columns that differ from the rest, with their cells. */
export function* listed({ columns, allowed, unknown }: ConnectivityRow): Iterable<[column: number, cell: Cell]> {
  for (const [place, column] of columns.entries()) yield [column, { allowed: idAt(allowed, place), unknown: idAt(unknown, place) }]
}

/** Connection set ids live in plain arrays of numbers; what was never written is the empty set, which is number 0. */
export function idAt(ids: Int32Array, place: number): ConnectionSetId {
  return (ids[place] ?? 0) as ConnectionSetId
}
