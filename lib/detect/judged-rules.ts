import type { CompiledPolicy, CompiledRule } from '../policy/compiled-policy'
import type { ConnectionSetId } from '../policy/connection-sets'
import { portsTowards } from '../policy/rule-match'
import type { Direction } from '../policy/types'
import type { SubjectGroup } from './cells'
import { type CellOutcome, type CellReach, coversOthers, decideCell } from './decide-cell'
import type { PolicyView } from './policy-view'

/** Steps that may go into the question of one policy or rule; what costs more is taken to be needed. */
const MAX_STEPS = 400_000

const NOTHING: ReadonlySet<CompiledPolicy | CompiledRule> = new Set()

/** What a rule does where it matches, beside what decides before and after it. */
export type RuleRole =
  /** It decides something, or it cannot be told. */
  | { readonly kind: 'decides' }
  /** It matches no pod and no address that can be told apart. */
  | { readonly kind: 'matches-nobody' }
  /** Earlier rules decide all that it matches; `isContradicted` when they decide some of it the other way. */
  | { readonly kind: 'never-reached'; readonly isContradicted: boolean; readonly by: readonly NamedRule[] }

export type NamedRule = { readonly policy: CompiledPolicy; readonly rule: CompiledRule }

/** Exact answers about single rules and policies, on all classes of pods and all parts of the outside. */
export class JudgedRules {
  private readonly groupsOf = new Map<CompiledPolicy, SubjectGroup[]>()

  constructor(private readonly view: PolicyView) {
    for (const group of view.cells.groups) {
      for (const policy of group.policies) {
        const known = this.groupsOf.get(policy)
        if (known === undefined) this.groupsOf.set(policy, [group])
        else known.push(group)
      }
    }
  }

  /** True when what `other` isolates is closed where, or before, it is by `policy`: tiers in between could open it. */
  isolatesNoLater(other: CompiledPolicy, policy: CompiledPolicy): boolean {
    const { index } = this.view.engine.facts.evaluation
    return other.tier === policy.tier && (index.isolatesLate(policy) || !index.isolatesLate(other))
  }

  groups(policy: CompiledPolicy, direction: Direction): readonly SubjectGroup[] {
    return (this.groupsOf.get(policy) ?? []).filter((group) => group.direction === direction)
  }

  role(policy: CompiledPolicy, rule: CompiledRule): RuleRole {
    if (!isPlain(rule)) return { kind: 'decides' }
    const { sets } = this.view.engine.facts.evaluation
    let matched = false
    let isContradicted = false
    let by: readonly NamedRule[] = []
    let steps = 0
    for (const group of this.groups(policy, rule.direction)) {
      // Nothing comes before the first tier, and in a union no rule comes before another.
      const [first] = group.tiers
      const isFirst = first?.mode === 'union' && first.policies.some((other) => this.view.cells.original(other) === policy)
      for (const column of this.view.cells.columnsMatching(rule)) {
        if (this.view.cells.matches(rule, group, column) !== 'yes') continue
        const ports = this.portsOf(rule, group, column)
        const others = coversOthers(rule)
        if (ports === sets.none && !others) continue
        if (isFirst) return { kind: 'decides' }
        matched = true
        steps += group.policies.length
        if (steps > MAX_STEPS) return { kind: 'decides' }
        const earlier: NamedRule[] = []
        let reach: CellReach | null = null
        const outcome = this.decide(group, column, NOTHING, (otherPolicy, other, otherReach) => {
          if (other === rule) reach ??= otherReach
          else if (reach === null) earlier.push({ policy: otherPolicy, rule: other })
        })
        const reached = reach as CellReach | null
        if (reached !== null && (sets.intersect(reached.ports, ports) !== sets.none || (others && reached.others)))
          return { kind: 'decides' }
        if (by.length === 0) by = earlier
        isContradicted ||= this.contradicts(rule, ports, outcome)
      }
    }
    return matched ? { kind: 'never-reached', isContradicted, by } : { kind: 'matches-nobody' }
  }

  /** Whether nothing changes anywhere when the rules and policies of `without` are left out, beyond those of `already`. */
  isNeedless(
    subject: CompiledPolicy | CompiledRule,
    policy: CompiledPolicy,
    rules: readonly CompiledRule[],
    already: ReadonlySet<CompiledPolicy | CompiledRule>,
  ): boolean {
    const without = new Set([...already, subject])
    let steps = 0
    for (const rule of rules) {
      for (const group of this.groups(policy, rule.direction)) {
        for (const column of this.view.cells.columnsMatching(rule)) {
          if (this.view.cells.matches(rule, group, column) === 'no') continue
          steps += group.policies.length
          if (steps > MAX_STEPS) return false
          const before = this.decide(group, column, already, null)
          const after = this.decide(group, column, without, null)
          if (before.allowed !== after.allowed || before.unknown !== after.unknown || before.others !== after.others) return false
        }
      }
    }
    return true
  }

  /** The other rules that match the first cell of a rule, for words about what covers it. */
  othersAt(policy: CompiledPolicy, rule: CompiledRule, without: ReadonlySet<CompiledPolicy | CompiledRule>): readonly NamedRule[] {
    for (const group of this.groups(policy, rule.direction)) {
      for (const column of this.view.cells.columnsMatching(rule)) {
        if (this.view.cells.matches(rule, group, column) !== 'yes') continue
        const others: NamedRule[] = []
        this.decide(group, column, without, (otherPolicy, other) => {
          if (other !== rule && other.action === rule.action) others.push({ policy: otherPolicy, rule: other })
        })
        return others
      }
    }
    return []
  }

  /** Whether the rule matches anything at all in the cluster. */
  matchesSomebody(policy: CompiledPolicy, rule: CompiledRule): boolean {
    const { sets } = this.view.engine.facts.evaluation
    return this.groups(policy, rule.direction).some((group) => {
      for (const column of this.view.cells.columnsMatching(rule)) {
        if (this.view.cells.matches(rule, group, column) !== 'no' && this.portsOf(rule, group, column) !== sets.none) return true
      }
      return false
    })
  }

  private contradicts(rule: CompiledRule, ports: ConnectionSetId, { allowed, unknown }: CellOutcome): boolean {
    const { sets } = this.view.engine.facts.evaluation
    if (rule.action === 'allow') return sets.subtract(ports, sets.union(allowed, unknown)) !== sets.none
    return rule.action === 'deny' && sets.intersect(ports, allowed) !== sets.none
  }

  private portsOf(rule: CompiledRule, group: SubjectGroup, column: number): ConnectionSetId {
    const destination = group.direction === 'ingress' ? group.podClass : (this.view.cells.columns[column]?.podClass ?? null)
    return portsTowards(rule.ports, destination, this.view.engine.facts.evaluation.sets)
  }

  private decide(
    group: SubjectGroup,
    column: number,
    without: ReadonlySet<CompiledPolicy | CompiledRule>,
    onRule: ((policy: CompiledPolicy, rule: CompiledRule, reach: CellReach) => void) | null,
  ): CellOutcome {
    const { cells, engine } = this.view
    return decideCell({ cells, sets: engine.facts.evaluation.sets, group, column, without, onRule })
  }
}

/** Whether all that the rule speaks of are pods, addresses and ports, so that cells show everything that it does. */
export function isPlain({ peers, ports, certainty, index }: CompiledRule): boolean {
  return (
    index >= 0 && certainty === 'yes' && peers.every((peer) => peer.every(({ kind }) => PLAIN.has(kind))) && ports.exceptNames.length === 0
  )
}

const PLAIN: ReadonlySet<string> = new Set(['pods', 'addresses', 'expression'])
