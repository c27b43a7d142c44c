import type { Cluster } from '../model/cluster'
import { type AddressSet, formatAddressRange } from './address-set'
import type { ConnectionRow, Connectivity, ConnectivityCell, ConnectivityOptions, UnknownRow } from './connectivity'
import { type ConnectivityEnds, type EndGroup, findEnds } from './connectivity-ends'
import { type CellVector, ConnectivityMatrix, type OutsideCell, unite } from './connectivity-matrix'
import { type Cell, idAt } from './connectivity-row'
import type { Evaluation } from './evaluation'
import type { PodClasses } from './pod-classes'
import type { ConnectionSet, Direction, UnknownReason } from './types'
import { outsideUnknownReason, unknownReason } from './unknown-reason'

export type ConnectivityInput = {
  readonly cluster: Cluster
  readonly classes: PodClasses
  readonly evaluation: Evaluation
  readonly addresses: readonly AddressSet[]
}

/** One row in the making, with the reason of what is unknown in it when somebody asks. */
type NamedCell = { readonly src: string; readonly dst: string; readonly cell: Cell; readonly reason: () => UnknownReason }

/** Everything that the policies allow, computed once for ends that are alike. */
export function computeConnectivity(input: ConnectivityInput, level: 'workload' | 'pod', options: ConnectivityOptions): Connectivity {
  const { cluster, classes, evaluation, addresses } = input
  const { sets } = evaluation
  const matrix = new ConnectivityMatrix({ classes: classes.all, evaluation, addresses })
  const ends = findEnds(level, cluster, classes, matrix.kinds)
  const cells = new GroupCells(matrix, evaluation)

  function* named(): Iterable<NamedCell> {
    for (const src of ends.names) {
      const from = groupOf(ends, src)
      for (const dst of ends.names) {
        if (src === dst) continue
        const to = groupOf(ends, dst)
        const cell = cells.between(from, to)
        if (cell === cells.nothing) continue
        yield { src, dst, cell, reason: () => unknownReason(from.kinds, to.kinds, cell.unknown, evaluation) }
      }
      if (options.external === false) continue
      for (const direction of ['ingress', 'egress'] as const) {
        for (const { cell, ...part } of cells.outside(from, direction)) {
          const name = `ip:${formatAddressRange(part.family, part.range)}`
          const [first, second] = direction === 'ingress' ? [name, src] : [src, name]
          yield { src: first, dst: second, cell, reason: () => outsideUnknownReason(from.kinds, direction, part, cell.unknown, evaluation) }
        }
      }
    }
  }

  function* rows(): Iterable<ConnectionRow> {
    for (const { src, dst, cell } of named()) {
      if (cell.allowed !== sets.none) yield { src, dst, conns: sets.toConnectionSet(cell.allowed) }
    }
  }

  function* unknownRows(): Iterable<UnknownRow> {
    for (const { src, dst, cell, reason } of named()) {
      if (cell.unknown !== sets.none) yield { src, dst, conns: sets.toConnectionSet(cell.unknown), reason: reason() }
    }
  }

  function* groupedCells(): Iterable<ConnectivityCell> {
    for (const from of ends.groups) {
      for (const to of ends.groups) {
        if (from === to && from.names.length === 1) continue
        const { allowed, unknown } = cells.between(from, to)
        if (allowed !== sets.none || unknown !== sets.none) {
          yield { src: from.names, dst: to.names, conns: sets.toConnectionSet(allowed), unknown: sets.toConnectionSet(unknown) }
        }
      }
    }
  }

  /** Both lists in one go, when the first of them is asked for. */
  let lists: { readonly connections: readonly ConnectionRow[]; readonly unknown: readonly UnknownRow[] } | null = null
  const listed = (): NonNullable<typeof lists> => {
    if (lists === null) {
      const connections: ConnectionRow[] = []
      const unknown: UnknownRow[] = []
      for (const { src, dst, cell, reason } of named()) {
        if (cell.allowed !== sets.none) connections.push({ src, dst, conns: sets.toConnectionSet(cell.allowed) })
        if (cell.unknown !== sets.none) unknown.push({ src, dst, conns: sets.toConnectionSet(cell.unknown), reason: reason() })
      }
      lists = { connections, unknown }
    }
    return lists
  }

  return {
    level,
    ends: ends.names,
    rows,
    unknownRows,
    cells: groupedCells,
    get connections() {
      return listed().connections
    },
    get unknown() {
      return listed().unknown
    },
    between: (src, dst): ConnectionSet => {
      const [from, to] = [ends.groupOf.get(src), ends.groupOf.get(dst)]
      return src === dst || from === undefined || to === undefined ? 'none' : sets.toConnectionSet(cells.between(from, to).allowed)
    },
  }
}

function groupOf({ groupOf: groups }: ConnectivityEnds, name: string): EndGroup {
  const group = groups.get(name)
  if (group === undefined) throw new Error(`${name} is in no group`)
  return group
}

/** Cells between groups of ends. Who asks source by source pays for each source once. */
class GroupCells {
  /** The one cell of pairs without any possible connection, which are most. */
  readonly nothing: Cell
  private last: { readonly source: EndGroup; readonly vector: CellVector } | null = null
  private readonly outsides: Readonly<Record<Direction, Map<EndGroup, readonly OutsideCell[]>>> = { ingress: new Map(), egress: new Map() }

  constructor(
    private readonly matrix: ConnectivityMatrix,
    private readonly evaluation: Evaluation,
  ) {
    this.nothing = { allowed: evaluation.sets.none, unknown: evaluation.sets.none }
  }

  between(source: EndGroup, target: EndGroup): Cell {
    if (this.last?.source !== source) this.last = { source, vector: this.vectorOf(source) }
    const { vector } = this.last
    const [only] = target.kinds
    if (target.kinds.length === 1 && only !== undefined) return this.cellOf(vector, only.id)
    const united = { allowed: new Int32Array(1), unknown: new Int32Array(1) }
    for (const { id } of target.kinds) unite(united, 0, idAt(vector.allowed, id), idAt(vector.unknown, id), this.evaluation.sets)
    return this.cellOf(united, 0)
  }

  outside(group: EndGroup, direction: Direction): readonly OutsideCell[] {
    const known = this.outsides[direction].get(group)
    if (known !== undefined) return known
    const cells = this.matrix.outside(group.kinds, direction)
    this.outsides[direction].set(group, cells)
    return cells
  }

  private cellOf(vector: CellVector, place: number): Cell {
    const [allowed, unknown] = [idAt(vector.allowed, place), idAt(vector.unknown, place)]
    return allowed === this.nothing.allowed && unknown === this.nothing.unknown ? this.nothing : { allowed, unknown }
  }

  private vectorOf({ kinds }: EndGroup): CellVector {
    const vectors = kinds.map((kind) => this.matrix.from(kind))
    const [only] = vectors
    if (vectors.length === 1 && only !== undefined) return only
    const size = this.matrix.kinds.all.length
    const united = { allowed: new Int32Array(size), unknown: new Int32Array(size) }
    for (const { allowed, unknown } of vectors) {
      for (let kind = 0; kind < size; kind++) unite(united, kind, idAt(allowed, kind), idAt(unknown, kind), this.evaluation.sets)
    }
    return united
  }
}
