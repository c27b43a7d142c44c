import type { ConnectionSet } from '../policy/types'

/** What part of the cluster changed, as people ask for it. */
export const CHANGE_TOPICS = ['policy', 'labels', 'pods', 'service', 'endpoints', 'route', 'network', 'machine'] as const
export type ChangeTopic = (typeof CHANGE_TOPICS)[number]

/** One object that came, changed or went, as far as that can alter connectivity or routing. */
export type ClusterChange = {
  readonly topic: ChangeTopic
  readonly type: 'added' | 'changed' | 'removed'
  /** Kind of the object, such as `NetworkPolicy`. */
  readonly objectKind: string
  /** Contract name of the object: a policy, `svc:NS/NAME`, `NS/NAME[KIND]`, a namespace; else `KIND:NS/NAME`. */
  readonly ref: string
  /** null for objects without a namespace. */
  readonly namespace: string | null
  /** The fields that changed, with both values; for an object that came or went, none. Bounded. */
  readonly fields: readonly FieldChange[]
  /** Changed fields beyond the bound. */
  readonly moreFields: number
}

/** A field that has another value. null: it was not there, or is not any more. */
export type FieldChange = { readonly path: string; readonly before: string | null; readonly after: string | null }

/** What the policies say differently since some changes. */
export type AlteredVerdicts =
  /** Computing takes place beside everything else. */
  | { readonly state: 'pending' }
  | {
      readonly state: 'computed'
      /** Ordered pairs of workloads between which more, less, or something else is allowed. */
      readonly opened: number
      readonly closed: number
      readonly otherwise: number
      /** The first pairs. */
      readonly pairs: readonly AlteredPair[]
    }
  /** It would have taken too long, and why. */
  | { readonly state: 'not-computed'; readonly reason: string }

export type AlteredPair = {
  readonly source: string
  readonly destination: string
  readonly before: ConnectionSet
  readonly after: ConnectionSet
}
