import type { CompiledPolicy, CompiledRule } from '../../policy/compiled-policy'
import type { ConnectionSetId, ConnectionSets } from '../../policy/connection-sets'
import { portsTowards } from '../../policy/rule-match'
import type { AppliedTier } from '../../policy/tiers'
import { either, isMaybe, type Truth } from '../../policy/truth'
import type { Cells, SubjectGroup } from './cells'

/** What the policies of one side say about one other end. */
export type CellOutcome = {
  readonly allowed: ConnectionSetId
  /** Allowed or not, nobody can tell. */
  readonly unknown: ConnectionSetId
  /** The same for protocols without ports, which rules without ports also cover in some families. */
  readonly others: Truth
}

/** What is left undecided when a rule is reached. */
export type CellReach = { readonly ports: ConnectionSetId; readonly others: boolean }

export type CellQuestion = {
  readonly cells: Cells
  readonly sets: ConnectionSets
  readonly group: SubjectGroup
  readonly column: number
  /** Policies and rules that are left out. */
  readonly without: ReadonlySet<CompiledPolicy | CompiledRule>
  /** Told of each rule that matches for sure or perhaps, with what reaches it, in the order of evaluation. */
  readonly onRule: ((policy: CompiledPolicy, rule: CompiledRule, reach: CellReach) => void) | null
}

/** Decides one cell, tier by tier, with what is uncertain going both ways. */
export function decideCell(question: CellQuestion): CellOutcome {
  const walk = new CellWalk(question)
  for (const tier of question.group.tiers) {
    if (tier.mode === 'union') walk.union(tier)
    else walk.firstMatch(tier)
  }
  return walk.finish()
}

class CellWalk {
  private undecided: ConnectionSetId
  private allowed: ConnectionSetId
  private denied: ConnectionSetId
  /** Of the protocols without ports: undecided until a rule surely speaks of them. */
  private others: 'undecided' | 'allowed' | 'denied' | 'unknown' = 'undecided'

  constructor(private readonly question: CellQuestion) {
    this.undecided = question.sets.all
    this.allowed = question.sets.none
    this.denied = question.sets.none
  }

  union({ policies }: AppliedTier): void {
    const { sets } = this.question
    const rules = {
      deny: { sure: sets.none, perhaps: sets.none, others: false },
      allow: { sure: sets.none, perhaps: sets.none, others: false },
    }
    let isolates: Truth = 'no'
    const reach = { ports: this.undecided, others: this.others === 'undecided' }
    for (const policy of policies) {
      if (this.isLeftOut(policy)) continue
      isolates = either(isolates, policy[this.question.group.direction].isolates)
      this.eachRule(policy, (rule, ports, truth) => {
        this.question.onRule?.(policy, rule, reach)
        const side = rule.action === 'deny' ? rules.deny : rules.allow
        if (truth === 'yes') side.sure = sets.union(side.sure, ports)
        side.perhaps = sets.union(side.perhaps, ports)
        side.others ||= truth === 'yes' && coversOthers(rule)
      })
    }
    this.denied = sets.union(this.denied, sets.intersect(this.undecided, rules.deny.perhaps))
    this.undecided = sets.subtract(this.undecided, rules.deny.sure)
    this.allowed = sets.union(this.allowed, sets.intersect(this.undecided, rules.allow.perhaps))
    const rest = sets.subtract(this.undecided, rules.allow.sure)
    if (isolates !== 'no') this.denied = sets.union(this.denied, rest)
    this.undecided = isolates === 'yes' ? sets.none : rest
    if (this.others === 'undecided') {
      if (rules.deny.others) this.others = 'denied'
      else if (rules.allow.others) this.others = 'allowed'
      else if (isolates === 'yes') this.others = 'denied'
      else if (isMaybe(isolates)) this.others = 'unknown'
    }
  }

  firstMatch(tier: AppliedTier): void {
    const { sets } = this.question
    const { direction } = this.question.group
    const policies = tier.policies.filter((policy) => !this.isLeftOut(policy))
    let passed = sets.none
    let othersPassed = false
    for (let start = 0; start < policies.length; ) {
      const order = policies[start]?.order
      let end = start + 1
      while (tier.mode === 'first-match' && end < policies.length && policies[end]?.order === order) end++
      const before = this.undecided
      const othersBefore = this.others
      let rest = before
      for (const policy of policies.slice(start, end)) {
        let undecided = before
        let others = othersBefore === 'undecided' && !othersPassed
        this.eachRule(policy, (rule, ports, truth) => {
          this.question.onRule?.(policy, rule, { ports: undecided, others })
          const hit = sets.intersect(undecided, ports)
          if (rule.action === 'allow') this.allowed = sets.union(this.allowed, hit)
          else if (rule.action === 'deny') this.denied = sets.union(this.denied, hit)
          else passed = sets.union(passed, hit)
          if (truth !== 'yes') return
          undecided = sets.subtract(undecided, hit)
          if (!others || !coversOthers(rule)) return
          others = false
          if (rule.action === 'pass') othersPassed = true
          else this.others = rule.action === 'allow' ? 'allowed' : 'denied'
        })
        rest = sets.intersect(rest, undecided)
      }
      this.undecided = rest
      start = end
    }
    const isolates = policies.reduce<Truth>((truth, policy) => either(truth, policy[direction].isolates), 'no')
    if (isolates !== 'no') this.denied = sets.union(this.denied, this.undecided)
    this.undecided = sets.union(isolates === 'yes' ? sets.none : this.undecided, passed)
    if (this.others === 'undecided' && !othersPassed && isolates === 'yes') this.others = 'denied'
  }

  /** What no tier decided is allowed. */
  finish(): CellOutcome {
    const { sets } = this.question
    const allow = sets.union(this.allowed, this.undecided)
    const others =
      this.others === 'undecided' || this.others === 'allowed' ? 'yes' : this.others === 'denied' ? 'no' : 'protocol-not-covered'
    return { allowed: sets.subtract(allow, this.denied), unknown: sets.intersect(allow, this.denied), others }
  }

  private isLeftOut(policy: CompiledPolicy): boolean {
    const { without, cells } = this.question
    return without.size > 0 && without.has(cells.original(policy))
  }

  private eachRule(policy: CompiledPolicy, act: (rule: CompiledRule, ports: ConnectionSetId, truth: Truth) => void): void {
    const { cells, sets, group, column, without } = this.question
    const destination = group.direction === 'ingress' ? group.podClass : (cells.columns[column]?.podClass ?? null)
    for (const rule of policy[group.direction].rules) {
      if (without.has(rule)) continue
      const truth = cells.matches(rule, group, column)
      if (truth !== 'no') act(rule, portsTowards(rule.ports, destination, sets), truth)
    }
  }
}

/** Whether the rule surely speaks of ICMP and other protocols without ports. */
export function coversOthers({ ports }: CompiledRule): boolean {
  return ports.others.ICMP === 'yes' || ports.others.OTHER === 'yes'
}
