import { type ClassKind, type ClassKinds, FAMILY_BITS } from './class-kinds'
import { type ConnectivityRow, idAt } from './connectivity-row'
import type { RowTable } from './row-table'

/** What every ingress row says about one source, by number of the row. */
export type IngressColumn = { readonly allowed: Int32Array; readonly unknown: Int32Array }

/** The ingress rows turned over: by source instead of by destination. */
export class IngressColumns {
  /** By family bit, the number of the ingress row of each kind. */
  readonly rowOf: ReadonlyMap<number, Int32Array>
  /** By family bit, kinds that let in something from sources that their row does not list. */
  private readonly open: ReadonlyMap<number, readonly number[]>
  /** By family bit and row, the kinds with that row. */
  private readonly kindsOf: ReadonlyMap<number, readonly (readonly number[])[]>
  private readonly rest: IngressColumn
  /** By kind, the rows that list its class, and at which place. */
  private readonly listing: readonly (readonly { readonly row: number; readonly place: number }[])[]

  constructor(
    private readonly kinds: ClassKinds,
    table: RowTable,
  ) {
    const { all, ingressRows, kindAt } = kinds
    const numbers = new Map(ingressRows.map((row, number) => [row, number]))
    const rowOf = new Map<number, Int32Array>()
    const open = new Map<number, number[]>()
    const kindsOf = new Map<number, number[][]>()
    for (const [family, bit] of FAMILY_BITS) {
      const rows = new Int32Array(all.length)
      const sharing: number[][] = ingressRows.map(() => [])
      for (const { id, podClass, families } of all) {
        if ((families & bit) === 0) continue
        const row = table.row(podClass, 'ingress', family)
        rows[id] = numbers.get(row) ?? 0
        sharing[rows[id] as number]?.push(id)
      }
      rowOf.set(bit, rows)
      kindsOf.set(bit, sharing)
      open.set(
        bit,
        ingressRows.flatMap((row, number) => (isClosed(row) ? [] : (sharing[number] ?? []))),
      )
    }
    this.rowOf = rowOf
    this.open = open
    this.kindsOf = kindsOf
    this.rest = {
      allowed: Int32Array.from(ingressRows, (row) => row.rest.allowed),
      unknown: Int32Array.from(ingressRows, (row) => row.rest.unknown),
    }
    const listing: { row: number; place: number }[][] = all.map(() => [])
    ingressRows.forEach(({ columns }, row) => {
      for (let place = 0; place < columns.length; place++) {
        const kind = kindAt[columns[place] as number] as number
        if (kind >= 0) listing[kind]?.push({ row, place })
      }
    })
    this.listing = listing
  }

  at({ id }: ClassKind): IngressColumn {
    const allowed = this.rest.allowed.slice()
    const unknown = this.rest.unknown.slice()
    for (const { row, place } of this.listing[id] ?? []) {
      const listed = this.kinds.ingressRows[row]
      if (listed === undefined) continue
      allowed[row] = idAt(listed.allowed, place)
      unknown[row] = idAt(listed.unknown, place)
    }
    return { allowed, unknown }
  }

  /** Every kind that lets in something from the source over that family, each once; others may be among them. */
  *letting({ id }: ClassKind, bit: number): Iterable<number> {
    yield* this.open.get(bit) ?? []
    for (const { row } of this.listing[id] ?? []) {
      const listed = this.kinds.ingressRows[row]
      if (listed !== undefined && isClosed(listed)) yield* this.kindsOf.get(bit)?.[row] ?? []
    }
  }
}

/** True for a row that lets nothing through but what it lists. */
export function isClosed({ rest }: ConnectivityRow): boolean {
  return rest.allowed === 0 && rest.unknown === 0
}
