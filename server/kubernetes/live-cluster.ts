import type { InputProblem } from '@/lib/model/problem'
import type { SourceDocument } from '@/lib/model/source-document'
import type { WatchedKind } from '@/lib/model/watched-kind'

/** A cluster that is watched through its API server. */
export interface LiveCluster {
  /** Name of the context, or `in-cluster`. */
  readonly name: string
  /** Begins to watch. Never throws: what fails is a state of `kinds`. */
  start(): void
  stop(): void
  /** Every object held, reduced to the fields that are used. An object that did not change is the very same value. */
  documents(): readonly SourceDocument[]
  /** Every kind that is looked for, in a fixed order. */
  kinds(): readonly WatchedKind[]
  /** Objects that were left out and why, the newest ones; bounded. */
  problems(): readonly InputProblem[]
  /** Settles when every kind is live, absent or not permitted, or the connection failed for the first time. */
  readonly firstSync: Promise<void>
}

export type LiveClusterEvents = {
  /** After the documents or the state of a kind changed; several changes may be one call. */
  readonly onUpdate: () => void
}
