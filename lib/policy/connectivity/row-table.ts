import type { AddressFamily } from '../address-set'
import type { CompiledRule } from '../compiled-policy'
import type { Evaluation } from '../evaluation'
import type { PodClass } from '../pod-classes'
import type { AppliedTiers } from '../tiers'
import type { Direction } from '../types'
import { type Columns, dependsOnFamily, type PodColumns } from './columns'
import { type ConnectivityRow, extendRow } from './connectivity-row'
import { hasNames, RowComputer } from './row-computer'

/** What besides the policies themselves can make the rows of two classes differ, and the rows that were needed so far. */
type SharedRows = {
  readonly dependsOnFamily: boolean
  readonly dependsOnNames: boolean
  /** Rules that ask something of the pod itself. */
  readonly asking: readonly CompiledRule[]
  readonly rows: Map<string, KnownRow>
}

/** A row with the first class that needed it, to which other policies may apply by now. */
type KnownRow = { readonly row: ConnectivityRow; readonly podClass: PodClass; readonly family: AddressFamily | null }

/** Rows of an earlier state of the cluster. */
export type PreviousRows = {
  readonly table: RowTable
  /** Columns of the classes that are new since; null when there are none. */
  readonly newColumns: PodColumns | null
  /** The classes that are the same as then. */
  readonly unchanged: readonly PodClass[]
}

/** Rows of classes. Classes to which the same policies apply share one row, unless their rules look at the pod itself. */
export class RowTable {
  private readonly computer: RowComputer
  private readonly shared: Readonly<Record<Direction, Map<AppliedTiers, SharedRows>>> = { ingress: new Map(), egress: new Map() }
  /** Six places for each class: two directions, three families. */
  private readonly rows: (ConnectivityRow | undefined)[] = []

  /** With `previous`, its rows are taken over where the same policies still apply. */
  constructor(
    columns: Columns,
    private readonly evaluation: Evaluation,
    previous: PreviousRows | null = null,
  ) {
    this.computer = new RowComputer(columns, evaluation)
    if (previous !== null) this.keep(previous)
  }

  row(podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const slot = slotOf(podClass, direction, family)
    let row = this.rows[slot]
    if (row === undefined) {
      row = this.find(podClass, direction, family)
      this.rows[slot] = row
    }
    return row
  }

  private find(podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const tiers = this.evaluation.index.tiersFor(podClass, direction)
    let shared = this.shared[direction].get(tiers)
    if (shared === undefined) {
      shared = describe(tiers, direction)
      this.shared[direction].set(tiers, shared)
    }
    const key = this.keyOf(shared, podClass, family)
    let known = shared.rows.get(key)
    if (known === undefined) {
      known = { row: this.computer.compute(tiers, podClass, direction, family), podClass, family }
      shared.rows.set(key, known)
    }
    return known.row
  }

  /** Takes over the rows of policies that still apply to somebody, with the cells of columns that came. */
  private keep({ table: before, newColumns, unchanged }: PreviousRows): void {
    const replaced = new Map<ConnectivityRow, ConnectivityRow>()
    const inUse = this.evaluation.index.inUse
    const computer = newColumns === null ? null : new RowComputer(newColumns, this.evaluation)
    const ids = newColumns?.ids ?? []
    for (const direction of ['ingress', 'egress'] as const) {
      for (const [tiers, shared] of before.shared[direction]) {
        if (!inUse.has(tiers)) continue
        const rows = new Map<string, KnownRow>()
        for (const [key, known] of shared.rows) {
          const added = computer?.compute(tiers, known.podClass, direction, known.family) ?? null
          const row = added === null ? known.row : extendRow(known.row, added, ids)
          rows.set(key, { ...known, row })
          replaced.set(known.row, row)
        }
        this.shared[direction].set(tiers, { ...shared, rows })
      }
      for (const podClass of unchanged) {
        if (this.evaluation.index.tiersFor(podClass, direction) !== before.evaluation.index.tiersFor(podClass, direction)) continue
        for (const family of [null, 4, 6] as const) {
          const slot = slotOf(podClass, direction, family)
          const row = before.rows[slot]
          if (row !== undefined) this.rows[slot] = replaced.get(row)
        }
      }
    }
  }

  private keyOf({ dependsOnFamily, dependsOnNames, asking }: SharedRows, podClass: PodClass, family: AddressFamily | null): string {
    const { matcher } = this.evaluation
    const answers = asking.map((rule) => (rule.self.every((term) => matcher.holdsForClass(term, podClass, family)) ? '1' : '0')).join('')
    const names = dependsOnNames && podClass.namedPorts.size > 0 ? JSON.stringify([...podClass.namedPorts]) : ''
    return `${dependsOnFamily ? family : ''}|${answers}|${names}`
  }
}

function slotOf({ id }: PodClass, direction: Direction, family: AddressFamily | null): number {
  return id * 6 + (direction === 'ingress' ? 0 : 3) + (family === null ? 0 : family / 2 - 1)
}

function describe(tiers: AppliedTiers, direction: Direction): SharedRows {
  const rules = tiers.flatMap(({ policies }) => policies.flatMap((policy) => policy[direction].rules))
  return {
    dependsOnFamily: rules.some((rule) => rule.peers.some(dependsOnFamily) || dependsOnFamily(rule.self)),
    // The port names of an ingress rule are those of the pod itself.
    dependsOnNames: direction === 'ingress' && rules.some(hasNames),
    asking: rules.filter((rule) => rule.self.length > 0),
    rows: new Map(),
  }
}
