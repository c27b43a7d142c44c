import type { AddressFamily } from '../address-set'
import type { CompiledPolicy, CompiledRule } from '../compiled-policy'
import type { ConnectionSetId } from '../connection-sets'
import type { Evaluation } from '../evaluation'
import type { PodClass } from '../pod-classes'
import { portsTowards } from '../rule-match'
import type { AppliedTier, AppliedTiers } from '../tiers'
import { either, type Truth } from '../truth'
import type { Direction } from '../types'
import type { Columns, Matching } from './columns'
import { type ConnectivityRow, idAt } from './connectivity-row'
import { RowWalk } from './row-walk'

/** A row in the making: whose it is, and which places its columns have in the walk. */
type Task = {
  readonly podClass: PodClass
  readonly direction: Direction
  readonly family: AddressFamily | null
  /** Columns that some rule singles out; the place after them is the rest. */
  readonly columns: readonly number[]
}

/** What rules let through or refuse, surely and perhaps, by place. */
type Collected = { readonly sure: Int32Array; readonly perhaps: Int32Array }

/** Does something at one place with the ports that a rule covers there; `isSure` when the rule surely matches. */
type Act = (place: number, ports: ConnectionSetId, isSure: boolean) => void

/** Computes rows of the connectivity matrix, column by column only where a rule tells columns apart. */
export class RowComputer {
  /** Place of each column in the row that is being computed; anything for columns that are not singled out. */
  private readonly places: Int32Array
  private readonly walk: RowWalk
  private readonly collected: Readonly<Record<'allow' | 'deny', Collected>>

  constructor(
    private readonly columns: Columns,
    private readonly evaluation: Evaluation,
  ) {
    const capacity = columns.size + 1
    const ids = (): Int32Array => new Int32Array(capacity)
    this.places = ids()
    this.walk = new RowWalk(capacity, evaluation.sets)
    this.collected = { allow: { sure: ids(), perhaps: ids() }, deny: { sure: ids(), perhaps: ids() } }
  }

  /** The row of a class to which these policies apply. */
  compute(tiers: AppliedTiers, podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const columns = this.singledOut(tiers, podClass, direction, family)
    const task = { podClass, direction, family, columns }
    this.walk.start(columns.length + 1)
    for (const tier of tiers) {
      if (tier.mode === 'union') this.union(tier, task)
      else this.firstMatch(tier, task)
    }
    return this.walk.finish(columns)
  }

  private singledOut(
    tiers: readonly AppliedTier[],
    podClass: PodClass,
    direction: Direction,
    family: AddressFamily | null,
  ): readonly number[] {
    const found: number[] = []
    const add = (column: number): void => {
      // The place counts only when it really holds this column, so that nothing has to be cleared between rows.
      const place = this.places[column] ?? 0
      if (found[place] === column) return
      this.places[column] = found.length
      found.push(column)
    }
    for (const { policies } of tiers) {
      for (const policy of policies) {
        for (const rule of policy[direction].rules) {
          if (!this.mayMatch(rule, podClass, family)) continue
          if (direction === 'egress' && hasNames(rule)) this.columns.withNamedPorts.forEach(add)
          const matchings = this.matchingsOf(rule, family)
          if (matchings.some(({ isEverywhere }) => isEverywhere)) continue
          for (const { sure, perhaps } of matchings) {
            sure.forEach(add)
            perhaps.forEach(add)
          }
        }
      }
    }
    return found
  }

  private union(tier: AppliedTier, task: Task): void {
    const { walk } = this
    const isolates = tier.policies.reduce<Truth>((truth, policy) => either(truth, policy[task.direction].isolates), 'no')
    const denied = this.collect(tier, task, 'deny')
    const allowed = this.collect(tier, task, 'allow')
    for (let place = 0; place < walk.size; place++) {
      if (denied !== null) walk.deny(place, idAt(denied.sure, place), idAt(denied.perhaps, place))
      walk.endUnion(place, idAt(allowed?.sure ?? NOTHING, place), idAt(allowed?.perhaps ?? NOTHING, place), isolates)
    }
  }

  /** What the rules with one action match together; null when there are none. */
  private collect({ policies }: AppliedTier, task: Task, action: 'allow' | 'deny'): Collected | null {
    const rules = policies.flatMap((policy) =>
      policy[task.direction].rules.filter((rule) => (rule.action === 'deny') === (action === 'deny')),
    )
    if (rules.length === 0) return null
    const { sets } = this.evaluation
    const { sure, perhaps } = this.collected[action]
    for (const ids of [sure, perhaps]) ids.fill(sets.none, 0, this.walk.size)
    for (const rule of rules) {
      this.forMatches(rule, task, (place, ports, isSure) => {
        const target = isSure ? sure : perhaps
        target[place] = sets.union(idAt(target, place), ports)
      })
    }
    return { sure, perhaps }
  }

  private firstMatch(tier: AppliedTier, task: Task): void {
    let start = 0
    while (start < tier.policies.length) {
      let end = start + 1
      while (tier.mode === 'first-match' && tier.policies[end]?.order === tier.policies[start]?.order && end < tier.policies.length) end++
      this.equalOrder(tier.policies.slice(start, end), task)
      start = end
    }
    this.walk.endFirstMatch(tier.policies.reduce<Truth>((truth, policy) => either(truth, policy[task.direction].isolates), 'no'))
  }

  /** Policies of equal order each start from what is undecided; what they disagree on ends up in more than one set. */
  private equalOrder(policies: readonly CompiledPolicy[], task: Task): void {
    const { sets } = this.evaluation
    const { walk } = this
    const { direction } = task
    const isAlone = policies.length === 1
    const before = isAlone ? walk.undecided : walk.undecided.slice(0, walk.size)
    for (const policy of policies) {
      const undecided = isAlone ? before : before.slice()
      for (const rule of policy[direction].rules) {
        const target = walk.target(rule.action)
        this.forMatches(rule, task, (place, ports, isSure) => {
          const hit = sets.intersect(idAt(undecided, place), ports)
          if (hit === sets.none) return
          target[place] = sets.union(idAt(target, place), hit)
          if (isSure) undecided[place] = sets.subtract(idAt(undecided, place), hit)
        })
      }
      if (isAlone) continue
      for (let place = 0; place < walk.size; place++) {
        walk.undecided[place] = sets.intersect(idAt(walk.undecided, place), idAt(undecided, place))
      }
    }
  }

  /** Acts at every place that the rule matches. A place that two of its peers match may come twice: all acts are idempotent. */
  private forMatches(rule: CompiledRule, task: Task, act: Act): void {
    const { podClass, direction, family, columns } = task
    if (!this.mayMatch(rule, podClass, family)) return
    const { sets } = this.evaluation
    const isCertain = rule.certainty === 'yes'
    const ownPorts = portsTowards(rule.ports, direction === 'ingress' ? podClass : null, sets)
    const isByName = direction === 'egress' && hasNames(rule)
    const portsAt = (column: number): ConnectionSetId =>
      isByName ? portsTowards(rule.ports, this.columns.classAt(column), sets) : ownPorts
    const matchings = this.matchingsOf(rule, family)
    if (matchings.some(({ isEverywhere }) => isEverywhere)) {
      for (const [place, column] of columns.entries()) act(place, portsAt(column), isCertain)
      act(columns.length, ownPorts, isCertain)
      return
    }
    for (const { sure, perhaps } of matchings) {
      for (const column of sure) act(this.places[column] ?? 0, portsAt(column), isCertain)
      for (const column of perhaps) act(this.places[column] ?? 0, portsAt(column), false)
    }
  }

  /** What a rule asks of the pod itself is certain, because classes know everything about their pods. */
  private mayMatch(rule: CompiledRule, podClass: PodClass, family: AddressFamily | null): boolean {
    return rule.self.every((term) => this.evaluation.matcher.holdsForClass(term, podClass, family))
  }

  private matchingsOf(rule: CompiledRule, family: AddressFamily | null): readonly Matching[] {
    return rule.peers.map((peer) => (peer.length === 0 ? EVERYWHERE : this.columns.matching(peer, family)))
  }
}

const NOTHING = new Int32Array(0)
const EVERYWHERE: Matching = { sure: [], perhaps: [], isEverywhere: true }

export function hasNames({ ports }: CompiledRule): boolean {
  return ports.names.length > 0 || ports.exceptNames.length > 0
}
