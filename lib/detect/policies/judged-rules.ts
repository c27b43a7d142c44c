import type { CompiledPolicy, CompiledRule } from '../../policy/compiled-policy'
import type { ConnectionSetId } from '../../policy/connection-sets'
import { portsTowards } from '../../policy/rule-match'
import type { Direction } from '../../policy/types'
import type { SubjectGroup } from './cells'
import { type CellOutcome, type CellReach, coversOthers, decideCell } from './decide-cell'
import type { PolicyView } from './policy-view'
import type { WrittenRule } from './written-rules'

/** Rules that may be walked for the question of one policy or rule; what costs more is taken to be needed. */
const MAX_STEPS = 1_000_000
/** The same for all questions together: about a second. */
const MAX_STEPS_IN_ALL = 12_000_000
/** Rules that are walked before others may have a turn: some milliseconds. */
const REST_AFTER = 20_000
/** Outcomes of cells that are remembered. */
const MAX_OUTCOMES = 200_000

/** What a rule does where it matches, beside what decides before and after it. */
export type RuleRole =
  /** It decides something, or it cannot be told. */
  | { readonly kind: 'decides' }
  /** It matches no pod and no address that can be told apart. */
  | { readonly kind: 'matches-nobody' }
  /** Earlier rules decide all that it matches; `isContradicted` when they decide some of it the other way. */
  | { readonly kind: 'never-reached'; readonly isContradicted: boolean; readonly by: readonly NamedRule[] }

export type NamedRule = { readonly policy: CompiledPolicy; readonly rule: CompiledRule }

/**
 * Exact answers about single rules and policies, on all classes of pods and all parts of the outside. What was found to
 * change nothing is left out of all later questions, so that everything that is found can go at once.
 */
export class JudgedRules {
  private readonly groupsOf = new Map<CompiledPolicy, SubjectGroup[]>()
  private readonly leftOut = new Set<CompiledPolicy | CompiledRule>()
  private readonly rulesIn = new Map<SubjectGroup, number>()
  private readonly outcomes = new Map<SubjectGroup, Map<number, CellOutcome>>()
  private remembered = 0
  private stepsInAll = 0
  private questionSteps = 0
  private restedAt = 0
  private looks = 0

  constructor(private readonly view: PolicyView) {
    for (const group of view.cells.groups) {
      this.rulesIn.set(
        group,
        group.policies.reduce((sum, policy) => sum + policy[group.direction].rules.length, 1),
      )
      for (const policy of group.policies) {
        const known = this.groupsOf.get(policy)
        if (known === undefined) this.groupsOf.set(policy, [group])
        else known.push(group)
      }
    }
  }

  /** True when questions were not answered any more because there were too many. */
  get isExhausted(): boolean {
    return this.stepsInAll > MAX_STEPS_IN_ALL
  }

  /** `what` changes nothing: later questions are asked without it. */
  leaveOut(what: readonly (CompiledPolicy | CompiledRule)[]): void {
    for (const each of what) this.leftOut.add(each)
  }

  isLeftOut(what: CompiledPolicy | CompiledRule): boolean {
    return this.leftOut.has(what)
  }

  /** True when what `other` isolates is closed where, or before, it is by `policy`: tiers in between could open it. */
  isolatesNoLater(other: CompiledPolicy, policy: CompiledPolicy): boolean {
    const { index } = this.view.engine.facts.evaluation
    return other.tier === policy.tier && (index.isolatesLate(policy) || !index.isolatesLate(other))
  }

  groups(policy: CompiledPolicy, direction: Direction): readonly SubjectGroup[] {
    return (this.groupsOf.get(policy) ?? []).filter((group) => group.direction === direction)
  }

  /** The role of a rule as it was written: it decides something when one of its parts does. */
  *role(policy: CompiledPolicy, { parts }: WrittenRule): Generator<null, RuleRole> {
    const own = new Set(parts)
    const by: NamedRule[] = []
    let isContradicted = false
    let isMatching = false
    this.questionSteps = 0
    for (const part of parts) {
      const role = yield* this.partRole(policy, part)
      if (role.kind === 'decides') return role
      if (role.kind === 'matches-nobody') continue
      isMatching = true
      isContradicted ||= role.isContradicted
      by.push(...role.by.filter(({ rule }) => !own.has(rule)))
    }
    return isMatching ? { kind: 'never-reached', isContradicted, by } : { kind: 'matches-nobody' }
  }

  private *partRole(policy: CompiledPolicy, rule: CompiledRule): Generator<null, RuleRole> {
    if (!isPlain(rule)) return { kind: 'decides' }
    const { sets } = this.view.engine.facts.evaluation
    let matched = false
    let isContradicted = false
    const by = new Map<CompiledRule, NamedRule>()
    for (const group of this.groups(policy, rule.direction)) {
      // Nothing comes before the first tier, and in a union no rule comes before another.
      const [first] = group.tiers
      const isFirst = first?.mode === 'union' && first.policies.some((other) => this.view.cells.original(other) === policy)
      for (const column of this.view.cells.columnsMatching(rule)) {
        if (this.needsRest()) yield null
        if (this.view.cells.matches(rule, group, column) !== 'yes') continue
        const ports = this.portsOf(rule, group, column)
        const others = coversOthers(rule)
        if (ports === sets.none && !others) continue
        if (isFirst) return { kind: 'decides' }
        matched = true
        if (!this.mayAsk(group)) return { kind: 'decides' }
        const earlier: NamedRule[] = []
        let reach: CellReach | null = null
        const outcome = this.decide(group, column, this.leftOut, (otherPolicy, other, otherReach) => {
          if (other === rule) reach ??= otherReach
          else if (reach === null) earlier.push({ policy: otherPolicy, rule: other })
        })
        const reached = reach as CellReach | null
        if (reached !== null && (sets.intersect(reached.ports, ports) !== sets.none || (others && reached.others)))
          return { kind: 'decides' }
        for (const named of earlier) by.set(named.rule, named)
        isContradicted ||= this.contradicts(rule, ports, outcome)
      }
    }
    return matched ? { kind: 'never-reached', isContradicted, by: [...by.values()] } : { kind: 'matches-nobody' }
  }

  /** Whether nothing changes anywhere without `what`, a policy or rules that have `parts`. */
  *isNeedless(
    what: readonly (CompiledPolicy | CompiledRule)[],
    policy: CompiledPolicy,
    parts: readonly CompiledRule[],
  ): Generator<null, boolean> {
    const without = new Set([...this.leftOut, ...what])
    this.questionSteps = 0
    for (const rule of parts) {
      for (const group of this.groups(policy, rule.direction)) {
        for (const column of this.view.cells.columnsMatching(rule)) {
          if (this.needsRest()) yield null
          if (this.view.cells.matches(rule, group, column) === 'no') continue
          if (!this.mayAsk(group)) return false
          const before = this.outcome(group, column)
          const after = this.decide(group, column, without, null)
          if (before.allowed !== after.allowed || before.unknown !== after.unknown || before.others !== after.others) return false
        }
      }
    }
    return true
  }

  /** Rules that do the same as some of `parts` in the first cell that one of these matches, for words about what covers them. */
  othersAt(policy: CompiledPolicy, parts: readonly CompiledRule[]): readonly NamedRule[] {
    const own = new Set(parts)
    const { sets } = this.view.engine.facts.evaluation
    return parts.flatMap((rule) => {
      for (const group of this.groups(policy, rule.direction)) {
        for (const column of this.view.cells.columnsMatching(rule)) {
          if (this.view.cells.matches(rule, group, column) !== 'yes') continue
          const ports = this.portsOf(rule, group, column)
          const others: NamedRule[] = []
          this.decide(group, column, this.leftOut, (otherPolicy, other) => {
            if (own.has(other) || other.action !== rule.action) return
            const isMeeting = sets.intersect(ports, this.portsOf(other, group, column)) !== sets.none
            if (isMeeting || (coversOthers(rule) && coversOthers(other))) others.push({ policy: otherPolicy, rule: other })
          })
          return others
        }
      }
      return []
    })
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

  private mayAsk(group: SubjectGroup): boolean {
    const steps = this.rulesIn.get(group) ?? 1
    this.questionSteps += steps
    this.stepsInAll += steps
    return this.questionSteps <= MAX_STEPS && this.stepsInAll <= MAX_STEPS_IN_ALL
  }

  /** Asked for each column: one that is only looked at costs about as much as a rule that is walked. */
  private needsRest(): boolean {
    this.looks++
    const done = this.stepsInAll + this.looks
    if (done - this.restedAt < REST_AFTER) return false
    this.restedAt = done
    return true
  }

  /** What is decided now. What was left out changed nothing, so an outcome holds for good. */
  private outcome(group: SubjectGroup, column: number): CellOutcome {
    let known = this.outcomes.get(group)
    if (known === undefined) {
      known = new Map()
      this.outcomes.set(group, known)
    }
    const outcome = known.get(column) ?? this.decide(group, column, this.leftOut, null)
    if (!known.has(column) && this.remembered < MAX_OUTCOMES) {
      this.remembered++
      known.set(column, outcome)
    }
    return outcome
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
