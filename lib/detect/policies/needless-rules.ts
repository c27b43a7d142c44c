import { compareText } from '../../model/compare-text'
import { groupOf } from '../../model/object-kinds'
import type { CompiledPolicy } from '../../policy/compiled-policy'
import { ruleName } from '../../policy/compiled-policy'
import { aboutCluster, aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import { isPlain, JudgedRules, type NamedRule } from './judged-rules'
import { selectsHostEndpoint } from './nothing-selected'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { rulePath } from './rule-paths'
import { type WrittenRule, writtenRules } from './written-rules'

/**
 * NP-15: rules that earlier rules never let decide, and that say the opposite of what is decided. NP-16: policies and
 * rules without which nothing changes. Decided on all classes of pods and all parts of the outside, not by the text.
 *
 * What is found is left out before the next one is asked: of two equal rules one stays, and all that is found can go at once.
 */
export function* findNeedlessRules(view: PolicyView): Iterable<FindingDraft | null> {
  const judged = new JudgedRules(view)
  // What a policy does for machines does not show in cells.
  const candidates = view.enforced.filter((viewed) => !selectsHostEndpoint(viewed, view)).reverse()
  for (const viewed of candidates) {
    yield yield* needlessPolicy(viewed, judged)
  }
  for (const viewed of candidates) {
    if (judged.isLeftOut(viewed.policy)) continue
    for (const rule of [...writtenRules(viewed.policy)].reverse()) {
      yield (yield* contradictedRule(viewed, rule, judged)) ?? (yield* needlessRule(viewed, rule, judged))
    }
  }
  if (judged.isExhausted) yield notAllJudged(view)
}

/** A judgement with rests in between. */
type Judgement = Generator<null, FindingDraft | null>

function* contradictedRule(viewed: ViewedPolicy, rule: WrittenRule, judged: JudgedRules): Judgement {
  const role = yield* judged.role(viewed.policy, rule)
  if (role.kind !== 'never-reached' || !role.isContradicted) return null
  const { tier } = viewed.policy
  // A baseline speaks for pods that no other policy selects: when all are selected, it is only out of work.
  const isBaseline = BASELINES.has(tier) && !role.by.some(({ policy }) => policy.tier === tier)
  const isIsolating = isWhatIsolates(viewed, rule, judged)
  if (!isIsolating) judged.leaveOut(rule.parts)
  return makeFinding('NP-15', aboutPolicy(viewed.policy.raw), {
    ...(isBaseline ? { severity: 'info' } : {}),
    ...(isIsolating ? { fix: `Move it before those that cover it; without any rule the policy would not isolate ${rule.direction}.` } : {}),
    field: rulePath(viewed, rule.parts[0]),
    message: `The rule never decides: ${rule.action === 'allow' ? 'what it allows is denied' : 'what it denies is allowed'} by rules that come earlier.`,
    evidence: names(role.by),
  })
}

const BASELINES: ReadonlySet<string> = new Set(['Baseline', 'kube-baseline', 'baselineadminnetworkpolicy'])

function* needlessPolicy({ policy, specPath }: ViewedPolicy, judged: JudgedRules): Judgement {
  const rules = writtenRules(policy)
  // A policy that only denies is a guard for pods and rules to come; it is needed even where it changes nothing now.
  if (!rules.some(({ action }) => action === 'allow') || !rules.every((rule) => isJudgedAllow(rule, policy, judged))) return null
  for (const direction of ['ingress', 'egress'] as const) {
    if (policy[direction].isolates === 'no' && policy[direction].rules.length > 0) return null
    if (policy[direction].isolates === 'no') continue
    const isOnlyOne = judged
      .groups(policy, direction)
      .some(
        ({ policies }) =>
          !policies.some(
            (other) =>
              other !== policy && other[direction].isolates === 'yes' && !judged.isLeftOut(other) && judged.isolatesNoLater(other, policy),
          ),
      )
    if (isOnlyOne) return null
  }
  const parts = rules.flatMap((rule) => rule.parts)
  if (!(yield* judged.isNeedless([policy], policy, parts))) return null
  const others = judged.othersAt(policy, parts)
  judged.leaveOut([policy])
  // One of several specs of a Cilium policy: the others may be needed.
  const isPart = specPath.length > 1
  return makeFinding('NP-16', aboutPolicy(policy.raw), {
    field: isPart ? specPath : null,
    message: `Without this ${isPart ? 'spec' : 'policy'} exactly the same connections are allowed and denied: others cover all that it says.`,
    evidence: names(others),
  })
}

function* needlessRule(viewed: ViewedPolicy, rule: WrittenRule, judged: JudgedRules): Judgement {
  const { policy } = viewed
  if (isWhatIsolates(viewed, rule, judged)) return null
  // Where nothing isolates, an allow rule guards against what other tiers may deny later.
  if (policy[rule.direction].isolates !== 'yes' || !isJudgedAllow(rule, policy, judged)) return null
  if (!(yield* judged.isNeedless(rule.parts, policy, rule.parts))) return null
  const others = judged.othersAt(policy, rule.parts)
  judged.leaveOut(rule.parts)
  return makeFinding('NP-16', aboutPolicy(policy.raw), {
    field: rulePath(viewed, rule.parts[0]),
    message: 'Without this rule exactly the same connections are allowed and denied: others cover all that it says.',
    evidence: names(others),
  })
}

/** Whether the rule allows, says nothing but what can be judged, and matches somebody. */
function isJudgedAllow({ action, parts }: WrittenRule, policy: CompiledPolicy, judged: JudgedRules): boolean {
  return action === 'allow' && parts.every(isPlain) && parts.some((part) => judged.matchesSomebody(policy, part))
}

/** Whether the policy would no longer speak of the direction without this rule, those left out being gone already. */
function isWhatIsolates({ policy, spec }: ViewedPolicy, { direction, parts }: WrittenRule, judged: JudgedRules): boolean {
  if (policy[direction].isolates !== 'yes') return false
  // A NetworkPolicy isolates ingress unless it says otherwise.
  if (direction === 'ingress' && groupOf(policy.raw.meta.apiVersion) === 'networking.k8s.io') return false
  const isStated = ['policyTypes', 'types'].some((field) => Array.isArray(spec[field]) && spec[field].length > 0)
  return !isStated && policy[direction].rules.every((other) => parts.includes(other) || judged.isLeftOut(other))
}

function notAllJudged({ cluster }: PolicyView): FindingDraft {
  return makeFinding('NP-16', aboutCluster(cluster), {
    field: null,
    message: 'The policies are too many to ask of each rule whether it is needed: some rules that change nothing are not listed.',
    evidence: [],
  })
}

function names(rules: readonly NamedRule[]): readonly string[] {
  return [...new Set(rules.map(({ policy, rule }) => `${policy.ref} ${ruleName(rule)}`))].sort(compareText)
}
