import type { PolicyListDocument, PolicyRow } from '@/lib/api/details'
import { compareText } from '@/lib/model/compare-text'
import { MESH_TIER } from '@/lib/policy/mesh/mesh-tier'
import type { PolicyEnforcement } from '@/lib/policy/policy-info'
import type { Sort } from '../ui/sort'

/** The table line by line: a heading for each group, then its policies. */
export type PolicyLine =
  | { readonly kind: 'group'; readonly key: string; readonly title: string; readonly about: string; readonly count: number }
  | { readonly kind: 'policy'; readonly key: string; readonly policy: PolicyRow }

export type PolicyColumn = 'policy' | 'namespace' | 'kind' | 'pods' | 'ingress' | 'egress' | 'hits' | 'last' | 'problems'
export type PolicySort = Sort<PolicyColumn>

/** By namespace, and inside it in the order of evaluation. */
export const DEFAULT_SORT: PolicySort = { column: 'namespace', direction: 'ascending' }

type Group = { readonly title: string; readonly about: string; readonly policies: PolicyRow[] }

/** Groups in the order of evaluation: tiers first, then what decides later or not at all. */
export function policyLines(
  { tiers }: Pick<PolicyListDocument, 'tiers'>,
  policies: readonly PolicyRow[],
  sort: PolicySort,
): readonly PolicyLine[] {
  const groups = new Map<string, Group>()
  for (const { name, mode } of tiers) groups.set(`tier ${name}`, { ...tierWords(name, mode), policies: [] })
  for (const policy of policies) {
    const key = groupOf(policy)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { ...(OUTSIDE_TIERS.get(key) ?? { title: key, about: '' }), policies: [policy] })
    else group.policies.push(policy)
  }
  return [...groups].flatMap(([key, group]): readonly PolicyLine[] => {
    if (group.policies.length === 0) return []
    const { title, about } = group
    const lines = group.policies
      .toSorted((a, b) => (sort.direction === 'ascending' ? 1 : -1) * compare(a, b, sort.column) || byOrder(a, b))
      .map((policy): PolicyLine => ({ kind: 'policy', key: keyOf(policy), policy }))
    return [{ kind: 'group', key, title, about, count: lines.length }, ...lines]
  })
}

/** Policies of Kubernetes and of Calico may share a name. */
export function keyOf({ policyApiVersion, ref }: PolicyRow): string {
  return `${policyApiVersion} ${ref}`
}

function groupOf({ enforcement, tier }: PolicyRow): string {
  if (tier === MESH_TIER) return 'mesh'
  return enforcement === 'other-plugin' || enforcement === 'mesh' || enforcement === 'unsupported' ? enforcement : `tier ${tier}`
}

const OUTSIDE_TIERS: ReadonlyMap<string, Pick<Group, 'title' | 'about'>> = new Map<PolicyEnforcement, Pick<Group, 'title' | 'about'>>([
  ['mesh', { title: 'Service mesh', about: 'a layer of its own, after the network' }],
  [
    'unsupported',
    { title: 'Not evaluated', about: 'the plugin enforces them and this version cannot read them: what they could decide is unknown' },
  ],
  ['other-plugin', { title: 'Of another plugin', about: 'the network plugin of this cluster does not know them: they count for nothing' }],
])

const TIER_WORDS: ReadonlyMap<string, string> = new Map([
  ['Admin', 'first; the first rule that matches decides'],
  ['default', 'Calico policies in order; then NetworkPolicies together: what one of them allows is allowed'],
  ['NetworkPolicy', 'together: what one of them allows is allowed'],
  ['Baseline', 'last, for pods that no NetworkPolicy isolates'],
])

function tierWords(name: string, mode: PolicyListDocument['tiers'][number]['mode']): Pick<Group, 'title' | 'about'> {
  if (name === 'Unreadable') return { title: 'Not understood', about: 'may decide anything about their pods' }
  const about =
    TIER_WORDS.get(name) ??
    (mode === 'union' ? 'together: any allow counts, a deny rule beats it' : 'in order; the first rule that matches decides')
  return { title: `Tier ${name}`, about }
}

function compare(a: PolicyRow, b: PolicyRow, column: PolicyColumn): number {
  switch (column) {
    case 'policy':
      return compareText(a.name, b.name)
    case 'namespace':
      return compareText(a.namespace ?? '', b.namespace ?? '')
    case 'kind':
      return compareText(a.policyKind, b.policyKind)
    case 'pods':
      return a.subjectCount - b.subjectCount
    case 'ingress':
    case 'egress':
      return a.ruleCounts[column] - b.ruleCounts[column]
    case 'hits':
      return (a.hits?.total ?? -1) - (b.hits?.total ?? -1)
    case 'last':
      return compareText(a.hits?.lastSeen ?? '', b.hits?.lastSeen ?? '')
    case 'problems':
      return gravity(a) - gravity(b)
  }
}

const GRAVITY = { error: 1_000_000, warning: 1_000, info: 1 } as const

function gravity({ problems }: PolicyRow): number {
  const [first] = problems.items
  return first === undefined ? 0 : GRAVITY[first.severity] + problems.total
}

function byOrder(a: PolicyRow, b: PolicyRow): number {
  return compareText(a.namespace ?? '', b.namespace ?? '') || (a.order ?? 0) - (b.order ?? 0) || compareText(a.name, b.name)
}
