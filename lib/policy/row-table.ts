import type { AddressFamily } from './address-set'
import { type Columns, dependsOnFamily } from './columns'
import type { CompiledRule } from './compiled-policy'
import type { ConnectivityRow } from './connectivity-row'
import type { Evaluation } from './evaluation'
import type { PodClass } from './pod-classes'
import { hasNames, RowComputer } from './row-computer'
import type { AppliedTiers } from './tiers'
import type { Direction } from './types'

/** What besides the policies themselves can make the rows of two classes differ, and the rows that were needed so far. */
type SharedRows = {
  readonly dependsOnFamily: boolean
  readonly dependsOnNames: boolean
  /** Rules that ask something of the pod itself. */
  readonly asking: readonly CompiledRule[]
  readonly rows: Map<string, ConnectivityRow>
}

/** Rows of classes. Classes to which the same policies apply share one row, unless their rules look at the pod itself. */
export class RowTable {
  private readonly computer: RowComputer
  private readonly shared: Readonly<Record<Direction, Map<AppliedTiers, SharedRows>>> = { ingress: new Map(), egress: new Map() }
  /** Six places for each class: two directions, three families. */
  private readonly rows: (ConnectivityRow | undefined)[] = []

  constructor(
    columns: Columns,
    private readonly evaluation: Evaluation,
  ) {
    this.computer = new RowComputer(columns, evaluation)
  }

  row(podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const slot = podClass.id * 6 + (direction === 'ingress' ? 0 : 3) + (family === null ? 0 : family / 2 - 1)
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
    let row = shared.rows.get(key)
    if (row === undefined) {
      row = this.computer.compute(podClass, direction, family)
      shared.rows.set(key, row)
    }
    return row
  }

  private keyOf({ dependsOnFamily, dependsOnNames, asking }: SharedRows, podClass: PodClass, family: AddressFamily | null): string {
    const { matcher } = this.evaluation
    const answers = asking.map((rule) => (rule.self.every((term) => matcher.holdsForClass(term, podClass, family)) ? '1' : '0')).join('')
    const names = dependsOnNames && podClass.namedPorts.size > 0 ? JSON.stringify([...podClass.namedPorts]) : ''
    return `${dependsOnFamily ? family : ''}|${answers}|${names}`
  }
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
