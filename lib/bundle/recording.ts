import type { LoggedChange, ReadingEffect } from '../changes/change-log'
import type { Flow } from '../flows/flow'
import type { LedgerEntry, WindowCell } from '../flows/window-types'
import type { Cluster } from '../model/cluster'
import type { InputProblem } from '../model/problem'
import type { SourceDocument } from '../model/source-document'

/** Counted up when a reader of before could misread what is written now. */
export const BUNDLE_VERSION = 1

/** What a bundle says of itself, in its first line. Times are milliseconds since the epoch. */
export type BundleHeader = {
  /** When it was written. */
  readonly createdAt: number
  /** The moment that it shows: that of the newest thing in it. */
  readonly recordedAt: number
  /** From when on its changes are known. */
  readonly changesSince: number
  /** Program and version that wrote it. */
  readonly tool: string
  readonly cluster: string
  /** Where the objects came from when they were recorded. */
  readonly source: Cluster['source']
  /** Names and addresses are pseudonyms. */
  readonly masked: boolean
  /** Query string of the page that it was saved from, without the question mark; empty when there was none. */
  readonly view: string
}

/** A flow source as it stood. */
export type RecordedSource = { readonly name: string; readonly kind: string; readonly ledger: LedgerEntry }

/** Some changes, with what they did to the verdicts. */
export type RecordedEffect = ReadingEffect & { readonly revision: number }

/** Everything that a bundle holds of a cluster. */
export type Recording = {
  readonly header: BundleHeader
  /** Objects as far as they are looked at: no data of Secrets, no values of variables. */
  readonly documents: readonly SourceDocument[]
  /** As `Cluster.unread`. */
  readonly unread: Cluster['unread']
  /** What was wrong with the input when it was recorded. */
  readonly problems: readonly InputProblem[]
  /** Oldest first. */
  readonly changes: readonly LoggedChange[]
  readonly effects: readonly RecordedEffect[]
  readonly sources: readonly RecordedSource[]
  /** Sums of flows by bucket and edge. */
  readonly cells: Iterable<WindowCell>
  /** The newest flows one by one, oldest first; a sample, while `cells` count all of them. */
  readonly flows: readonly Flow[]
}
