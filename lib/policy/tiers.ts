import type { CompiledPolicy, TierName } from './compiled-policy'
import type { EndMatcher } from './end'
import type { PodClass } from './pod-classes'
import type { Direction } from './types'

/**
 * How the rules of a tier work together.
 *
 * `union`: rules only allow, their order plays no role, and who is isolated is denied what no rule allows.
 * `first-match`: the first rule that matches decides; what none matches goes on to the next tier.
 */
export type TierMode = 'union' | 'first-match'

/** The order of evaluation. Source: network-policy-api v1alpha2, `spec.tier`, and NetworkPolicy between the two. */
const TIERS: readonly { readonly name: TierName; readonly mode: TierMode }[] = [
  { name: 'Unreadable', mode: 'first-match' },
  { name: 'Admin', mode: 'first-match' },
  { name: 'NetworkPolicy', mode: 'union' },
  { name: 'Baseline', mode: 'first-match' },
]

/** The policies of one tier that select one class in one direction, in the order of evaluation. */
export type AppliedTier = { readonly name: TierName; readonly mode: TierMode; readonly policies: readonly CompiledPolicy[] }

/** Finds, for a class of pods, the policies that select it; each class is asked once. */
export class PolicyIndex {
  private readonly byNamespace = new Map<string, CompiledPolicy[]>()
  private readonly everywhere: CompiledPolicy[] = []
  private readonly applied = new Map<number, readonly AppliedTier[]>()

  constructor(
    policies: readonly CompiledPolicy[],
    private readonly matcher: EndMatcher,
  ) {
    for (const policy of policies) {
      const namespace = policy.subject.flatMap((term) => (term.kind === 'pods' && term.inNamespace !== null ? [term.inNamespace] : []))[0]
      if (namespace === undefined) this.everywhere.push(policy)
      else this.byNamespace.set(namespace, [...(this.byNamespace.get(namespace) ?? []), policy])
    }
  }

  /** Only tiers with at least one policy for the class and direction. */
  tiersFor(podClass: PodClass, direction: Direction): readonly AppliedTier[] {
    const key = podClass.id * 2 + (direction === 'ingress' ? 0 : 1)
    let tiers = this.applied.get(key)
    if (tiers === undefined) {
      const candidates = [...this.everywhere, ...(this.byNamespace.get(podClass.facts.namespace) ?? [])]
      const selecting = candidates.filter(
        (policy) => policy[direction].applies !== 'no' && policy.subject.every((term) => this.matcher.holdsForClass(term, podClass, null)),
      )
      tiers = TIERS.flatMap(({ name, mode }) => {
        const policies = selecting.filter((policy) => policy.tier === name).sort(comparePolicies)
        return policies.length === 0 ? [] : [{ name, mode, policies }]
      })
      this.applied.set(key, tiers)
    }
    return tiers
  }

  /** The policies that isolate the class in that direction, or may do so. */
  isolating(podClass: PodClass, direction: Direction): readonly CompiledPolicy[] {
    return this.tiersFor(podClass, direction).flatMap((tier) => tier.policies.filter((policy) => policy[direction].isolates !== 'no'))
  }
}

function comparePolicies(a: CompiledPolicy, b: CompiledPolicy): number {
  if (a.order !== b.order) return a.order - b.order
  return a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0
}
