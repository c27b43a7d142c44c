import type { FlowEdge } from '../flows/window-types'
import type { NameLookups } from './dns/name-lookups'

/** What detectors know beside the objects. Without it they say nothing of times and of traffic. */
export type Circumstances = {
  /** Milliseconds since the epoch; null where objects have no age (manifests, drafts). */
  readonly now: number | null
  /** What was seen lately; null where no flow source is. */
  readonly traffic: ObservedTraffic | null
}

export type ObservedTraffic = {
  readonly edges: readonly FlowEdge[]
  /** Milliseconds since the epoch: what the edges were summed over. */
  readonly from: number
  readonly to: number
  /** Names that were asked for, as far as flows show them. */
  readonly lookups: readonly NameLookups[]
}

export const ONLY_OBJECTS: Circumstances = { now: null, traffic: null }
