import { ADDRESS_FAMILIES, type AddressFamily, type AddressRange, splitAtBounds } from '../../policy/address-set'
import type { CompiledPolicy, CompiledRule } from '../../policy/compiled-policy'
import { anyPodOf, type End } from '../../policy/end'
import type { Condition } from '../../policy/end-term'
import type { PolicyEngine } from '../../policy/engine'
import type { PodClass } from '../../policy/pod-classes'
import type { AppliedTier } from '../../policy/tiers'
import { both, either, type Truth } from '../../policy/truth'
import type { Direction } from '../../policy/types'

/** One thing that rules may name as the other end: a class of pods over one address family, or a part of the outside. */
export type Column = { readonly end: End; readonly family: AddressFamily | null; readonly podClass: PodClass | null }

/** Classes of pods that the same policies select in one direction, so that what holds for one of them holds for all. */
export type SubjectGroup = {
  readonly direction: Direction
  readonly tiers: readonly AppliedTier[]
  readonly policies: readonly CompiledPolicy[]
  /** Stands for all of them. */
  readonly podClass: PodClass
  readonly classes: readonly PodClass[]
}

/** What cells are made of: the classes, in a fixed order, and which of them a condition matches. */
export type CellsInput = {
  readonly engine: PolicyEngine
  readonly classes: readonly PodClass[]
  matching(condition: Condition): readonly PodClass[]
}

/** Which columns each rule matches, and which classes share their policies; what the exact judgements are made on. */
export class Cells {
  readonly columns: readonly Column[]
  readonly groups: readonly SubjectGroup[]
  private readonly originals: ReadonlyMap<Condition, CompiledPolicy>
  private readonly groupOfClass = new Map<string, SubjectGroup>()
  private readonly columnsOfClass = new Map<PodClass, readonly number[]>()
  private readonly firstOutside: number
  private readonly truths = new Map<string, ReadonlyMap<number, Truth>>()
  private readonly truthsOfRule = new Map<CompiledRule, ReadonlyMap<number, Truth> | 'everybody'>()

  constructor(private readonly view: CellsInput) {
    const { addresses } = view.engine.facts
    const columns: Column[] = []
    for (const podClass of view.classes) {
      const known = ADDRESS_FAMILIES.filter((family) => podClass.addresses[family] !== null)
      const families = addresses.length === 0 || known.length === 0 ? [null] : known
      this.columnsOfClass.set(
        podClass,
        families.map((_, index) => columns.length + index),
      )
      for (const family of families) columns.push({ end: anyPodOf(podClass), family, podClass })
    }
    this.firstOutside = columns.length
    for (const family of ADDRESS_FAMILIES) {
      for (const range of splitAtBounds(family, addresses)) columns.push({ end: outsideEnd(family, range), family, podClass: null })
    }
    this.columns = columns
    this.originals = new Map(view.engine.facts.listed.map(({ policy }) => [policy.subject, policy]))
    this.groups = this.groupClasses()
  }

  /** null: no policy selects the class in that direction. */
  groupOf(podClass: PodClass, direction: Direction): SubjectGroup | null {
    return this.groupOfClass.get(`${direction} ${podClass.id}`) ?? null
  }

  /** The policy as it was read: where it isolates after other tiers, it stands in its own tier without its isolation. */
  original(policy: CompiledPolicy): CompiledPolicy {
    return this.originals.get(policy.subject) ?? policy
  }

  columnsOf(podClass: PodClass): readonly number[] {
    return this.columnsOfClass.get(podClass) ?? []
  }

  /** Whether the rule's peers match a column, ports left aside. */
  matches(rule: CompiledRule, { podClass }: SubjectGroup, column: number): Truth {
    const truths = this.truthsOf(rule)
    const peer = truths === 'everybody' ? 'yes' : (truths.get(column) ?? 'no')
    if (peer === 'no' || rule.self.length === 0) return both(peer, rule.certainty)
    const { matcher } = this.view.engine.facts.evaluation
    const family = this.columns[column]?.family ?? null
    const self: Truth = rule.self.every((term) => matcher.holdsForClass(term, podClass, family)) ? 'yes' : 'no'
    return both(both(peer, self), rule.certainty)
  }

  /** The columns that the rule's peers match or may match. */
  columnsMatching(rule: CompiledRule): Iterable<number> {
    const truths = this.truthsOf(rule)
    return truths === 'everybody' ? this.columns.keys() : truths.keys()
  }

  private truthsOf(rule: CompiledRule): ReadonlyMap<number, Truth> | 'everybody' {
    let truths = this.truthsOfRule.get(rule)
    if (truths === undefined) {
      truths = rule.peers.some((peer) => peer.length === 0) ? 'everybody' : this.truthsOfPeers(rule)
      this.truthsOfRule.set(rule, truths)
    }
    return truths
  }

  /** Rules with the same peers share what they match. */
  private truthsOfPeers({ peers }: CompiledRule): ReadonlyMap<number, Truth> {
    const key = peers.map((peer) => peer.map((term) => term.key).join('&')).join('|')
    let truths = this.truths.get(key)
    if (truths === undefined) {
      const found = new Map<number, Truth>()
      for (const peer of peers) this.addMatches(peer, found)
      truths = found
      this.truths.set(key, truths)
    }
    return truths
  }

  private addMatches(peer: Condition, found: Map<number, Truth>): void {
    const { matcher } = this.view.engine.facts.evaluation
    const test = (column: number): void => {
      const { end, family } = this.columns[column] as Column
      const truth = matcher.holds(peer, end, family)
      if (truth !== 'no') found.set(column, either(found.get(column) ?? 'no', truth))
    }
    for (const podClass of this.view.matching(peer)) for (const column of this.columnsOf(podClass)) test(column)
    if (peer.every((term) => term.kind !== 'pods'))
      for (let column = this.firstOutside; column < this.columns.length; column++) test(column)
  }

  private groupClasses(): readonly SubjectGroup[] {
    const { index } = this.view.engine.facts.evaluation
    const groups = new Map<string, SubjectGroup & { readonly classes: PodClass[] }>()
    const numbers = new Map<CompiledPolicy, number>()
    const numberOf = (policy: CompiledPolicy): number => {
      const number = numbers.get(policy) ?? numbers.size
      numbers.set(policy, number)
      return number
    }
    for (const podClass of this.view.classes) {
      for (const direction of ['ingress', 'egress'] as const) {
        const tiers = index.tiersFor(podClass, direction)
        if (tiers.length === 0) continue
        const policies = [...new Set(tiers.flatMap((tier) => tier.policies.map((policy) => this.original(policy))))]
        const looksAtItself = policies.some((policy) => policy[direction].rules.some((rule) => rule.self.length > 0))
        const own = looksAtItself ? podClass.id : direction === 'ingress' ? JSON.stringify([...podClass.namedPorts]) : ''
        const key = `${direction} ${policies.map(numberOf).join()} ${own}`
        let group = groups.get(key)
        if (group === undefined) {
          group = { direction, tiers, policies, podClass, classes: [] }
          groups.set(key, group)
        }
        group.classes.push(podClass)
        this.groupOfClass.set(`${direction} ${podClass.id}`, group)
      }
    }
    return [...groups.values()]
  }
}

function outsideEnd(family: AddressFamily, range: AddressRange): End {
  const possible = family === 4 ? { 4: [range], 6: [] } : { 4: [], 6: [range] }
  return { kind: 'address', possible, because: 'unknown-endpoint', node: null, domain: null, isApiServer: false }
}
