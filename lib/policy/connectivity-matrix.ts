import { ADDRESS_FAMILIES, type AddressFamily, type AddressRange, type AddressSet, splitAtBounds } from './address-set'
import { BITS, type ClassKind, type ClassKinds, FAMILY_BITS, findKinds, sharedFamilies } from './class-kinds'
import { OutsideColumns, type OutsidePart, outsideEnd, PodColumns } from './columns'
import type { ConnectionSetId, ConnectionSets } from './connection-sets'
import { type Cell, type ConnectivityRow, idAt } from './connectivity-row'
import type { End } from './end'
import type { Evaluation } from './evaluation'
import { IngressColumns } from './ingress-columns'
import { MeshMask } from './mesh/mesh-mask'
import type { PodClass } from './pod-classes'
import { RowTable } from './row-table'
import type { Direction } from './types'

export type MatrixInput = {
  readonly classes: readonly PodClass[]
  readonly evaluation: Evaluation
  /** The address sets that policies name. */
  readonly addresses: readonly AddressSet[]
}

/** The cells of one source towards every kind of destination, by kind id. */
export type CellVector = { readonly allowed: Int32Array; readonly unknown: Int32Array }

/** Outside addresses with equal cells. */
export type OutsideCell = OutsidePart & { readonly cell: Cell }

/** Both sides of every connection together: what classes of pods may open towards each other and the outside. */
export class ConnectivityMatrix {
  readonly kinds: ClassKinds
  private readonly table: RowTable
  private readonly ingress: IngressColumns
  private readonly mask: MeshMask
  /** By family bit, the number of each kind's ingress row. */
  private readonly ingressNumbers: ReadonlyMap<number, Int32Array>
  /** The address space in parts between which no policy tells addresses apart; made when somebody asks for the outside. */
  private outsideRows: { readonly parts: readonly OutsidePart[]; readonly table: RowTable } | null = null

  constructor(private readonly input: MatrixInput) {
    const { classes, evaluation, addresses } = input
    this.table = new RowTable(new PodColumns(classes, evaluation.matcher), evaluation)
    this.kinds = findKinds(classes, this.table, addresses.length > 0, (podClass) => evaluation.mesh.kindOf(podClass))
    this.mask = new MeshMask(evaluation.mesh, evaluation.sets)
    this.ingress = new IngressColumns(this.kinds)
    const numbers = new Map(this.kinds.ingressRows.map((row, number) => [row, number]))
    const numberOf = ({ podClass, families }: ClassKind, family: AddressFamily | null, bit: number): number =>
      (families & bit) === 0 ? 0 : (numbers.get(this.table.row(podClass, 'ingress', family)) ?? 0)
    this.ingressNumbers = new Map(
      FAMILY_BITS.map(([family, bit]) => [bit, Int32Array.from(this.kinds.all, (kind) => numberOf(kind, family, bit))]),
    )
  }

  /** What one kind may open towards every other, and its pods towards each other. */
  from(source: ClassKind): CellVector {
    const { all } = this.kinds
    const { sets } = this.input.evaluation
    const vector = { allowed: new Int32Array(all.length), unknown: new Int32Array(all.length) }
    const into = this.ingress.at(source.id)
    const isMasked = this.input.evaluation.mesh.isLimiting
    const end = podEnd(source.podClass)
    for (const [family, bit] of FAMILY_BITS) {
      if ((source.families & bit) === 0) continue
      const out = expand(this.table.row(source.podClass, 'egress', family), all.length, this.kinds.kindAt)
      const numbers = this.ingressNumbers.get(bit) ?? new Int32Array(all.length)
      for (let target = 0; target < all.length; target++) {
        if ((sharedFamilies(source.families, (all[target] as ClassKind).families) & bit) === 0) continue
        const row = numbers[target] as number
        const [outward, inward] = [idAt(out.allowed, target), idAt(into.allowed, row)]
        const [perhapsOut, perhapsIn] = [idAt(out.unknown, target), idAt(into.unknown, row)]
        const allowed = sets.intersect(outward, inward)
        const isCertain = perhapsOut === sets.none && perhapsIn === sets.none
        const possible = isCertain ? allowed : sets.intersect(sets.union(outward, perhapsOut), sets.union(inward, perhapsIn))
        const unknown = isCertain ? sets.none : sets.subtract(possible, allowed)
        if (isMasked) {
          const met = this.mask.apply({ allowed, unknown }, end, (all[target] as ClassKind).podClass, family)
          unite(vector, target, met.allowed, met.unknown, sets)
        } else {
          unite(vector, target, allowed, unknown, sets)
        }
      }
    }
    return vector
  }

  /** Maximal ranges outside with equal cells, towards (`egress`) or from (`ingress`) the pods of some kinds. */
  outside(kinds: readonly ClassKind[], direction: Direction): readonly OutsideCell[] {
    const { sets } = this.input.evaluation
    const { parts, table } = this.outsideTable()
    const vector = { allowed: new Int32Array(parts.length), unknown: new Int32Array(parts.length) }
    for (const family of ADDRESS_FAMILIES) {
      for (const { podClass, speaks } of kinds) {
        // A pod with addresses of one family only cannot talk to the other.
        if ((speaks & BITS[family]) === 0) continue
        const cells = expand(table.row(podClass, direction, family), parts.length, null)
        parts.forEach((part, place) => {
          if (part.family !== family) return
          const reached = { allowed: idAt(cells.allowed, place), unknown: idAt(cells.unknown, place) }
          const met = direction === 'ingress' ? this.mask.apply(reached, outsideEnd(part), podClass, family) : reached
          unite(vector, place, met.allowed, met.unknown, sets)
        })
      }
    }
    const merged: { family: AddressFamily; range: AddressRange; cell: Cell }[] = []
    parts.forEach(({ family, range }, place) => {
      const cell = { allowed: idAt(vector.allowed, place), unknown: idAt(vector.unknown, place) }
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

function podEnd(podClass: PodClass): End {
  return { kind: 'pod', podClass }
}

/** The cells of a row one by one, at the place that each column has; -1 for columns that are not wanted. */
function expand(row: ConnectivityRow, size: number, placeOf: Int32Array | null): CellVector {
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

/** Adds a cell to what is there: of what is surely allowed in some way nothing is unknown. */
export function unite(vector: CellVector, place: number, allowed: ConnectionSetId, unknown: ConnectionSetId, sets: ConnectionSets): void {
  if (allowed === sets.none && unknown === sets.none) return
  const all = sets.union(idAt(vector.allowed, place), allowed)
  vector.allowed[place] = all
  vector.unknown[place] = sets.subtract(sets.union(idAt(vector.unknown, place), unknown), all)
}
