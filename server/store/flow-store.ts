import type { CompiledFilter } from '@/lib/flows/filter-match'
import type { Flow } from '@/lib/flows/flow'
import type { FlowEdge, FlowHistogram, LedgerEntry } from '@/lib/flows/window-types'

/** A stretch of time, milliseconds since the epoch; `to` is not part of it. */
export type TimeRange = { readonly from: number; readonly to: number }

export type EdgeQuery = TimeRange & {
  /** Edges with an end in one of these; all when empty. */
  readonly namespaces: readonly string[]
}

export type StoredEdges = {
  readonly edges: readonly FlowEdge[]
  /** The range that the sums are really of: whole minutes. */
  readonly range: TimeRange
}

/**
 * A flow's place in the order of arrival: the five minutes in which it came (in seconds since the epoch; null when that is
 * not known), its number in them, and the run that gave the number. Runs that write side by side number for themselves.
 */
export type FlowPlace = { readonly slot: number | null; readonly sequence: number; readonly writer: number }

export type FlowQuery = TimeRange & {
  readonly filter: CompiledFilter | null
  /** Only flows that came before this place; null starts with the newest. */
  readonly before: FlowPlace | null
  readonly limit: number
}

export type StoredFlows = {
  /** Newest first, by arrival. */
  readonly flows: readonly Flow[]
  /** Where the next page goes on; null when there is nothing older in the range. */
  readonly next: FlowPlace | null
}

export type HistogramQuery = TimeRange & {
  /** Most columns wanted; a column is a whole number of minutes. */
  readonly buckets: number
  readonly filter: CompiledFilter | null
}

/** One change of the cluster; `body` is what `lib/changes` made of it. */
export type StoredChange = {
  /** Unique among those of one writer. */
  readonly id: number
  readonly writer: number
  readonly at: number
  readonly until: number
  readonly topic: string
  readonly namespace: string | null
  readonly ref: string
  readonly body: unknown
}

/** An object of the cluster as it was. */
export type StoredObject = {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** Since when it was like this. */
  readonly since: number
  readonly body: unknown
}

export type StoredLedger = { readonly at: number; readonly entry: LedgerEntry }

export type StoreUsage = {
  readonly bytes: number
  /** Flows kept one by one. */
  readonly rows: number
  /** Moments of the oldest and newest flow; null when there is none. */
  readonly oldest: number | null
  readonly newest: number | null
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[]
}

/** Rows of one table, ready to be written. */
export type RowBatch = {
  readonly table: string
  readonly columns: readonly string[]
  /** One JSON array per line, in UTF-8. */
  readonly text: Buffer
  readonly rows: number
  /** Equal for every attempt to write the same rows: they are taken once. */
  readonly token: string
}

/**
 * Where flows are kept: what one cluster did, at any time within retention. Every call rejects with a `StoreError`, and
 * ends early when its signal aborts.
 */
export interface FlowStore {
  readonly kind: 'embedded' | 'clickhouse'
  /** Makes everything ready for reading and writing; may be called again after it failed. */
  open(): Promise<void>
  /** Resolves when the rows cannot be lost by a crash any more. */
  append(batch: RowBatch): Promise<void>
  /** Sums of the flow window over a stretch of time. */
  edges(query: EdgeQuery, signal?: AbortSignal): Promise<StoredEdges>
  flows(query: FlowQuery, signal?: AbortSignal): Promise<StoredFlows>
  histogram(query: HistogramQuery, signal?: AbortSignal): Promise<FlowHistogram>
  /** Changes of a stretch of time, newest first. */
  changes(query: TimeRange & { readonly limit: number }, signal?: AbortSignal): Promise<readonly StoredChange[]>
  /** The objects that were there at a moment; null when the store does not reach back to it. */
  objects(at: number, signal?: AbortSignal): Promise<readonly StoredObject[] | null>
  /** Accounts of the sources that were written down, oldest first. */
  ledgers(query: TimeRange, signal?: AbortSignal): Promise<readonly StoredLedger[]>
  usage(signal?: AbortSignal): Promise<StoreUsage>
  /** Waits for what is under way, then ends. */
  close(): Promise<void>
}
