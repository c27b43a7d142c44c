import type { AddressFamily } from './address-set'
import type { CompiledPolicy, CompiledRule } from './compiled-policy'
import type { ConnectionSetId, ConnectionSets } from './connection-sets'
import type { End } from './end'
import type { Evaluation } from './evaluation'
import type { PodClass } from './pod-classes'
import { portsTowards } from './rule-match'
import type { AppliedTier } from './tiers'
import { either, type Truth } from './truth'
import type { Direction } from './types'

/** What one side's policies say about every possible other end: connection set ids by column. */
export type ConnectivityRow = {
  /** Surely let through. */
  readonly allowed: Int32Array
  /** Let through or not, nobody can tell. */
  readonly unknown: Int32Array
}

/** Which columns a rule's peers match: surely, and perhaps. */
type Columns = { readonly sure: readonly number[]; readonly perhaps: readonly number[] }

/**
 * Computes rows of the connectivity matrix. For each column four sets travel through the tiers: what is still
 * undecided, what may be allowed, what may be denied, and what passes on. Sets may overlap: then it is uncertain.
 */
export class RowComputer {
  private readonly columnsOfPeers = new Map<string, Columns>()
  private readonly everyColumn: readonly number[]

  constructor(
    private readonly columns: readonly End[],
    private readonly evaluation: Evaluation,
  ) {
    this.everyColumn = columns.map((_, index) => index)
  }

  /** The row of a class that no policy selects. */
  open(): ConnectivityRow {
    const { sets } = this.evaluation
    return { allowed: new Int32Array(this.columns.length).fill(sets.all), unknown: new Int32Array(this.columns.length).fill(sets.none) }
  }

  compute(podClass: PodClass, direction: Direction, family: AddressFamily | null): ConnectivityRow {
    const tiers = this.evaluation.index.tiersFor(podClass, direction)
    if (tiers.length === 0) return this.open()
    const walk = new Walk(this.columns.length, this.evaluation.sets)
    const ports = (rule: CompiledRule, column: number): ConnectionSetId =>
      portsTowards(rule.ports, direction === 'ingress' ? podClass : this.classAt(column), this.evaluation.sets)
    for (const tier of tiers) {
      if (tier.mode === 'union') this.union(tier, podClass, direction, family, ports, walk)
      else this.firstMatch(tier, podClass, direction, family, ports, walk)
    }
    return walk.finish()
  }

  private union(
    tier: AppliedTier,
    podClass: PodClass,
    direction: Direction,
    family: AddressFamily | null,
    ports: PortsOf,
    walk: Walk,
  ): void {
    const { sets } = this.evaluation
    const sure = new Int32Array(this.columns.length)
    const perhaps = new Int32Array(this.columns.length)
    const sureDeny = new Int32Array(this.columns.length)
    const perhapsDeny = new Int32Array(this.columns.length)
    let isolates: Truth = 'no'
    for (const policy of tier.policies) {
      isolates = either(isolates, policy[direction].isolates)
      for (const rule of policy[direction].rules) {
        if (!this.mayMatch(rule, podClass, family)) continue
        const columns = this.columnsOf(rule, family)
        const [certain, uncertain] = rule.action === 'deny' ? [sureDeny, perhapsDeny] : [sure, perhaps]
        const target = rule.certainty === 'yes' ? certain : uncertain
        for (const column of columns.sure) target[column] = sets.union(idAt(target, column), ports(rule, column))
        for (const column of columns.perhaps) uncertain[column] = sets.union(idAt(uncertain, column), ports(rule, column))
      }
    }
    for (const column of this.everyColumn) {
      walk.deny(column, idAt(sureDeny, column), idAt(perhapsDeny, column))
      walk.endUnion(column, idAt(sure, column), idAt(perhaps, column), isolates)
    }
  }

  private firstMatch(
    tier: AppliedTier,
    podClass: PodClass,
    direction: Direction,
    family: AddressFamily | null,
    ports: PortsOf,
    walk: Walk,
  ): void {
    let start = 0
    while (start < tier.policies.length) {
      let end = start + 1
      while (tier.mode === 'first-match' && tier.policies[end]?.order === tier.policies[start]?.order && end < tier.policies.length) end++
      this.equalOrder(tier.policies.slice(start, end), podClass, direction, family, ports, walk)
      start = end
    }
    const isolates = tier.policies.reduce<Truth>((truth, policy) => either(truth, policy[direction].isolates), 'no')
    walk.endFirstMatch(isolates)
  }

  /** Policies of equal order each start from what is undecided; what they disagree on ends up in more than one set. */
  private equalOrder(
    policies: readonly CompiledPolicy[],
    podClass: PodClass,
    direction: Direction,
    family: AddressFamily | null,
    ports: PortsOf,
    walk: Walk,
  ): void {
    const { sets } = this.evaluation
    const before = walk.undecided.slice()
    const rest = before.slice()
    for (const policy of policies) {
      const undecided = before.slice()
      for (const rule of policy[direction].rules) {
        if (!this.mayMatch(rule, podClass, family)) continue
        const columns = this.columnsOf(rule, family)
        const target = walk.target(rule.action)
        const act = (column: number, isSure: boolean): void => {
          const hit = sets.intersect(idAt(undecided, column), ports(rule, column))
          if (hit === sets.none) return
          target[column] = sets.union(idAt(target, column), hit)
          if (isSure) undecided[column] = sets.subtract(idAt(undecided, column), hit)
        }
        for (const column of columns.sure) act(column, rule.certainty === 'yes')
        for (const column of columns.perhaps) act(column, false)
      }
      for (const column of this.everyColumn) rest[column] = sets.intersect(idAt(rest, column), idAt(undecided, column))
    }
    walk.undecided.set(rest)
  }

  /** What a rule asks of the pod itself is certain, because classes know everything about their pods. */
  private mayMatch(rule: CompiledRule, podClass: PodClass, family: AddressFamily | null): boolean {
    return rule.self.every((term) => this.evaluation.matcher.holdsForClass(term, podClass, family))
  }

  private classAt(column: number): PodClass | null {
    const end = this.columns[column]
    return end?.kind === 'pod' ? end.podClass : null
  }

  private columnsOf(rule: CompiledRule, family: AddressFamily | null): Columns {
    if (rule.peers.some((peer) => peer.length === 0)) return { sure: this.everyColumn, perhaps: [] }
    const key = `${family}|${rule.peers.map((peer) => peer.map((term) => term.key).join('&')).join('|')}`
    let columns = this.columnsOfPeers.get(key)
    if (columns === undefined) {
      columns = this.findColumns(rule, family)
      this.columnsOfPeers.set(key, columns)
    }
    return columns
  }

  private findColumns(rule: CompiledRule, family: AddressFamily | null): Columns {
    const sure: number[] = []
    const perhaps: number[] = []
    this.columns.forEach((end, column) => {
      let truth: Truth = 'no'
      for (const peer of rule.peers) {
        truth = either(truth, this.evaluation.matcher.holds(peer, end, family))
        if (truth === 'yes') break
      }
      if (truth === 'yes') sure.push(column)
      else if (truth !== 'no') perhaps.push(column)
    })
    return { sure, perhaps }
  }
}

type PortsOf = (rule: CompiledRule, column: number) => ConnectionSetId

/** The sets of every column on their way through the tiers. */
class Walk {
  readonly undecided: Int32Array
  private readonly allowed: Int32Array
  private readonly denied: Int32Array
  private readonly passed: Int32Array

  constructor(
    size: number,
    private readonly sets: ConnectionSets,
  ) {
    this.undecided = new Int32Array(size).fill(sets.all)
    this.allowed = new Int32Array(size).fill(sets.none)
    this.denied = new Int32Array(size).fill(sets.none)
    this.passed = new Int32Array(size).fill(sets.none)
  }

  target(action: CompiledRule['action']): Int32Array {
    return action === 'allow' ? this.allowed : action === 'deny' ? this.denied : this.passed
  }

  /** What deny rules of a union take away before any rule may allow. */
  deny(column: number, sure: ConnectionSetId, perhaps: ConnectionSetId): void {
    const { sets } = this
    const undecided = idAt(this.undecided, column)
    this.denied[column] = sets.union(idAt(this.denied, column), sets.intersect(undecided, sets.union(sure, perhaps)))
    this.undecided[column] = sets.subtract(undecided, sure)
  }

  endUnion(column: number, sure: ConnectionSetId, perhaps: ConnectionSetId, isolates: Truth): void {
    const { sets } = this
    const undecided = idAt(this.undecided, column)
    const allowed = sets.intersect(undecided, sets.union(sure, perhaps))
    const rest = sets.subtract(undecided, sure)
    this.allowed[column] = sets.union(idAt(this.allowed, column), allowed)
    if (isolates !== 'no') this.denied[column] = sets.union(idAt(this.denied, column), rest)
    this.undecided[column] = isolates === 'yes' ? sets.none : rest
  }

  endFirstMatch(isolates: Truth): void {
    this.undecided.forEach((id, column) => {
      const rest = id as ConnectionSetId
      if (isolates !== 'no') this.denied[column] = this.sets.union(idAt(this.denied, column), rest)
      this.undecided[column] = this.sets.union(isolates === 'yes' ? this.sets.none : rest, idAt(this.passed, column))
      this.passed[column] = this.sets.none
    })
  }

  /** What no tier decided is allowed. */
  finish(): ConnectivityRow {
    const { sets } = this
    const size = this.undecided.length
    const row = { allowed: new Int32Array(size), unknown: new Int32Array(size) }
    for (let column = 0; column < size; column++) {
      const allow = sets.union(idAt(this.allowed, column), idAt(this.undecided, column))
      const deny = idAt(this.denied, column)
      row.allowed[column] = sets.subtract(allow, deny)
      row.unknown[column] = sets.intersect(allow, deny)
    }
    return row
  }
}

function idAt(row: Int32Array, column: number): ConnectionSetId {
  return (row[column] ?? 0) as ConnectionSetId
}
