import type { SideAnswer } from '@/lib/policy/types'

/** A policy to show in YAML, with the rules to highlight. */
export type DecidingPolicy = { readonly ref: string; readonly rules: readonly string[]; readonly tone: 'allow' | 'deny' | 'near' }

const MOST = 3

/** The policies that decide a side by a rule, else those with the nearest rule, else what isolates. At most three. */
export function decidingPolicies(side: SideAnswer): readonly DecidingPolicy[] {
  const found = new Map<string, { rules: Set<string>; tone: DecidingPolicy['tone'] }>()
  const add = (ref: string, rule: string | null, tone: DecidingPolicy['tone']) => {
    const entry = found.get(ref) ?? { rules: new Set<string>(), tone }
    if (rule !== null) entry.rules.add(rule)
    found.set(ref, entry)
  }
  for (const { policy, rule, effect } of side.by) if (effect === 'allow' || effect === 'deny') add(policy, rule, effect)
  if (found.size === 0 && side.verdict === 'denied') for (const miss of side.nearMisses.slice(0, MOST)) add(miss.policy, miss.rule, 'near')
  if (found.size === 0) for (const { policy, rule } of side.by) add(policy, rule, 'deny')
  return [...found].slice(0, MOST).map(([ref, { rules, tone }]) => ({ ref, rules: [...rules], tone }))
}

/** Policies that have a part in the decision and are not shown in YAML. */
export function otherPolicies(side: SideAnswer, shown: readonly DecidingPolicy[]): readonly string[] {
  const known = new Set(shown.map(({ ref }) => ref))
  return [...new Set(side.by.map(({ policy }): string => policy))].filter((ref) => !known.has(ref))
}
