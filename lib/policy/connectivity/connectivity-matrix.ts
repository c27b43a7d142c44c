import { ADDRESS_FAMILIES, type AddressFamily, type AddressRange, type AddressSet, splitAtBounds } from '../address-set'
import { anyPodOf } from '../end'
import type { Evaluation } from '../evaluation'
import { MeshMask } from '../mesh/mesh-mask'
import type { PodClasses } from '../pod-classes'
import type { Direction } from '../types'
import { CellList } from './cell-list'
import { BITS, type ClassKind, type ClassKinds, FAMILY_BITS, findKinds, sharedFamilies } from './class-kinds'
import { OutsideColumns, type OutsidePart, outsideEnd } from './columns'
import { type Cell, type ConnectivityRow, idAt, meet } from './connectivity-row'
import { IngressColumns, isClosed } from './ingress-columns'
import { RowTable } from './row-table'

export type MatrixInput = {
  readonly classes: PodClasses
  readonly evaluation: Evaluation
  /** The address sets that policies name. */
  readonly addresses: readonly AddressSet[]
  /** Rows towards every class. */
  readonly rows: RowTable
}

/** Maximal ranges of outside addresses with equal cells. */
export type OutsideRange = OutsidePart & { readonly cell: Cell }

/** Both sides of every connection together: what classes of pods may open towards each other and the outside. */
export class ConnectivityMatrix {
  readonly kinds: ClassKinds
  private readonly table: RowTable
  private readonly found: CellList
  private readonly ingress: IngressColumns
  private readonly mask: MeshMask
  /** The address space in parts between which no policy tells addresses apart; made when somebody asks for the outside. */
  private outsideRows: { readonly parts: readonly OutsidePart[]; readonly table: RowTable } | null = null

  constructor(private readonly input: MatrixInput) {
    const { classes, evaluation, addresses, rows } = input
    this.table = rows
    this.kinds = findKinds(classes, this.table, addresses.length > 0, (podClass) => evaluation.mesh.kindOf(podClass))
    this.mask = new MeshMask(evaluation.mesh, evaluation.sets)
    this.ingress = new IngressColumns(this.kinds, this.table)
    this.found = new CellList(this.kinds.all.length, evaluation.sets)
  }

  /** What one kind may open towards every other, and its pods towards each other, by kind id. Good until the next call. */
  from(source: ClassKind): CellList {
    const { found } = this
    const { sets } = this.input.evaluation
    const isMasked = this.input.evaluation.mesh.isLimiting
    const end = anyPodOf(source.podClass)
    const { all, kindAt } = this.kinds
    found.clear()
    const into = this.ingress.at(source)
    for (const [family, bit] of FAMILY_BITS) {
      if ((source.families & bit) === 0) continue
      const egress = this.table.row(source.podClass, 'egress', family)
      const out = expand(egress, all.length, kindAt)
      const rowOf = this.ingress.rowOf.get(bit) ?? NO_IDS
      const targets = isClosed(egress) ? egress.columns : this.ingress.letting(source, bit)
      for (const listed of targets) {
        const target = isClosed(egress) ? (kindAt[listed] as number) : listed
        if (target < 0 || (sharedFamilies(source.families, (all[target] as ClassKind).families) & bit) === 0) continue
        const row = rowOf[target] as number
        const outward = { allowed: idAt(out.allowed, target), unknown: idAt(out.unknown, target) }
        const met = meet(outward, { allowed: idAt(into.allowed, row), unknown: idAt(into.unknown, row) }, sets)
        const { podClass } = all[target] as ClassKind
        const cell = isMasked ? this.mask.apply(met, end, podClass, family) : met
        found.unite(target, cell.allowed, cell.unknown)
      }
    }
    return found
  }

  /** Maximal ranges outside with equal cells, towards (`egress`) or from (`ingress`) the pods of some kinds. */
  outside(kinds: readonly ClassKind[], direction: Direction): readonly OutsideRange[] {
    const { sets } = this.input.evaluation
    const { parts, table } = this.outsideTable()
    const found = new CellList(parts.length, sets)
    for (const family of ADDRESS_FAMILIES) {
      for (const { podClass, speaks } of kinds) {
        // A pod with addresses of one family only cannot talk to the other.
        if ((speaks & BITS[family]) === 0) continue
        const cells = expand(table.row(podClass, direction, family), parts.length, null)
        parts.forEach((part, place) => {
          if (part.family !== family) return
          const reached = { allowed: idAt(cells.allowed, place), unknown: idAt(cells.unknown, place) }
          const met = direction === 'ingress' ? this.mask.apply(reached, outsideEnd(part), podClass, family) : reached
          found.unite(place, met.allowed, met.unknown)
        })
      }
    }
    const merged: { family: AddressFamily; range: AddressRange; cell: Cell }[] = []
    parts.forEach(({ family, range }, place) => {
      const cell = { allowed: found.allowedAt(place), unknown: found.unknownAt(place) }
      const last = merged.at(-1)
      if (last !== undefined && last.family === family && last.cell.allowed === cell.allowed && last.cell.unknown === cell.unknown) {
        last.range = { first: last.range.first, last: range.last }
      } else {
        merged.push({ family, range, cell })
      }
    })
    return merged.filter(({ cell }) => cell.allowed !== sets.none || cell.unknown !== sets.none)
  }

  private outsideTable(): NonNullable<typeof this.outsideRows> {
    if (this.outsideRows === null) {
      const { evaluation, addresses } = this.input
      const parts = ADDRESS_FAMILIES.flatMap((family) => splitAtBounds(family, addresses).map((range) => ({ family, range })))
      this.outsideRows = { parts, table: new RowTable(new OutsideColumns(parts, evaluation.matcher), evaluation) }
    }
    return this.outsideRows
  }
}

/** The cells of a row one by one, at the place that each column has; -1 for columns that are not wanted. */
function expand(
  row: ConnectivityRow,
  size: number,
  placeOf: Int32Array | null,
): { readonly allowed: Int32Array; readonly unknown: Int32Array } {
  const allowed = new Int32Array(size).fill(row.rest.allowed)
  const unknown = new Int32Array(size).fill(row.rest.unknown)
  for (let index = 0; index < row.columns.length; index++) {
    const column = row.columns[index] as number
    const place = placeOf === null ? column : (placeOf[column] as number)
    if (place < 0) continue
    allowed[place] = idAt(row.allowed, index)
    unknown[place] = idAt(row.unknown, index)
  }
  return { allowed, unknown }
}

const NO_IDS = new Int32Array(0)
