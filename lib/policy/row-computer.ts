import type { AddressFamily } from './address-set'
import type { Columns, Matching } from './columns'
import type { CompiledPolicy, CompiledRule } from './compiled-policy'
import type { ConnectionSetId } from './connection-sets'
import { type ConnectivityRow, idAt } from './connectivity-row'
import type { Evaluation } from './evaluation'
import type { PodClass } from './pod-classes'
import { RowWalk } from './row-walk'
import { portsTowards } from './rule-match'
import type { AppliedTier } from './tiers'
import { either, type Truth } from './truth'
import type { Direction } from './types'

/** A row in the making: whose it is, and which places its columns have in the walk. */
type Task = {
  readonly podClass: PodClass
  readonly direction: Direction
  readonly family: AddressFamily | null
  readonly walk: RowWalk
  /** Columns that some rule singles out; the place after them is the rest. */
  readonly columns: readonly number[]
}

/** Does something at one place with the ports that a rule covers there; `isSure` when the rule surely matches. */
type Act = (place: number, ports: ConnectionSetId, isSure: boolean) => void

/** Computes rows of the connectivity matrix, column by column only where a rule tells columns apart. */
export class RowComputer {
  /** Place of each column in the row that is being computed; anything for columns that are not singled out. */
  private readonly places: Int32Array

  constructor(
    private readonly columns: Columns,
    private readonly evaluation: Evaluation,
  ) {
    this.places = new Int32Array(columns.size)
  }

  compute(podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const tiers = this.evaluation.index.tiersFor(podClass, direction)
    const columns = this.singledOut(tiers, podClass, direction, family)
    const task = { podClass, direction, family, columns, walk: new RowWalk(columns.length + 1, this.evaluation.sets) }
    for (const tier of tiers) {
      if (tier.mode === 'union') this.union(tier, task)
      else this.firstMatch(tier, task)
    }
    return task.walk.finish(columns)
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
    const { sets } = this.evaluation
    const { walk, direction } = task
    const [sure, perhaps] = [new Int32Array(walk.size), new Int32Array(walk.size)]
    const [sureDeny, perhapsDeny] = [new Int32Array(walk.size), new Int32Array(walk.size)]
    let isolates: Truth = 'no'
    for (const policy of tier.policies) {
      isolates = either(isolates, policy[direction].isolates)
      for (const rule of policy[direction].rules) {
        const [certain, uncertain] = rule.action === 'deny' ? [sureDeny, perhapsDeny] : [sure, perhaps]
        this.forMatches(rule, task, (place, ports, isSure) => {
          const target = isSure ? certain : uncertain
          target[place] = sets.union(idAt(target, place), ports)
        })
      }
    }
    for (let place = 0; place < walk.size; place++) {
      walk.deny(place, idAt(sureDeny, place), idAt(perhapsDeny, place))
      walk.endUnion(place, idAt(sure, place), idAt(perhaps, place), isolates)
    }
  }

  private firstMatch(tier: AppliedTier, task: Task): void {
    let start = 0
    while (start < tier.policies.length) {
      let end = start + 1
      while (tier.mode === 'first-match' && tier.policies[end]?.order === tier.policies[start]?.order && end < tier.policies.length) end++
      this.equalOrder(tier.policies.slice(start, end), task)
      start = end
    }
    task.walk.endFirstMatch(tier.policies.reduce<Truth>((truth, policy) => either(truth, policy[task.direction].isolates), 'no'))
  }

  /** Policies of equal order each start from what is undecided; what they disagree on ends up in more than one set. */
  private equalOrder(policies: readonly CompiledPolicy[], task: Task): void {
    const { sets } = this.evaluation
    const { walk, direction } = task
    const before = walk.undecided.slice()
    const rest = before.slice()
    for (const policy of policies) {
      const undecided = before.slice()
      for (const rule of policy[direction].rules) {
        const target = walk.target(rule.action)
        this.forMatches(rule, task, (place, ports, isSure) => {
          const hit = sets.intersect(idAt(undecided, place), ports)
          if (hit === sets.none) return
          target[place] = sets.union(idAt(target, place), hit)
          if (isSure) undecided[place] = sets.subtract(idAt(undecided, place), hit)
        })
      }
      for (let place = 0; place < walk.size; place++) rest[place] = sets.intersect(idAt(rest, place), idAt(undecided, place))
    }
    walk.undecided.set(rest)
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

const EVERYWHERE: Matching = { sure: [], perhaps: [], isEverywhere: true }

export function hasNames({ ports }: CompiledRule): boolean {
  return ports.names.length > 0 || ports.exceptNames.length > 0
}
