import type { PolicyRef } from '../model/names'
import type { RawObject } from '../model/object'
import { type CompiledPolicy, ruleName } from './compiled-policy'
import type { Direction } from './types'

/** One policy as the engine read it. */
export type PolicyInfo = {
  readonly ref: PolicyRef
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  readonly tier: string
  /** Position in its tier, lower first; null where the tier has no order. */
  readonly order: number | null
  readonly raw: RawObject
  readonly isolates: readonly Direction[]
  readonly ruleCounts: Readonly<Record<Direction, number>>
  /** How many pods it selects. */
  readonly subjectCount: number
  readonly enforcement: PolicyEnforcement
}

/**
 * Whether the policy counts in verdicts: `enforced` as written; `unreadable` when a problem makes its answers unknown;
 * `unsupported` when the profile enforces the kind and this version cannot evaluate it, so that its answers are
 * unknown; `staged` shows only in the pending trace, or is a dry run of a mesh; `other-plugin` when the profile's plugin does not know the kind; `mesh` for
 * objects of a service mesh that say nothing of connections or are not evaluated. Mesh policies that are evaluated have the tier `Mesh`.
 */
export type PolicyEnforcement = 'enforced' | 'staged' | 'unreadable' | 'unsupported' | 'other-plugin' | 'mesh'

/** Subjects are counted when somebody asks: in a large cluster that takes longer than all the rest. */
export function describePolicy(policy: CompiledPolicy, enforcement: PolicyEnforcement, countSubjects: () => number): PolicyInfo {
  const { ref, kind, namespace, name, tier, raw } = policy
  const directions: readonly Direction[] = ['ingress', 'egress']
  let subjectCount: number | null = null
  // One rule of the document may stand for several compiled ones.
  const countOf = (direction: Direction): number => new Set(policy[direction].rules.filter((rule) => rule.index >= 0).map(ruleName)).size
  return {
    ref,
    kind,
    namespace,
    name,
    tier,
    order: tier === 'NetworkPolicy' || tier === 'Normal' ? null : policy.order,
    raw,
    isolates: directions.filter((direction) => policy[direction].isolates === 'yes'),
    ruleCounts: { ingress: countOf('ingress'), egress: countOf('egress') },
    get subjectCount() {
      subjectCount ??= countSubjects()
      return subjectCount
    },
    enforcement,
  }
}
