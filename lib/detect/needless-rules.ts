import { groupOf } from '../model/object-kinds'
import type { CompiledPolicy, CompiledRule } from '../policy/compiled-policy'
import { ruleName } from '../policy/compiled-policy'
import { compareText } from './compare-text'
import { isPlain, JudgedRules, type NamedRule } from './judged-rules'
import { aboutPolicy, type FindingDraft, makeFinding } from './make-finding'
import { selectsHostEndpoint } from './nothing-selected'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { rulePath } from './rule-paths'

type Removed = Set<CompiledPolicy | CompiledRule>

/**
 * NP-15: rules that earlier rules never let decide, and that say the opposite of what is decided. NP-16: policies and
 * rules without which nothing changes. Decided on all classes of pods and all parts of the outside, not by the text.
 *
 * What is found needless is left out before the next one is asked, so that of two equal rules one stays.
 */
export function findNeedlessRules(view: PolicyView): readonly FindingDraft[] {
  const judged = new JudgedRules(view)
  const removed: Removed = new Set()
  const found: FindingDraft[] = []
  // What a policy does for machines does not show in cells.
  const candidates = view.enforced.filter((viewed) => !selectsHostEndpoint(viewed, view)).reverse()
  for (const viewed of candidates) {
    const finding = needlessPolicy(viewed, judged, removed)
    if (finding !== null) found.push(finding)
  }
  for (const viewed of candidates) {
    if (removed.has(viewed.policy)) continue
    for (const rule of [...rulesOf(viewed.policy)].reverse()) {
      const finding = contradictedRule(viewed, rule, judged, removed) ?? needlessRule(viewed, rule, judged, removed)
      if (finding !== null) found.push(finding)
    }
  }
  return found
}

function rulesOf({ ingress, egress }: CompiledPolicy): readonly CompiledRule[] {
  return [...ingress.rules, ...egress.rules]
}

function contradictedRule(viewed: ViewedPolicy, rule: CompiledRule, judged: JudgedRules, removed: Removed): FindingDraft | null {
  const role = judged.role(viewed.policy, rule)
  if (role.kind !== 'never-reached' || !role.isContradicted) return null
  const { tier } = viewed.policy
  // A baseline speaks for pods that no other policy selects: when all are selected, it is only out of work.
  const isBaseline = BASELINES.has(tier) && !role.by.some(({ policy }) => policy.tier === tier)
  return makeFinding('NP-15', aboutPolicy(viewed.policy.raw), {
    ...(isBaseline ? { severity: 'info' } : {}),
    ...(isWhatIsolates(viewed, rule, removed)
      ? { fix: `Move it before those that cover it; without any rule the policy would not isolate ${rule.direction}.` }
      : {}),
    field: rulePath(viewed, rule),
    message: `The rule never decides: ${rule.action === 'allow' ? 'what it allows is denied' : 'what it denies is allowed'} by rules that come earlier.`,
    evidence: names(role.by),
  })
}

const BASELINES: ReadonlySet<string> = new Set(['Baseline', 'kube-baseline', 'baselineadminnetworkpolicy'])

function needlessPolicy({ policy, specPath }: ViewedPolicy, judged: JudgedRules, removed: Removed): FindingDraft | null {
  const rules = rulesOf(policy)
  // A policy that only denies is a guard for pods and rules to come; it is needed even where it changes nothing now.
  if (rules.length === 0 || !rules.some(({ action }) => action === 'allow')) return null
  if (!rules.every((rule) => isPlain(rule) && rule.action === 'allow' && judged.matchesSomebody(policy, rule))) return null
  for (const direction of ['ingress', 'egress'] as const) {
    if (policy[direction].isolates === 'no' && policy[direction].rules.length > 0) return null
    if (policy[direction].isolates === 'no') continue
    const isOnlyOne = judged
      .groups(policy, direction)
      .some(
        ({ policies }) =>
          !policies.some(
            (other) =>
              other !== policy && other[direction].isolates === 'yes' && !removed.has(other) && judged.isolatesNoLater(other, policy),
          ),
      )
    if (isOnlyOne) return null
  }
  if (!judged.isNeedless(policy, policy, rules, removed)) return null
  const others = rules.flatMap((rule) => judged.othersAt(policy, rule, removed))
  removed.add(policy)
  // One of several specs of a Cilium policy: the others may be needed.
  const isPart = specPath.length > 1
  return makeFinding('NP-16', aboutPolicy(policy.raw), {
    field: isPart ? specPath : null,
    message: `Without this ${isPart ? 'spec' : 'policy'} exactly the same connections are allowed and denied: others cover all that it says.`,
    evidence: names(others),
  })
}

function needlessRule(viewed: ViewedPolicy, rule: CompiledRule, judged: JudgedRules, removed: Removed): FindingDraft | null {
  const { policy } = viewed
  if (isWhatIsolates(viewed, rule, removed)) return null
  // Where nothing isolates, an allow rule guards against what other tiers may deny later.
  if (!isPlain(rule) || rule.action !== 'allow' || policy[rule.direction].isolates !== 'yes') return null
  if (!judged.matchesSomebody(policy, rule) || !judged.isNeedless(rule, policy, [rule], removed)) return null
  const others = judged.othersAt(policy, rule, removed)
  removed.add(rule)
  return makeFinding('NP-16', aboutPolicy(policy.raw), {
    field: rulePath(viewed, rule),
    message: 'Without this rule exactly the same connections are allowed and denied: others cover all that it says.',
    evidence: names(others),
  })
}

/** Whether the policy would no longer speak of the direction without its rule there, the others being removed already. */
function isWhatIsolates({ policy, spec }: ViewedPolicy, { direction, index }: CompiledRule, removed: Removed): boolean {
  if (policy[direction].isolates !== 'yes') return false
  // A NetworkPolicy isolates ingress unless it says otherwise.
  if (direction === 'ingress' && groupOf(policy.raw.meta.apiVersion) === 'networking.k8s.io') return false
  const isStated = ['policyTypes', 'types'].some((field) => Array.isArray(spec[field]) && spec[field].length > 0)
  return !isStated && policy[direction].rules.every((other) => other.index === index || removed.has(other))
}

function names(rules: readonly NamedRule[]): readonly string[] {
  return [...new Set(rules.map(({ policy, rule }) => `${policy.ref} ${ruleName(rule)}`))].sort(compareText)
}
