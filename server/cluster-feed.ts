import type { ReadRecording } from '@/lib/bundle/bundle-reader'
import type { WatchedKind } from '@/lib/model/watched-kind'
import type { ClusterReading } from './cluster-state'

/** Where the objects of one cluster come from. The demo has none: it hands its objects over with the clock. */
export interface ClusterFeed {
  /** Where it is read from, for people: a path, an address of an API server. */
  readonly origin: string
  /** Changes that come within this time are read together. */
  readonly settleMs: number
  /** Begins to watch; `changed` is called whenever reading again would give something new. Never throws. */
  start(changed: () => void): void
  /** Settles when there is a first reading worth showing. */
  readonly ready: Promise<void>
  read(): Promise<ClusterReading>
  /** How far each kind has been read; empty where everything is read at once. */
  kinds(): readonly WatchedKind[]
  stop(): void
  /** What was recorded beside the objects. Absent: this is a cluster as it is now. */
  readonly recording?: RecordedCluster
}

/** A cluster as it was. */
export type RecordedCluster = {
  /** The moment it shows, in milliseconds since the epoch. */
  readonly at: number
  /** Names and addresses are pseudonyms. */
  readonly masked: boolean
  /** Flows and changes, once, after the first reading; null when that failed. */
  readonly take: () => ReadRecording | null
}
