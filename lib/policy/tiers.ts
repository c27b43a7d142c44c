import type { CompiledPolicy } from './compiled-policy'
import type { EndMatcher } from './end'
import type { PodClass } from './pod-classes'
import type { Direction, TraceStep } from './types'

/**
 * How the rules of a tier work together.
 *
 * `union`: rules only allow, their order plays no role.
 * `first-match`: the first rule that matches decides; policies of equal order that disagree are undefined.
 * `ordered`: the same, with an order for all policies.
 *
 * In all of them, a pod that a policy of the tier isolates is denied what no rule matches; otherwise that goes on to the
 * next tier.
 */
export type TierMode = 'union' | 'first-match' | 'ordered'

export type Tier = { readonly name: string; readonly mode: TierMode }

/** The tiers of a profile, in the order of evaluation. What passes all of them is allowed. */
export type TierPlan = {
  readonly tiers: readonly Tier[]
  /** How the trace shows that nothing decided and the connection is allowed; null shows nothing. */
  readonly lastStep: ((namespace: string) => TraceStep) | null
  /** Policies that deny the rest of their pods' traffic only after all tiers; without it each does so at the end of its own. */
  readonly isolatesLast?: (policy: CompiledPolicy) => boolean
}

/** What no profile can evaluate comes first, because it may decide anything. */
export const UNREADABLE_TIER: Tier = { name: 'Unreadable', mode: 'ordered' }

/** Source: network-policy-api v1alpha2, `spec.tier`, and NetworkPolicy between the two. */
export const KUBERNETES_TIERS: TierPlan = {
  tiers: [
    UNREADABLE_TIER,
    { name: 'Admin', mode: 'first-match' },
    { name: 'NetworkPolicy', mode: 'union' },
    { name: 'Baseline', mode: 'first-match' },
  ],
  lastStep: null,
}

/** Where isolation stands that waits for the end of all tiers. */
const LAST_TIER = 'Default'

/** The policies of one tier that select one class in one direction, in the order of evaluation. */
export type AppliedTier = Tier & { readonly policies: readonly CompiledPolicy[] }

/** Finds, for a class of pods, the policies that select it; each class is asked once. */
export class PolicyIndex {
  private readonly byNamespace = new Map<string, CompiledPolicy[]>()
  private readonly everywhere: CompiledPolicy[] = []
  private readonly applied = new Map<number, readonly AppliedTier[]>()
  private readonly withoutIsolation = new Map<CompiledPolicy, CompiledPolicy>()

  constructor(
    policies: readonly CompiledPolicy[],
    private readonly plan: TierPlan,
    private readonly matcher: EndMatcher,
  ) {
    for (const policy of policies) {
      const namespace = policy.subject.flatMap((term) => (term.kind === 'pods' && term.inNamespace !== null ? [term.inNamespace] : []))[0]
      if (namespace === undefined) this.everywhere.push(policy)
      else this.byNamespace.set(namespace, [...(this.byNamespace.get(namespace) ?? []), policy])
    }
  }

  /** How the trace ends when nothing decided. */
  lastStep(podClass: PodClass): TraceStep | null {
    return this.plan.lastStep?.(podClass.facts.namespace) ?? null
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
      tiers = this.isolatingLast(
        this.plan.tiers.flatMap(({ name, mode }) => {
          const policies = selecting.filter((policy) => policy.tier === name).sort(comparePolicies)
          return policies.length === 0 ? [] : [{ name, mode, policies }]
        }),
      )
      this.applied.set(key, tiers)
    }
    return tiers
  }

  /** Moves the isolation of some policies behind later tiers: there they stand once more, in their own tier without it. */
  private isolatingLast(tiers: readonly AppliedTier[]): readonly AppliedTier[] {
    const { isolatesLast } = this.plan
    const position = isolatesLast === undefined ? -1 : tiers.findIndex((tier) => tier.policies.some(isolatesLast))
    const own = tiers[position]
    if (isolatesLast === undefined || own === undefined || position === tiers.length - 1) return tiers
    const late = own.policies.filter(isolatesLast)
    const policies = own.policies.map((policy) => (late.includes(policy) ? this.open(policy) : policy))
    return [
      ...tiers.slice(0, position),
      { ...own, policies },
      ...tiers.slice(position + 1),
      { name: LAST_TIER, mode: 'union', policies: late },
    ]
  }

  /** The same policy without its isolation; one object for each policy. */
  private open(policy: CompiledPolicy): CompiledPolicy {
    const known = this.withoutIsolation.get(policy)
    if (known !== undefined) return known
    const open = { ...policy, ingress: { ...policy.ingress, isolates: 'no' }, egress: { ...policy.egress, isolates: 'no' } } as const
    this.withoutIsolation.set(policy, open)
    return open
  }

  /** The policies that isolate the class in that direction, or may do so. */
  isolating(podClass: PodClass, direction: Direction): readonly CompiledPolicy[] {
    return this.tiersFor(podClass, direction).flatMap((tier) => tier.policies.filter((policy) => policy[direction].isolates !== 'no'))
  }
}

function comparePolicies(a: CompiledPolicy, b: CompiledPolicy): number {
  if (a.order !== b.order) return a.order - b.order
  const [first, second] = [tieBreak(a), tieBreak(b)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** By name first, as the plugins with a full order do it. */
function tieBreak({ name, namespace, kind }: CompiledPolicy): string {
  return `${name}/${namespace ?? ''}/${kind}`
}
