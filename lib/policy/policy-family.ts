import type { RawObject } from '../model/object'
import type { InputProblem } from '../model/problem'
import type { CompiledPolicy } from './compiled-policy'
import type { HostGuards } from './machines/host-guard'
import type { PolicyReading } from './policy-reading'
import type { TierPlan } from './tiers'

/** How a plugin with kinds of its own reads and orders the policies of a cluster. */
export type PolicyFamily = {
  readonly problems: readonly InputProblem[]
  /** Reads one of the plugin's own kinds; null for other kinds and for objects that decide nothing alone. */
  read(raw: RawObject): readonly (PolicyReading & { readonly isStaged: boolean })[] | null
  /** Puts a policy of a Kubernetes kind into its tier. */
  adopt(policy: CompiledPolicy): CompiledPolicy
  /** Policies that no object states. */
  readonly extra: readonly CompiledPolicy[]
  /** False when the plugin is told to enforce nothing. */
  readonly isEnforcing: boolean
  plan(policies: readonly CompiledPolicy[]): TierPlan
  /** Policies on the machines themselves; null when the plugin has none in force. */
  readonly hosts: HostGuards | null
}
