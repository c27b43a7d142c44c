import type { ConnectionSets } from './connection-sets'
import type { EndMatcher } from './end'
import type { HostGuards } from './machines/host-guard'
import type { MeshLayer } from './mesh/mesh-layer'
import type { PolicyIndex } from './tiers'

/** What evaluation needs besides the question. */
export type Evaluation = {
  readonly index: PolicyIndex
  /** The same with staged policies in force; null when there are none. */
  readonly pending: PolicyIndex | null
  readonly matcher: EndMatcher
  readonly sets: ConnectionSets
  /** What decides after the network, at the destination. */
  readonly mesh: MeshLayer
  /** Policies on the machines themselves; null when there are none. */
  readonly hosts: HostGuards | null
}
