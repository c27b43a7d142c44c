import type { MeshAnswer } from '@/lib/policy/mesh-answer'
import type { SideAnswer } from '@/lib/policy/types'

/** A policy to show in YAML, with the rules to highlight. */
export type DecidingPolicy = { readonly ref: string; readonly rules: readonly string[]; readonly tone: 'allow' | 'deny' | 'near' }

const MOST = 3

/** The policies that decide a side by a rule, else those with the nearest rule, else what isolates. At most three. */
export function decidingPolicies({ by, verdict, nearMisses }: SideAnswer): readonly DecidingPolicy[] {
  const final = by.flatMap(({ policy, rule, effect }) => (effect === 'allow' || effect === 'deny' ? [{ policy, rule, tone: effect }] : []))
  if (final.length > 0) return eachOnce(final)
  if (verdict === 'denied' && nearMisses.length > 0)
    return eachOnce(nearMisses.slice(0, MOST).map(({ policy, rule }) => ({ policy, rule, tone: 'near' })))
  return eachOnce(by.map(({ policy, rule }) => ({ policy, rule, tone: 'deny' })))
}

/** The policies of the mesh that decide; defaults that no object states are left out. At most three. */
export function decidingMeshPolicies({ by }: MeshAnswer): readonly DecidingPolicy[] {
  return eachOnce(
    by.flatMap(({ policy, rule, effect }) => (policy === null ? [] : [{ policy, rule, tone: effect === 'allow' ? 'allow' : 'deny' }])),
  )
}

/** Policies that have a part in the decision and are not shown in YAML. */
export function otherPolicies(side: SideAnswer, shown: readonly DecidingPolicy[]): readonly string[] {
  const known = new Set(shown.map(({ ref }) => ref))
  return [...new Set(side.by.map(({ policy }): string => policy))].filter((ref) => !known.has(ref))
}

type Part = { readonly policy: string; readonly rule: string | null; readonly tone: DecidingPolicy['tone'] }

/** Every policy with all its rules that play a part, in the tone of the first. */
function eachOnce(parts: readonly Part[]): readonly DecidingPolicy[] {
  const found = new Map<string, { rules: Set<string>; tone: DecidingPolicy['tone'] }>()
  for (const { policy, rule, tone } of parts) {
    const entry = found.get(policy) ?? { rules: new Set<string>(), tone }
    if (rule !== null) entry.rules.add(rule)
    found.set(policy, entry)
  }
  return [...found].slice(0, MOST).map(([ref, { rules, tone }]) => ({ ref, rules: [...rules], tone }))
}
