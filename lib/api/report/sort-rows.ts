import { compareText } from '../../model/compare-text'
import { formatAddressRange } from '../../policy/address-set'
import type { ConnectionRow, Connectivity, OutsideCell, UnknownRow } from '../../policy/connectivity/connectivity'
import { isOutsideName } from './join-outside'

/** Every allowed connection, sorted by source and destination, one source at a time in memory. */
export function sortedConnections(found: Connectivity): Iterable<ConnectionRow> {
  return sortRows(found.rows(), () => fromOutside(found, ({ conns }, src, dst) => (conns === 'none' ? null : { src, dst, conns })))
}

/** The same of what the policies cannot tell. */
export function sortedUnknown(found: Connectivity): Iterable<UnknownRow> {
  return sortRows(found.unknownRows(), () =>
    fromOutside(found, ({ unknown, reason }, src, dst) => (unknown === 'none' ? null : { src, dst, conns: unknown, reason: reason() })),
  )
}

function fromOutside<Row>(found: Connectivity, rowOf: (cell: OutsideCell, src: string, dst: string) => Row | null): Row[] {
  const rows: Row[] = []
  for (const cell of found.outside()) {
    if (cell.direction === 'egress') continue
    const src = `ip:${formatAddressRange(cell.family, cell.range)}`
    for (const dst of cell.ends) {
      const row = rowOf(cell, src, dst)
      if (row !== null) rows.push(row)
    }
  }
  return rows
}

/**
 * `rows` come by source; those from outside stand between them, so they are taken from `outside` before, which holds
 * them all.
 */
function* sortRows<Row extends ConnectionRow>(rows: Iterable<Row>, outside: () => Row[]): Iterable<Row> {
  const waiting = outside().sort((a, b) => compareText(a.src, b.src) || compareText(a.dst, b.dst))
  let next = 0
  let group: Row[] = []
  function* flush(): Iterable<Row> {
    const [first] = group
    if (first === undefined) return
    for (let row = waiting[next]; row !== undefined && row.src < first.src; row = waiting[++next]) yield row
    yield* group.sort((a, b) => compareText(a.dst, b.dst))
    group = []
  }
  for (const row of rows) {
    if (isOutsideName(row.src)) continue
    if (group[0] !== undefined && group[0].src !== row.src) yield* flush()
    group.push(row)
  }
  yield* flush()
  for (; next < waiting.length; next++) {
    const row = waiting[next]
    if (row !== undefined) yield row
  }
}
