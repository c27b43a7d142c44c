import { compareText } from '../../model/compare-text'
import type { ConnectionRow, UnknownRow } from '../../policy/connectivity/connectivity'
import type { Basis } from './basis'
import { isOutsideName, joinOutside } from './join-outside'

/** The whole connectivity on its way to a reader: rows come one by one, because there may be millions. */
export type ConnectivityReport = {
  readonly level: 'workload' | 'pod'
  readonly basis: Basis
  /** The workloads or pods that were asked about, sorted. */
  readonly ends: readonly string[]
  /** In the order of {@link orderRows}; may be read once. */
  readonly connections: Iterable<ConnectionRow>
  readonly unknown: Iterable<UnknownRow>
  /** True when rows were left out for the limit; known once both lists have been read. */
  readonly isCut: () => boolean
}

/** The same rows for people: every address outside is one end, where all of them have the same. */
export function joinRows<Row extends ConnectionRow>(rows: Iterable<Row>): Iterable<Row> {
  return joinOutside(rows, (a, b) => a.conns === b.conns || JSON.stringify(a.conns) === JSON.stringify(b.conns))
}

/** By source and destination as the engine gives them, with what comes from outside last, sorted. */
export function* orderRows<Row extends ConnectionRow>(rows: Iterable<Row>): Iterable<Row> {
  const fromOutside: Row[] = []
  for (const row of rows) {
    if (isOutsideName(row.src)) fromOutside.push(row)
    else yield row
  }
  yield* fromOutside.sort((a, b) => compareText(a.src, b.src) || compareText(a.dst, b.dst))
}

/** Lets rows through until there were `max`, over all lists that share it. */
export class RowLimit {
  isCut = false
  private passed = 0

  constructor(private readonly max: number) {}

  *take<Row>(rows: Iterable<Row>): Iterable<Row> {
    // Looking for one row more may take as long as all that came before.
    if (this.isCut) return
    for (const row of rows) {
      if (this.passed >= this.max) {
        this.isCut = true
        return
      }
      this.passed++
      yield row
    }
  }
}
