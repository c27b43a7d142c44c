import { compareText } from '../../model/compare-text'
import type { CompiledPolicy, CompiledRule, RuleAction } from '../../policy/compiled-policy'
import { ruleName } from '../../policy/compiled-policy'
import type { ConnectionSetId } from '../../policy/connection-sets'
import { portsTowards } from '../../policy/rule-match'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import type { SubjectGroup } from './cells'
import { decideCell } from './decide-cell'
import type { PolicyView } from './policy-view'

/** NP-17: two policies of equal priority say different things of the same connection. One finding for each pair. */
export function findEqualPriorities(view: PolicyView): readonly FindingDraft[] {
  const found = new Map<string, FindingDraft>()
  for (const group of view.cells.groups) {
    for (const policies of equalOrders(group)) {
      for (const column of columnsOf(policies, group, view)) {
        for (const [a, b] of contradictions(policies, group, column, view)) {
          const [first, second] = compareText(a.policy.ref, b.policy.ref) < 0 ? [a, b] : [b, a]
          const key = `${first.policy.ref} ${second.policy.ref}`
          const finding = describe(first, second, view)
          const known = found.get(key)
          if (known === undefined || compareText(finding.evidence.join(), known.evidence.join()) < 0) found.set(key, finding)
        }
      }
    }
  }
  return [...found.values()]
}

type Decided = {
  readonly policy: CompiledPolicy
  readonly rule: CompiledRule
  readonly action: RuleAction
  readonly ports: ConnectionSetId
}

function describe(first: Decided, second: Decided, view: PolicyView): FindingDraft {
  const viewed = view.viewedOf(first.policy)
  return makeFinding('NP-17', aboutPolicy(first.policy.raw), {
    field: [...(viewed?.specPath ?? ['spec']), 'priority'],
    message: `${second.policy.ref} has the same priority and says something else of the same connections.`,
    evidence: [first, second].map(({ policy, rule, action }) => `${policy.ref} ${ruleName(rule)}: ${action}`),
  })
}

function equalOrders({ tiers }: SubjectGroup): readonly (readonly CompiledPolicy[])[] {
  return tiers.flatMap(({ mode, policies }) => {
    if (mode !== 'first-match') return []
    const byOrder = new Map<number, CompiledPolicy[]>()
    for (const policy of policies) byOrder.set(policy.order, [...(byOrder.get(policy.order) ?? []), policy])
    return [...byOrder.values()].filter((sharing) => sharing.length > 1)
  })
}

function columnsOf(policies: readonly CompiledPolicy[], { direction }: SubjectGroup, { cells }: PolicyView): ReadonlySet<number> {
  const times = new Map<number, number>()
  for (const policy of policies) {
    const own = new Set(policy[direction].rules.flatMap((rule) => [...cells.columnsMatching(rule)]))
    for (const column of own) times.set(column, (times.get(column) ?? 0) + 1)
  }
  return new Set([...times].flatMap(([column, count]) => (count > 1 ? [column] : [])))
}

function contradictions(
  policies: readonly CompiledPolicy[],
  group: SubjectGroup,
  column: number,
  view: PolicyView,
): readonly (readonly [Decided, Decided])[] {
  const { sets } = view.engine.facts.evaluation
  const destination = group.direction === 'ingress' ? group.podClass : (view.cells.columns[column]?.podClass ?? null)
  const decided: Decided[] = []
  decideCell({
    cells: view.cells,
    sets,
    group,
    column,
    without: new Set(),
    onRule: (policy, rule, reach) => {
      if (!policies.includes(policy)) return
      const ports = sets.intersect(reach.ports, portsTowards(rule.ports, destination, sets))
      if (ports !== sets.none) decided.push({ policy, rule, action: rule.action, ports })
    },
  })
  return decided.flatMap((a, index) =>
    decided
      .slice(index + 1)
      .filter((b) => a.policy !== b.policy && a.action !== b.action && sets.intersect(a.ports, b.ports) !== sets.none)
      .map((b) => [a, b] as const),
  )
}
