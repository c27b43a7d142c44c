import type { Cluster } from '../model/cluster'
import { PROTOCOLS } from '../model/protocol'
import { ADDRESS_FAMILIES, type AddressFamily, type AddressRange, type AddressSet, formatAddressRange, splitAtBounds } from './address-set'
import type { CompiledPolicy } from './compiled-policy'
import type { ConnectionSetId } from './connection-sets'
import type { ConnectionRow, Connectivity, ConnectivityOptions, UnknownRow } from './connectivity'
import { type ConnectivityRow, RowComputer } from './connectivity-row'
import { decideSide } from './decide-side'
import type { End } from './end'
import type { Evaluation } from './evaluation'
import type { PodClass, PodClasses } from './pod-classes'
import type { ConnectionSet, Direction, UnknownReason } from './types'

export type ConnectivityInput = {
  readonly cluster: Cluster
  readonly classes: PodClasses
  readonly evaluation: Evaluation
  readonly addresses: readonly AddressSet[]
}

/** Surely allowed, and of unknown outcome. */
type Cell = { readonly allowed: ConnectionSetId; readonly unknown: ConnectionSetId }

/** Computes everything that the policies allow, once per pair of classes and once per part of the address space. */
export function computeConnectivity(input: ConnectivityInput, level: 'workload' | 'pod', options: ConnectivityOptions): Connectivity {
  const matrix = new ClassMatrix(input, options.external ?? true)
  const { sets } = input.evaluation
  const ends = level === 'pod' ? podEnds(input.classes) : workloadEnds(input)
  const names = [...ends.keys()].sort()

  const pairCell = (sources: readonly PodClass[], destinations: readonly PodClass[]): Cell => {
    let cell = matrix.nothing
    for (const from of sources) for (const to of destinations) cell = unite(cell, matrix.between(from, to), input.evaluation)
    return cell
  }

  const isNothing = (cell: Cell): boolean => cell.allowed === sets.none && cell.unknown === sets.none

  function* cells(): Iterable<{ src: string; dst: string; cell: Cell; reason: () => UnknownReason }> {
    for (const src of names) {
      const sources = ends.get(src) ?? []
      for (const dst of names) {
        if (src === dst) continue
        const destinations = ends.get(dst) ?? []
        const cell = pairCell(sources, destinations)
        if (isNothing(cell)) continue
        yield { src, dst, cell, reason: () => matrix.reason(sources, destinations) }
      }
      for (const direction of ['ingress', 'egress'] as const) {
        for (const { range, family, cell } of matrix.outside(sources, direction)) {
          if (isNothing(cell)) continue
          const name = `ip:${formatAddressRange(family, range)}`
          const [from, to] = direction === 'ingress' ? [name, src] : [src, name]
          yield { src: from, dst: to, cell, reason: () => matrix.outsideReason(sources, direction, family, range) }
        }
      }
    }
  }

  function* rows(): Iterable<ConnectionRow> {
    for (const { src, dst, cell } of cells()) {
      if (cell.allowed !== sets.none) yield { src, dst, conns: sets.toConnectionSet(cell.allowed) }
    }
  }

  /** Both lists in one go, when the first of them is asked for. */
  let lists: { readonly connections: readonly ConnectionRow[]; readonly unknown: readonly UnknownRow[] } | null = null
  const listed = (): NonNullable<typeof lists> => {
    if (lists === null) {
      const connections: ConnectionRow[] = []
      const unknown: UnknownRow[] = []
      for (const { src, dst, cell, reason } of cells()) {
        if (cell.allowed !== sets.none) connections.push({ src, dst, conns: sets.toConnectionSet(cell.allowed) })
        if (cell.unknown !== sets.none) unknown.push({ src, dst, conns: sets.toConnectionSet(cell.unknown), reason: reason() })
      }
      lists = { connections, unknown }
    }
    return lists
  }

  return {
    level,
    ends: names,
    rows,
    get connections() {
      return listed().connections
    },
    get unknown() {
      return listed().unknown
    },
    between: (src, dst): ConnectionSet =>
      sets.toConnectionSet(src === dst ? sets.none : pairCell(ends.get(src) ?? [], ends.get(dst) ?? []).allowed),
  }
}

function unite(a: Cell, b: Cell, { sets }: Evaluation): Cell {
  if (a.allowed === sets.none && a.unknown === sets.none) return b
  if (b.allowed === sets.none && b.unknown === sets.none) return a
  const allowed = sets.union(a.allowed, b.allowed)
  return { allowed, unknown: sets.subtract(sets.union(a.unknown, b.unknown), allowed) }
}

function podEnds(classes: PodClasses): ReadonlyMap<string, readonly PodClass[]> {
  return new Map([...classes.byPod].map(([pod, podClass]) => [pod, [podClass]]))
}

/** Each workload with the distinct classes of its pods. */
function workloadEnds({ cluster, classes }: ConnectivityInput): ReadonlyMap<string, readonly PodClass[]> {
  const ends = new Map<string, readonly PodClass[]>()
  for (const workload of cluster.workloads.values()) {
    const distinct = new Set<PodClass>()
    for (const pod of workload.pods) {
      const podClass = classes.byPod.get(pod)
      if (podClass !== undefined) distinct.add(podClass)
    }
    if (distinct.size > 0) ends.set(workload.ref, [...distinct])
  }
  return ends
}

const NO_FAMILY: readonly (AddressFamily | null)[] = [null]

/** Rows of all classes towards all classes and all parts of the outside. */
class ClassMatrix {
  /** The one cell of pairs without any possible connection, which are most. */
  readonly nothing: Cell
  private readonly columns: readonly End[]
  private readonly outsideParts: readonly { readonly family: AddressFamily; readonly range: AddressRange }[]
  private readonly computer: RowComputer
  private readonly rows = new Map<string, ConnectivityRow>()
  private readonly policyNumbers = new Map<CompiledPolicy, number>()
  private readonly rowsByClass = new Map<number, ConnectivityRow>()
  /** True when some class pair may get different answers over IPv4 and IPv6. */
  private readonly familiesDiffer: boolean
  /** By class; `NO_FAMILY` when the class has no addresses. Equal lists are one list. */
  private readonly knownFamilies: readonly (readonly (AddressFamily | null)[])[]

  constructor(
    private readonly input: ConnectivityInput,
    isOutsideAsked: boolean,
  ) {
    this.nothing = { allowed: input.evaluation.sets.none, unknown: input.evaluation.sets.none }
    this.outsideParts = isOutsideAsked
      ? ADDRESS_FAMILIES.flatMap((family) => splitAtBounds(family, input.addresses).map((range) => ({ family, range })))
      : []
    this.columns = [
      ...input.classes.all.map((podClass): End => ({ kind: 'pod', podClass })),
      ...this.outsideParts.map(({ family, range }) => outsideEnd(family, range)),
    ]
    this.computer = new RowComputer(this.columns, input.evaluation)
    this.familiesDiffer = input.addresses.length > 0
    const lists = new Map<string, readonly (AddressFamily | null)[]>([['', NO_FAMILY]])
    this.knownFamilies = input.classes.all.map(({ addresses }) => {
      const known = ADDRESS_FAMILIES.filter((family) => addresses[family] !== null)
      const shared = lists.get(known.join()) ?? known
      lists.set(known.join(), shared)
      return shared
    })
  }

  between(from: PodClass, to: PodClass): Cell {
    let cell = this.nothing
    for (const family of this.families(from, to)) {
      const met = this.meet(this.row(from, 'egress', family), to.id, this.row(to, 'ingress', family), from.id)
      cell = cell === this.nothing ? met : unite(cell, met, this.input.evaluation)
    }
    return cell
  }

  /** Maximal ranges outside with equal cells, for the pods of some classes. */
  outside(classes: readonly PodClass[], direction: Direction): readonly { family: AddressFamily; range: AddressRange; cell: Cell }[] {
    const merged: { family: AddressFamily; range: AddressRange; cell: Cell }[] = []
    this.outsideParts.forEach(({ family, range }, index) => {
      const column = this.input.classes.all.length + index
      let cell = this.nothing
      for (const podClass of classes) {
        const { 4: ipv4, 6: ipv6 } = podClass.addresses
        // A pod with addresses of one family only cannot talk to the other.
        if ((ipv4 !== null || ipv6 !== null) && podClass.addresses[family] === null) continue
        const row = this.row(podClass, direction, family)
        cell = unite(cell, { allowed: at(row.allowed, column), unknown: at(row.unknown, column) }, this.input.evaluation)
      }
      const last = merged.at(-1)
      if (last !== undefined && last.family === family && last.cell.allowed === cell.allowed && last.cell.unknown === cell.unknown) {
        last.range = { first: last.range.first, last: range.last }
      } else {
        merged.push({ family, range, cell })
      }
    })
    return merged
  }

  /** Why some connection between classes is unknown. */
  reason(sources: readonly PodClass[], destinations: readonly PodClass[]): UnknownReason {
    for (const from of sources) {
      for (const to of destinations) {
        for (const family of this.families(from, to)) {
          const reason =
            this.sideReason(from, 'egress', { kind: 'pod', podClass: to }, { kind: 'pod', podClass: to }, family) ??
            this.sideReason(to, 'ingress', { kind: 'pod', podClass: from }, { kind: 'pod', podClass: to }, family)
          if (reason !== null) return reason
        }
      }
    }
    return 'unsupported-policy'
  }

  outsideReason(classes: readonly PodClass[], direction: Direction, family: AddressFamily, range: AddressRange): UnknownReason {
    const end = outsideEnd(family, range)
    for (const podClass of classes) {
      const destination: End = direction === 'ingress' ? { kind: 'pod', podClass } : end
      const reason = this.sideReason(podClass, direction, end, destination, family)
      if (reason !== null) return reason
    }
    return 'unsupported-policy'
  }

  private sideReason(
    podClass: PodClass,
    direction: Direction,
    peer: End,
    destination: End,
    family: AddressFamily | null,
  ): UnknownReason | null {
    const { evaluation } = this.input
    const column = this.columns.findIndex((end) => (end.kind === 'pod' && peer.kind === 'pod' ? end.podClass === peer.podClass : false))
    const row = this.row(podClass, direction, family)
    const unknown = column < 0 ? evaluation.sets.all : at(row.unknown, column)
    for (const protocol of PROTOCOLS) {
      for (const [port] of evaluation.sets.ranges(unknown, protocol)) {
        const { reason } = decideSide(
          podClass,
          direction,
          { subject: { kind: 'pod', podClass }, peer, destination, family, protocol, port },
          evaluation,
        )
        if (reason !== null) return reason
      }
    }
    return null
  }

  private meet(egress: ConnectivityRow, to: number, ingress: ConnectivityRow, from: number): Cell {
    const { sets } = this.input.evaluation
    const out = at(egress.allowed, to)
    const into = at(ingress.allowed, from)
    const allowed = sets.intersect(out, into)
    const perhapsOut = at(egress.unknown, to)
    const perhapsInto = at(ingress.unknown, from)
    if (perhapsOut === sets.none && perhapsInto === sets.none) return allowed === sets.none ? this.nothing : { allowed, unknown: sets.none }
    const possible = sets.intersect(sets.union(out, perhapsOut), sets.union(into, perhapsInto))
    return { allowed, unknown: sets.subtract(possible, allowed) }
  }

  private families(from: PodClass, to: PodClass): readonly (AddressFamily | null)[] {
    if (!this.familiesDiffer) return NO_FAMILY
    const sources = this.knownFamilies[from.id] ?? NO_FAMILY
    const destinations = this.knownFamilies[to.id] ?? NO_FAMILY
    if (sources === destinations || destinations === NO_FAMILY) return sources
    return sources === NO_FAMILY ? destinations : sources.filter((family) => destinations.includes(family))
  }

  /** Classes with the same policies and the same named ports share a row. */
  private row(podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const slot = podClass.id * 20 + (direction === 'ingress' ? 0 : 10) + (family ?? 0)
    let row = this.rowsByClass.get(slot)
    if (row === undefined) {
      row = this.sharedRow(podClass, direction, family)
      this.rowsByClass.set(slot, row)
    }
    return row
  }

  private numberOf(policy: CompiledPolicy): number {
    const known = this.policyNumbers.get(policy)
    if (known !== undefined) return known
    this.policyNumbers.set(policy, this.policyNumbers.size)
    return this.policyNumbers.size - 1
  }

  private sharedRow(podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const tiers = this.input.evaluation.index.tiersFor(podClass, direction)
    const policies = tiers.flatMap((tier) => tier.policies)
    const looksAtItself = policies.some((policy) => policy[direction].rules.some((rule) => rule.self.length > 0))
    const isAlone = looksAtItself || (direction === 'ingress' && podClass.namedPorts.size > 0)
    const own = isAlone ? podClass.id : ''
    const key = `${direction}|${this.familiesDiffer ? family : ''}|${own}|${policies.map((policy) => this.numberOf(policy)).join()}`
    let row = this.rows.get(key)
    if (row === undefined) {
      row = this.computer.compute(podClass, direction, family)
      this.rows.set(key, row)
    }
    return row
  }
}

function outsideEnd(family: AddressFamily, range: AddressRange): End {
  const possible = family === 4 ? { 4: [range], 6: [] } : { 4: [], 6: [range] }
  return { kind: 'address', possible, because: 'unknown-endpoint', node: null, domain: null, isApiServer: false }
}

function at(row: Int32Array, column: number): ConnectionSetId {
  return (row[column] ?? 0) as ConnectionSetId
}
