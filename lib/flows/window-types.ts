import type { FlowProtocol } from '../model/protocol'
import type { FlowEndpoint, FlowPolicy, Verdict } from './flow'
import type { SeenMutualTls } from './tls-sightings'
import type { Lane } from './window-lanes'

/** Sum of all flows of one window between two endpoints on one port. */
export type FlowEdge = {
  readonly source: FlowEndpoint
  readonly destination: FlowEndpoint
  readonly protocol: FlowProtocol
  readonly port: number | null
  /** Connections and requests that began in the window, each counted once. */
  readonly verdicts: Readonly<Record<Verdict, number>>
  /**
   * Records that show a connection of an earlier bucket still in use, and requests on open connections. An edge with
   * only these is in use although nothing new began.
   */
  readonly repeats: Readonly<Record<Verdict, number>>
  readonly bytes: number | null
  /** Milliseconds since the epoch. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** At most three, most often seen first; `denied` is how many of the count were dropped. */
  readonly policies: readonly (FlowPolicy & { readonly count: number; readonly denied: number })[]
  /** Reason codes with counts, most often seen first, at most three. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
  readonly reporters: readonly string[]
  /** What the records state of mutual TLS; left out when none states anything, and for what is read from a store. */
  readonly seenMutualTls?: SeenMutualTls
}

/** What one bucket of the window holds of one lane. Times are milliseconds since the epoch. */
export type WindowCell = {
  readonly bucket: number
  /** The same value for all cells of a lane. */
  readonly lane: Omit<Lane, 'edge'> & {
    /** Of the kind of source: 0 counts best. */
    readonly rank: number
  }
  /** Connections and requests that began. */
  readonly count: number
  readonly repeats: number
  /** null when no record stated any. */
  readonly bytes: number | null
  readonly firstSeen: number
  readonly lastSeen: number
}

/** `received = stored + sampled + dropped + ignored + queued`, always. */
export type LedgerEntry = {
  readonly source: string
  readonly received: number
  readonly stored: number
  readonly sampled: number
  readonly dropped: Readonly<Record<string, number>>
  readonly ignored: Readonly<Record<string, number>>
  readonly queued: number
  /** What the source itself says it lost. */
  readonly lostAtSource: number
}

/** Connections by verdict over time. All series have the same number of columns, oldest first. */
export type FlowHistogram = {
  /** Milliseconds since the epoch: start of the first column and end of the last. */
  readonly from: number
  readonly to: number
  readonly bucketMs: number
  readonly counts: Readonly<Record<Verdict, readonly number[]>>
}
