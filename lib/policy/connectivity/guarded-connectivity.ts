import { parseAddress } from '../../model/address'
import type { Cluster, Pod } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { PodRef, WorkloadRef } from '../../model/names'
import { PROTOCOLS } from '../../model/protocol'
import { type AddressFamily, type AddressRange, type AddressSet, formatAddressRange, splitAtBounds } from '../address-set'
import type { ConnectionSetId, ConnectionSets } from '../connection-sets'
import type { HostGuards } from '../machines/host-guard'
import type { PodClasses } from '../pod-classes'
import type { Question } from '../question'
import type { ConnectionSet, EvaluateAnswer, PortRange, UnknownReason } from '../types'
import type { ConnectionRow, Connectivity, ConnectivityCell, OutsideCell, UnknownRow } from './connectivity'

export type GuardedInput = {
  readonly cluster: Cluster
  readonly classes: PodClasses
  readonly sets: ConnectionSets
  readonly hosts: HostGuards
  readonly addresses: readonly AddressSet[]
  readonly evaluate: (question: Question) => EvaluateAnswer
}

/** What a row becomes: surely allowed, unknown, and why. */
type Cell = { readonly allowed: ConnectionSetId; readonly unknown: ConnectionSetId; readonly reason: UnknownReason }

/** What is surely allowed between two ends, and what is unknown. */
type GuardedRow = UnknownRow & { readonly unknown: ConnectionSet }

/**
 * The whole connectivity with what policies on the machines stop on the way. Rows that no such policy can touch stay as
 * they are; the others are asked once for each combination of machines and pods that are alike.
 */
export function guardConnectivity(open: Connectivity, input: GuardedInput): Connectivity {
  const guarded = new GuardedRows(input)
  function* all(): Iterable<GuardedRow> {
    const rows = new Map<string, GuardedRow>()
    for (const row of open.unknown) rows.set(`${row.src} ${row.dst}`, { ...row, conns: 'none', unknown: row.conns })
    for (const row of open.connections) {
      const key = `${row.src} ${row.dst}`
      rows.set(key, { unknown: 'none', reason: 'host-endpoint', ...rows.get(key), ...row })
    }
    for (const row of rows.values()) {
      if (!guarded.isGuarded(row.src, row.dst)) yield row
      else yield* guarded.rows(row.src, row.dst)
    }
  }
  let lists: { readonly connections: readonly ConnectionRow[]; readonly unknown: readonly UnknownRow[] } | null = null
  const listed = (): NonNullable<typeof lists> => {
    if (lists === null) {
      const rows = [...all()].sort((a, b) => compareText(a.src, b.src))
      lists = {
        connections: rows.flatMap(({ src, dst, conns }) => (conns === 'none' ? [] : [{ src, dst, conns }])),
        unknown: rows.flatMap(({ src, dst, unknown, reason }) => (unknown === 'none' ? [] : [{ src, dst, conns: unknown, reason }])),
      }
    }
    return lists
  }
  function* cells(): Iterable<ConnectivityCell> {
    for (const cell of open.cells()) {
      for (const src of guarded.alike(cell.src)) {
        for (const dst of guarded.alike(cell.dst)) {
          const [from, to] = [src[0], dst.find((name) => name !== src[0]) ?? dst[0]]
          if (from === undefined || to === undefined || (from === to && src.length === 1)) continue
          if (guarded.isGuarded(from, to)) yield { src, dst, ...guarded.between(from, to) }
          else yield { ...cell, src, dst }
        }
      }
    }
  }
  function* outside(): Iterable<OutsideCell> {
    for (const cell of open.outside()) {
      const name = `ip:${formatAddressRange(cell.family, cell.range)}`
      for (const ends of guarded.alike(cell.ends)) {
        const [end = ''] = ends
        const [src, dst] = cell.direction === 'ingress' ? [name, end] : [end, name]
        if (!guarded.isGuarded(src, dst)) {
          yield { ...cell, ends }
          continue
        }
        for (const row of guarded.rows(src, dst)) {
          const { range } = rangeOf(row.src) ?? rangeOf(row.dst) ?? cell
          yield { ...cell, ends, range, conns: row.conns, unknown: row.unknown, reason: () => row.reason }
        }
      }
    }
  }
  return {
    level: open.level,
    ends: open.ends,
    rows: () => listed().connections,
    unknownRows: () => listed().unknown,
    cells,
    outside,
    groups: open.groups.flatMap((names) => guarded.alike(names)),
    get connections() {
      return listed().connections
    },
    get unknown() {
      return listed().unknown
    },
    between: (src, dst) => (src !== dst && guarded.isGuarded(src, dst) ? guarded.between(src, dst).conns : open.between(src, dst)),
  }
}

class GuardedRows {
  private readonly known = new Map<string, Cell>()
  private readonly signatures = new Map<string, string>()
  private readonly groups = new Map<readonly string[], readonly (readonly string[])[]>()

  constructor(private readonly input: GuardedInput) {}

  /** True when a machine of one of the two may stop something on the way. */
  isGuarded(src: string, dst: string): boolean {
    const [from, to] = [this.machinesOf(src), this.machinesOf(dst)]
    const crosses = (machine: string, others: readonly (string | null)[]): boolean =>
      others.length === 0 || others.some((other) => other !== machine)
    return (
      from.some((machine) => machine !== null && this.guards(machine, 'egress') && crosses(machine, to)) ||
      to.some((machine) => machine !== null && this.guards(machine, 'ingress') && crosses(machine, from))
    )
  }

  between(src: string, dst: string): Pick<ConnectivityCell, 'conns' | 'unknown' | 'reason'> {
    const { allowed, unknown, reason } = this.ask(src, dst)
    const { sets } = this.input
    return { conns: sets.toConnectionSet(allowed), unknown: sets.toConnectionSet(unknown), reason: () => reason }
  }

  /** One row between pods; for outside addresses one for each range that gets the same answer. */
  *rows(src: string, dst: string): Iterable<GuardedRow> {
    const outside = rangeOf(src) ?? rangeOf(dst)
    if (outside === null) {
      yield this.row(src, dst, this.ask(src, dst))
      return
    }
    const { family, range } = outside
    const named = (end: string, part: AddressRange): string => (end.startsWith('ip:') ? `ip:${formatAddressRange(family, part)}` : end)
    const merged: { range: AddressRange; readonly cell: Cell }[] = []
    for (const piece of splitAtBounds(family, [...this.input.addresses, rangeSet(family, range)])) {
      if (piece.first < range.first || piece.last > range.last) continue
      const cell = this.ask(asOutside(named(src, piece)), asOutside(named(dst, piece)))
      const last = merged.at(-1)
      if (last !== undefined && last.cell.allowed === cell.allowed && last.cell.unknown === cell.unknown) {
        last.range = { first: last.range.first, last: piece.last }
      } else merged.push({ range: piece, cell })
    }
    for (const part of merged) yield this.row(named(src, part.range), named(dst, part.range), part.cell)
  }

  private row(src: string, dst: string, { allowed, unknown, reason }: Cell): GuardedRow {
    const { sets } = this.input
    return { src, dst, conns: sets.toConnectionSet(allowed), unknown: sets.toConnectionSet(unknown), reason }
  }

  /** The names in groups that get the same answers; one list of names is split once. */
  alike(names: readonly string[]): readonly (readonly string[])[] {
    const known = this.groups.get(names)
    if (known !== undefined) return known
    const groups = new Map<string, string[]>()
    for (const name of names) {
      const signature = this.signatureOf(name)
      const group = groups.get(signature)
      if (group === undefined) groups.set(signature, [name])
      else group.push(name)
    }
    const found = [...groups.values()]
    this.groups.set(names, found)
    return found
  }

  private ask(src: string, dst: string): Cell {
    const key = `${this.signatureOf(src)} ${this.signatureOf(dst)}`
    let cell = this.known.get(key)
    if (cell === undefined) {
      cell = this.compute(src, dst)
      this.known.set(key, cell)
    }
    return cell
  }

  private compute(src: string, dst: string): Cell {
    const { sets, evaluate } = this.input
    let allowed = sets.none
    let unknown = sets.none
    let reason: UnknownReason = 'host-endpoint'
    for (const protocol of PROTOCOLS) {
      for (const range of sets.ranges(sets.all, protocol)) {
        const answer = evaluate({ from: src, to: dst, port: null, protocol })
        for (const leaf of leavesOf(answer, range)) {
          const ports = leaf.ranges.reduce((all, [low, high]) => sets.union(all, sets.range(protocol, low, high)), sets.none)
          if (leaf.answer.verdict === 'allowed') allowed = sets.union(allowed, ports)
          else if (leaf.answer.verdict === 'unknown') {
            unknown = sets.union(unknown, ports)
            reason = leaf.answer.reason ?? reason
          }
        }
      }
    }
    return { allowed, unknown: sets.subtract(unknown, allowed), reason }
  }

  private guards(machine: string, direction: 'ingress' | 'egress'): boolean {
    return this.input.hosts
      .guardsOfForwarding(machine)
      .some((guard) => guard !== null && guard.tiers('forwarded', direction, false).length > 0)
  }

  private machinesOf(name: string): readonly (string | null)[] {
    return this.podsOf(name).map(({ nodeName }) => nodeName)
  }

  private podsOf(name: string): readonly Pod[] {
    if (name.startsWith('ip:') || name.startsWith('cidr:')) return []
    const { cluster } = this.input
    const refs = name.endsWith(']') ? (cluster.workloads.get(name as WorkloadRef)?.pods ?? []) : [name as PodRef]
    return refs.flatMap((ref) => cluster.pods.get(ref) ?? [])
  }

  private signatureOf(name: string): string {
    const known = this.signatures.get(name)
    if (known !== undefined) return known
    const places = this.podsOf(name).map(({ ref, nodeName }) => `${this.input.classes.byPod.get(ref)?.id ?? ''}@${nodeName ?? ''}`)
    const signature = places.length === 0 ? name : [...new Set(places)].sort().join()
    this.signatures.set(name, signature)
    return signature
  }
}

/** The answers that a merged answer is made of, with the ports that each is about. */
function leavesOf(
  answer: EvaluateAnswer,
  ...ranges: readonly PortRange[]
): readonly { readonly answer: EvaluateAnswer; readonly ranges: readonly PortRange[] }[] {
  if (answer.parts === null) return [{ answer, ranges }]
  return answer.parts.flatMap((part) => leavesOf(part.answer, ...(part.ports ?? ranges)))
}

/** A single address as a range, which stands for nothing in the cluster that may have the address. */
function asOutside(name: string): string {
  if (!name.startsWith('ip:') || name.includes('-')) return name
  return `cidr:${name.slice('ip:'.length)}/${name.includes('.') ? 32 : 128}`
}

function rangeOf(name: string): { readonly family: AddressFamily; readonly range: AddressRange } | null {
  if (!name.startsWith('ip:')) return null
  const [first = '', last = first] = name.slice('ip:'.length).split('-')
  const [low, high] = [parseAddress(first), parseAddress(last)]
  return low === null || high === null ? null : { family: low.family, range: { first: low.value, last: high.value } }
}

function rangeSet(family: AddressFamily, range: AddressRange): AddressSet {
  return family === 4 ? { 4: [range], 6: [] } : { 4: [], 6: [range] }
}
