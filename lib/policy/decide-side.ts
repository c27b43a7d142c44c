import type { CompiledPolicy, CompiledRule, RuleAction } from './compiled-policy'
import { ruleName } from './compiled-policy'
import type { Evaluation } from './evaluation'
import { findNearMisses } from './near-misses'
import type { PodClass } from './pod-classes'
import { type Attempt, asTransport, matchRule, type RuleMatch } from './rule-match'
import { type AppliedTier, type PolicyIndex, UNREADABLE_TIER } from './tiers'
import { both, either, isMaybe, not, type Truth } from './truth'
import type { Direction, IsolationDetail, Reason, SideAnswer, TraceStep, UnknownReason } from './types'

/** A side's answer, and why it is unknown when it is. */
export type SideDecision = { readonly answer: SideAnswer; readonly reason: UnknownReason | null }

/** What can come out of a tier. Exactly one is `yes`, or several are uncertain. */
type Outcome = { readonly allow: Truth; readonly deny: Truth; readonly next: Truth }

/**
 * Decides one direction of one connection attempt by the policies that select the pod's class.
 *
 * Uncertain rules open both ways: as if they matched and as if not. Only when all ways end alike is the verdict
 * certain.
 */
export function decideSide(podClass: PodClass, direction: Direction, attempt: Attempt, evaluation: Evaluation): SideDecision {
  const decision = decideBy(evaluation.index, podClass, direction, attempt, evaluation)
  if (evaluation.pending === null) return decision
  const pending = decideBy(evaluation.pending, podClass, direction, attempt, evaluation).answer.trace.enforced
  return { ...decision, answer: { ...decision.answer, trace: { ...decision.answer.trace, pending } } }
}

function decideBy(index: PolicyIndex, podClass: PodClass, direction: Direction, attempt: Attempt, evaluation: Evaluation): SideDecision {
  const { namespace } = attempt.subject.kind === 'pod' ? attempt.subject : podClass.facts
  return decideTiers(index.tiersFor(podClass, direction), direction, attempt, evaluation, index.lastStep(namespace))
}

/** Asks tiers in order; `whenNothingDecides` ends the trace of a connection that none of them decides, and that is allowed. */
export function decideTiers(
  tiers: readonly AppliedTier[],
  direction: Direction,
  attempt: Attempt,
  evaluation: Evaluation,
  whenNothingDecides: TraceStep | null = null,
): SideDecision {
  const by: Reason[] = []
  const trace: TraceStep[] = []
  let allow: Truth = 'no'
  let deny: Truth = 'no'
  let reached: Truth = 'yes'
  for (const tier of tiers) {
    const record = new Recorder(tier, by, trace)
    const outcome =
      tier.mode === 'union'
        ? decideUnion(tier, direction, attempt, evaluation, record)
        : decideFirstMatch(tier, direction, attempt, evaluation, record)
    allow = either(allow, both(reached, outcome.allow))
    deny = either(deny, both(reached, outcome.deny))
    reached = both(reached, outcome.next)
    if (reached === 'no') break
  }
  allow = either(allow, reached)
  if (reached !== 'no' && whenNothingDecides !== null) trace.push(whenNothingDecides)
  const verdict = deny === 'no' ? 'allowed' : allow === 'no' ? 'denied' : 'unknown'
  const nearMisses = verdict === 'allowed' ? [] : findNearMisses(tiers, direction, attempt, evaluation)
  const isolated = tiers.some((tier) => tier.policies.some((policy) => policy[direction].isolates === 'yes'))
  return {
    answer: { verdict, isolated, exemption: null, by, nearMisses, trace: { enforced: trace, pending: trace } },
    reason: verdict === 'unknown' ? firstReason(allow, deny) : null,
  }
}

function firstReason(...truths: readonly Truth[]): UnknownReason {
  const reason = truths.find(isMaybe)
  if (reason === undefined) throw new Error('an unknown verdict has a reason')
  return reason
}

/** Collects what decided, as data. */
class Recorder {
  constructor(
    private readonly tier: AppliedTier,
    private readonly by: Reason[],
    private readonly trace: TraceStep[],
  ) {}

  rule(policy: CompiledPolicy, rule: CompiledRule): void {
    const name = rule.index < 0 ? null : ruleName(rule)
    const restriction = rule.restriction === undefined ? {} : { restriction: rule.restriction }
    // A policy may stand in two tiers, and a rule may have several parts.
    const isKnown = this.by.some(
      (one) => one.policy === policy.ref && one.rule === name && one.effect === rule.action && one.restriction === rule.restriction,
    )
    if (isKnown) return
    this.by.push({ policy: policy.ref, rule: name, effect: rule.action, detail: null, ...restriction })
    this.step(policy, rule.action, rule.index)
  }

  isolation(policy: CompiledPolicy, detail: IsolationDetail | null, rule: CompiledRule | null): void {
    this.by.push({ policy: policy.ref, rule: rule === null ? null : ruleName(rule), effect: 'isolates', detail })
  }

  step(policy: CompiledPolicy, action: string, rule: number): void {
    const name = policy.namespace === null ? policy.name : `${policy.namespace}/${policy.name}`
    this.trace.push({ tier: this.tier.name, kind: policy.kind, policy: name, action, rule })
  }
}

function decideUnion(tier: AppliedTier, direction: Direction, attempt: Attempt, evaluation: Evaluation, record: Recorder): Outcome {
  const deny = decideDenyRules(tier, direction, attempt, evaluation, record)
  if (deny === 'yes') return { allow: 'no', deny, next: 'no' }
  let allow = 'no' as Truth
  let isolates = 'no' as Truth
  // What a NetworkPolicy means for protocols without ports is left to the plugin.
  const isCovered: Truth = tier.name === 'NetworkPolicy' && asTransport(attempt.protocol) === null ? 'protocol-not-covered' : 'yes'
  const matches = tier.policies.map((policy) => {
    isolates = either(isolates, both(policy[direction].isolates, isCovered))
    return policy[direction].rules.filter(isAllow).map((rule) => {
      const match = matchRule(rule, attempt, evaluation.matcher, evaluation.sets)
      allow = either(allow, match.matches)
      if (match.matches !== 'no') record.rule(policy, rule)
      return { rule, match }
    })
  })
  if (allow !== 'yes') {
    tier.policies.forEach((policy, index) => {
      if (policy[direction].isolates !== 'yes') return
      const { detail, rule } = isolationDetail(matches[index] ?? [])
      record.isolation(policy, detail, rule)
      record.step(policy, 'deny', -1)
    })
  }
  const rest = both(not(deny), not(allow))
  return { allow: both(not(deny), allow), deny: either(deny, both(rest, isolates)), next: both(rest, not(isolates)) }
}

function isAllow(rule: CompiledRule): boolean {
  return rule.action === 'allow'
}

/** In a union a rule that denies beats every rule that allows. */
function decideDenyRules(tier: AppliedTier, direction: Direction, attempt: Attempt, evaluation: Evaluation, record: Recorder): Truth {
  let deny = 'no' as Truth
  for (const policy of tier.policies) {
    for (const rule of policy[direction].rules) {
      if (rule.action !== 'deny') continue
      const { matches } = matchRule(rule, attempt, evaluation.matcher, evaluation.sets)
      if (matches !== 'no') record.rule(policy, rule)
      deny = either(deny, matches)
    }
  }
  return deny
}

/** Why a policy that isolates has no rule that lets the attempt through. */
function isolationDetail(rules: readonly { readonly rule: CompiledRule; readonly match: RuleMatch }[]): {
  readonly detail: IsolationDetail | null
  readonly rule: CompiledRule | null
} {
  if (rules.length === 0) return { detail: 'no-rules', rule: null }
  // A rule that may match does not miss.
  if (rules.some(({ match }) => match.matches !== 'no')) return { detail: null, rule: null }
  const withPeer = rules.filter(({ match }) => match.peer !== 'no')
  if (withPeer.length === 0) return { detail: 'no-rule-selects-peer', rule: null }
  const named = withPeer.find(({ match }) => match.namesUnresolved)
  if (named !== undefined) return { detail: 'named-port-unresolved', rule: named.rule }
  return { detail: 'rule-selects-peer-but-not-ports', rule: null }
}

/** Rules in order. Policies of equal order are asked side by side: when they disagree, nobody defines who wins. */
function decideFirstMatch(tier: AppliedTier, direction: Direction, attempt: Attempt, evaluation: Evaluation, record: Recorder): Outcome {
  let allow: Truth = 'no'
  let deny: Truth = 'no'
  let next: Truth = 'no'
  let reached: Truth = 'yes'
  const groups = tier.mode === 'ordered' ? tier.policies.map((policy) => [policy]) : groupByOrder(tier.policies)
  for (const group of groups) {
    const outcome = mergeEqualOrder(group.map((policy) => firstMatchOf(policy, direction, attempt, evaluation, record)))
    allow = either(allow, both(reached, outcome.allow))
    deny = either(deny, both(reached, outcome.deny))
    next = either(next, both(reached, outcome.pass))
    reached = both(reached, outcome.none)
    if (reached === 'no') return { allow, deny, next }
  }
  const isolates = tier.policies.reduce<Truth>((truth, policy) => either(truth, policy[direction].isolates), 'no')
  recordEndOfTier(tier, direction, attempt, evaluation, record, isolates)
  return { allow, deny: either(deny, both(reached, isolates)), next: either(next, both(reached, not(isolates))) }
}

/** The end of an ordered tier is a decision of its own; the trace shows it at the tier's last policy. */
function recordEndOfTier(
  tier: AppliedTier,
  direction: Direction,
  attempt: Attempt,
  evaluation: Evaluation,
  record: Recorder,
  isolates: Truth,
): void {
  const last = tier.policies.at(-1)
  if (tier.mode !== 'ordered' || tier.name === UNREADABLE_TIER.name || last === undefined) return
  for (const policy of tier.policies) {
    if (policy[direction].isolates !== 'yes') continue
    const matches = policy[direction].rules.map((rule) => ({ rule, match: matchRule(rule, attempt, evaluation.matcher, evaluation.sets) }))
    const { detail, rule } = isolationDetail(matches)
    record.isolation(policy, detail, rule)
  }
  record.step(last, isolates === 'no' ? 'pass' : 'deny', -1)
}

type FirstMatch = Readonly<Record<RuleAction | 'none', Truth>>

function firstMatchOf(
  policy: CompiledPolicy,
  direction: Direction,
  attempt: Attempt,
  evaluation: Evaluation,
  record: Recorder,
): FirstMatch {
  const found: Record<RuleAction, Truth> = { allow: 'no', deny: 'no', pass: 'no' }
  let reached: Truth = 'yes'
  for (const rule of policy[direction].rules) {
    const { matches } = matchRule(rule, attempt, evaluation.matcher, evaluation.sets)
    if (matches === 'no') continue
    record.rule(policy, rule)
    found[rule.action] = either(found[rule.action], both(reached, matches))
    reached = both(reached, not(matches))
    if (reached === 'no') break
  }
  return { ...found, none: reached }
}

const ACTIONS: readonly RuleAction[] = ['allow', 'deny', 'pass']

function mergeEqualOrder(matches: readonly FirstMatch[]): FirstMatch {
  const only = matches[0]
  if (matches.length === 1 && only !== undefined) return only
  const possible = ACTIONS.filter((action) => matches.some((match) => match[action] !== 'no'))
  const uncertain = matches.flatMap((match) => ACTIONS.map((action) => match[action])).find(isMaybe)
  const merged: Record<RuleAction | 'none', Truth> = { allow: 'no', deny: 'no', pass: 'no', none: 'yes' }
  for (const match of matches) {
    merged.none = both(merged.none, match.none)
    for (const action of possible)
      merged[action] = possible.length > 1 ? (uncertain ?? 'equal-priority') : either(merged[action], match[action])
  }
  return merged
}

function groupByOrder(policies: readonly CompiledPolicy[]): readonly (readonly CompiledPolicy[])[] {
  const groups: CompiledPolicy[][] = []
  for (const policy of policies) {
    const last = groups.at(-1)
    if (last !== undefined && last[0]?.order === policy.order) last.push(policy)
    else groups.push([policy])
  }
  return groups
}
