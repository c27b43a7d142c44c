import { compareText } from '../model/compare-text'
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

/** All tiers with policies for a class in one direction. Classes to which the same policies apply share one list. */
export type AppliedTiers = readonly AppliedTier[]

/** Finds, for a class of pods, the policies that select it; each class is asked once. */
export class PolicyIndex {
  private readonly byNamespace = new Map<string, CompiledPolicy[]>()
  private readonly everywhere: CompiledPolicy[] = []
  private readonly withoutIsolation = new Map<CompiledPolicy, CompiledPolicy>()
  /** Place of each policy in the order of evaluation, over all tiers. */
  private readonly ranks = new Map<CompiledPolicy, number>()
  /** A number of each policy that it keeps in later indexes. */
  private readonly numbers = new Map<CompiledPolicy, number>()
  private nextNumber: number
  /** Two places for each class: ingress and egress. */
  private readonly applied: (AppliedTiers | undefined)[] = []
  private readonly lists = new Map<string, AppliedTiers>()

  /** With `previous`, classes keep their lists where no policy came or went that selects them; see `classifyPods` for their ids. */
  constructor(
    policies: readonly CompiledPolicy[],
    private readonly plan: TierPlan,
    private readonly matcher: EndMatcher,
    previous: { readonly index: PolicyIndex; readonly classes: readonly PodClass[] } | null = null,
  ) {
    this.nextNumber = previous?.index.nextNumber ?? 0
    for (const policy of inOrder(policies)) {
      this.ranks.set(policy, this.ranks.size)
      this.numbers.set(policy, previous?.index.numbers.get(policy) ?? this.nextNumber++)
      const namespace = namespaceOf(policy)
      const sharing = namespace === null ? this.everywhere : this.byNamespace.get(namespace)
      if (sharing !== undefined) sharing.push(policy)
      else if (namespace !== null) this.byNamespace.set(namespace, [policy])
    }
    if (previous !== null && previous.index.plan === plan && plan.isolatesLast === undefined) this.keep(previous.index, previous.classes)
  }

  /** How the trace of a pod of the namespace ends when nothing decided. */
  lastStep(namespace: string): TraceStep | null {
    return this.plan.lastStep?.(namespace) ?? null
  }

  /** True when what the policy isolates is denied only after tiers that follow its own. */
  isolatesLate(policy: CompiledPolicy): boolean {
    return this.plan.isolatesLast?.(policy) ?? false
  }

  /** Only tiers with at least one policy for the class and direction. */
  tiersFor(podClass: PodClass, direction: Direction): AppliedTiers {
    const slot = slotOf(podClass, direction)
    let tiers = this.applied[slot]
    if (tiers === undefined) {
      tiers = this.find(podClass, direction)
      this.applied[slot] = tiers
    }
    return tiers
  }

  /** Moves the isolation of some policies behind later tiers: there they stand once more, in their own tier without it. */
  private isolatingLast(tiers: AppliedTiers): AppliedTiers {
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

  private find(podClass: PodClass, direction: Direction): AppliedTiers {
    const selecting: CompiledPolicy[] = []
    for (const candidates of [this.everywhere, this.byNamespace.get(podClass.facts.namespace) ?? []]) {
      for (const policy of candidates) {
        if (policy[direction].applies === 'no') continue
        if (policy.subject.every((term) => this.matcher.holdsForClass(term, podClass, null))) selecting.push(policy)
      }
    }
    const key = this.keyOf(selecting)
    let tiers = this.lists.get(key)
    if (tiers === undefined) {
      selecting.sort((a, b) => this.rankOf(a) - this.rankOf(b))
      tiers = this.isolatingLast(
        this.plan.tiers.flatMap(({ name, mode }) => {
          const policies = selecting.filter((policy) => policy.tier === name)
          return policies.length === 0 ? [] : [{ name, mode, policies }]
        }),
      )
      this.lists.set(key, tiers)
    }
    return tiers
  }

  /** Takes over the lists of `classes` that are still right. */
  private keep(before: PolicyIndex, classes: readonly PodClass[]): void {
    const added = [...this.ranks.keys()].filter((policy) => !before.ranks.has(policy))
    const isKept = new Map<AppliedTiers, boolean>()
    for (const podClass of classes) {
      const coming = added.filter((policy) => policy.subject.every((term) => this.matcher.holdsForClass(term, podClass, null)))
      for (const direction of ['ingress', 'egress'] as const) {
        const slot = slotOf(podClass, direction)
        const tiers = before.applied[slot]
        if (tiers === undefined || coming.some((policy) => policy[direction].applies !== 'no')) continue
        if (!isKept.has(tiers)) {
          const policies = tiers.flatMap((tier) => tier.policies)
          isKept.set(
            tiers,
            policies.every((policy) => this.ranks.has(policy)),
          )
          if (isKept.get(tiers)) this.lists.set(this.keyOf(policies), tiers)
        }
        if (isKept.get(tiers)) this.applied[slot] = tiers
      }
    }
  }

  /** The lists that classes have now. */
  get inUse(): ReadonlySet<AppliedTiers> {
    return new Set(this.lists.values())
  }

  /** Equal for the same policies. */
  private keyOf(policies: readonly CompiledPolicy[]): string {
    return policies
      .map((policy) => this.numbers.get(policy) ?? -1)
      .sort((a, b) => a - b)
      .join()
  }

  private rankOf(policy: CompiledPolicy): number {
    return this.ranks.get(policy) ?? 0
  }
}

function slotOf({ id }: PodClass, direction: Direction): number {
  return id * 2 + (direction === 'ingress' ? 0 : 1)
}

/** The namespace whose pods alone the policy can select; null when it may select pods of several. */
function namespaceOf({ subject }: CompiledPolicy): string | null {
  for (const term of subject) if (term.kind === 'pods' && term.inNamespace !== null) return term.inNamespace
  return null
}

/** By order in the tier, then by name, as the plugins with a full order do it. */
export function inOrder(policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] {
  const named = policies.map((policy) => ({ policy, name: `${policy.name}/${policy.namespace ?? ''}/${policy.kind}` }))
  named.sort((a, b) => a.policy.order - b.policy.order || compareText(a.name, b.name))
  return named.map(({ policy }) => policy)
}
