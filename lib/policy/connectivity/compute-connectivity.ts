import type { Cluster } from '../../model/cluster'
import { type AddressSet, formatAddressRange } from '../address-set'
import type { ConnectionSets } from '../connection-sets'
import type { Evaluation } from '../evaluation'
import type { PodClasses } from '../pod-classes'
import type { ConnectionSet, Direction, UnknownReason } from '../types'
import { outsideUnknownReason, unknownReason } from '../unknown-reason'
import { CellList } from './cell-list'
import type { ConnectionRow, Connectivity, ConnectivityCell, ConnectivityOptions, OutsideCell, UnknownRow } from './connectivity'
import { type EndGroup, findEnds } from './connectivity-ends'
import { ConnectivityMatrix, type OutsideRange } from './connectivity-matrix'
import type { Cell } from './connectivity-row'
import type { RowTable } from './row-table'

export type ConnectivityInput = {
  readonly cluster: Cluster
  readonly classes: PodClasses
  readonly evaluation: Evaluation
  readonly addresses: readonly AddressSet[]
  readonly rows: RowTable
}

/** One row in the making, with the reason of what is unknown in it when somebody asks. */
type NamedCell = Cell & { readonly src: string; readonly dst: string; readonly reason: () => UnknownReason }

type Target = Cell & { readonly dst: string; readonly to: EndGroup }

/** Everything that the policies allow, computed once for ends that are alike. */
export function computeConnectivity(input: ConnectivityInput, level: 'workload' | 'pod', options: ConnectivityOptions): Connectivity {
  const { cluster, classes, evaluation } = input
  const { sets } = evaluation
  const matrix = new ConnectivityMatrix(input)
  const ends = findEnds(level, cluster, classes, matrix.kinds)
  const cells = new GroupCells(ends.groups, matrix, sets)
  const groupOf = (name: string): EndGroup => {
    const group = ends.groupOf.get(name)
    if (group === undefined) throw new Error(`${name} is no end`)
    return group
  }

  /** What one group may open towards others, by name; ends that come one after the other are often of one group. */
  let last: { readonly group: EndGroup; readonly targets: readonly Target[] } | null = null
  const targetsOf = (group: EndGroup): readonly Target[] => {
    if (last?.group !== group) {
      const row = cells.from(group)
      const targets = row.places.flatMap((place): readonly Target[] => {
        const to = ends.groups[place]
        const cell = { allowed: row.allowedAt(place), unknown: row.unknownAt(place) }
        return to === undefined ? [] : to.names.map((dst) => ({ ...cell, dst, to }))
      })
      last = { group, targets: targets.sort((a, b) => (a.dst < b.dst ? -1 : 1)) }
    }
    return last.targets
  }

  function* named(): Iterable<NamedCell> {
    for (const src of ends.names) {
      const from = groupOf(src)
      for (const { dst, allowed, unknown, to } of targetsOf(from)) {
        if (src !== dst) yield { src, dst, allowed, unknown, reason: () => unknownReason(from.kinds, to.kinds, unknown, evaluation) }
      }
      for (const { direction, family, range, cell, reason } of outsideOf(from)) {
        const name = `ip:${formatAddressRange(family, range)}`
        const [first, second] = direction === 'ingress' ? [name, src] : [src, name]
        yield { src: first, dst: second, ...cell, reason }
      }
    }
  }

  function* outsideOf(group: EndGroup): Iterable<OutsideRange & { readonly direction: Direction; readonly reason: () => UnknownReason }> {
    if (options.external === false) return
    for (const direction of ['ingress', 'egress'] as const) {
      for (const part of cells.outside(group, direction)) {
        const reason = () => outsideUnknownReason(group.kinds, direction, part, part.cell.unknown, evaluation)
        yield { ...part, direction, reason }
      }
    }
  }

  /** False once a whole pass has met nothing unknown, as most do: then there is no need to look again. */
  let mayBeUnknown = true

  function* rows(): Iterable<ConnectionRow> {
    let isAllKnown = true
    for (const { src, dst, allowed, unknown } of named()) {
      if (unknown !== sets.none) isAllKnown = false
      if (allowed !== sets.none) yield { src, dst, conns: sets.toConnectionSet(allowed) }
    }
    if (isAllKnown) mayBeUnknown = false
  }

  function* unknownRows(): Iterable<UnknownRow> {
    if (!mayBeUnknown) return
    for (const { src, dst, unknown, reason } of named()) {
      if (unknown !== sets.none) yield { src, dst, conns: sets.toConnectionSet(unknown), reason: reason() }
    }
  }

  function* groupedCells(): Iterable<ConnectivityCell> {
    for (const from of ends.groups) {
      const row = cells.from(from)
      yield* row.places.flatMap((place): readonly ConnectivityCell[] => {
        const to = ends.groups[place]
        if (to === undefined || (from === to && from.names.length === 1)) return []
        const [allowed, unknown] = [row.allowedAt(place), row.unknownAt(place)]
        const reason = () => unknownReason(from.kinds, to.kinds, unknown, evaluation)
        return [{ src: from.names, dst: to.names, conns: sets.toConnectionSet(allowed), unknown: sets.toConnectionSet(unknown), reason }]
      })
    }
  }

  function* outside(): Iterable<OutsideCell> {
    for (const group of ends.groups) {
      for (const { direction, family, range, cell, reason } of outsideOf(group)) {
        const [conns, unknown] = [sets.toConnectionSet(cell.allowed), sets.toConnectionSet(cell.unknown)]
        yield { ends: group.names, direction, family, range, conns, unknown, reason }
      }
    }
  }

  /** Both lists in one go, when the first of them is asked for. */
  let lists: { readonly connections: readonly ConnectionRow[]; readonly unknown: readonly UnknownRow[] } | null = null
  const listed = (): NonNullable<typeof lists> => {
    if (lists === null) {
      const connections: ConnectionRow[] = []
      const unknown: UnknownRow[] = []
      for (const { src, dst, allowed, unknown: open, reason } of named()) {
        if (allowed !== sets.none) connections.push({ src, dst, conns: sets.toConnectionSet(allowed) })
        if (open !== sets.none) unknown.push({ src, dst, conns: sets.toConnectionSet(open), reason: reason() })
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
    outside,
    groups: ends.groups.map(({ names }) => names),
    get connections() {
      return listed().connections
    },
    get unknown() {
      return listed().unknown
    },
    between: (src, dst): ConnectionSet => {
      const [from, to] = [ends.groupOf.get(src), ends.groupOf.get(dst)]
      return src === dst || from === undefined || to === undefined ? 'none' : sets.toConnectionSet(cells.from(from).allowedAt(to.id))
    },
  }
}

/** Cells between groups of ends. Who asks source by source pays for each source once. */
class GroupCells {
  private source: EndGroup | null = null
  private readonly found: CellList
  /** By kind id, the groups with such pods. */
  private readonly withKind: readonly (readonly number[])[]
  private readonly outsides: Readonly<Record<Direction, Map<EndGroup, readonly OutsideRange[]>>> = { ingress: new Map(), egress: new Map() }

  constructor(
    groups: readonly EndGroup[],
    private readonly matrix: ConnectivityMatrix,
    sets: ConnectionSets,
  ) {
    this.found = new CellList(groups.length, sets)
    const withKind: number[][] = matrix.kinds.all.map(() => [])
    for (const { id, kinds } of groups) for (const kind of kinds) withKind[kind.id]?.push(id)
    this.withKind = withKind
  }

  /** What the ends of one group may open towards each group, by group id. Good until another group is asked for. */
  from(source: EndGroup): CellList {
    const { found } = this
    if (this.source === source) return found
    this.source = source
    found.clear()
    for (const kind of source.kinds) {
      const cells = this.matrix.from(kind)
      for (const target of cells.places) {
        for (const group of this.withKind[target] ?? []) found.unite(group, cells.allowedAt(target), cells.unknownAt(target))
      }
    }
    return found
  }

  outside(group: EndGroup, direction: Direction): readonly OutsideRange[] {
    const known = this.outsides[direction].get(group)
    if (known !== undefined) return known
    const cells = this.matrix.outside(group.kinds, direction)
    this.outsides[direction].set(group, cells)
    return cells
  }
}
