import type { CountedTime } from '@/lib/flows/counted-before'
import type { StoredSum } from '@/lib/flows/sum-growth'
import type { FlowHistogram } from '@/lib/flows/window-types'
import { EndCache } from './end-cache'
import type { SqlEngine } from './engine/sql-engine'
import type {
  EdgeQuery,
  FlowQuery,
  FlowStore,
  HistogramQuery,
  RowBatch,
  StoredChange,
  StoredEdges,
  StoredFlows,
  StoredLedger,
  StoredObject,
  StoreUsage,
  TimeRange,
} from './flow-store'
import { endObjects, readKnownObjects } from './known-objects'
import { readCounted } from './read-counted'
import { endsOfLanes, readEdges } from './read-edges'
import { readFlowPage } from './read-flow-page'
import { readHistogram } from './read-histogram'
import { readMinutes } from './read-minutes'
import { readChanges, readCollectors, readLedgers, readObjects, readObjectsSince } from './read-records'
import { readUsage } from './read-usage'
import { enforceRetention, type RetentionRule } from './retention'
import type { KnownObject } from './rows/object-book'
import type { WrittenReport } from './rows/record-rows'
import type { SchemaOptions } from './schema/create-table'
import { checkSchema, migrate } from './schema/migrate'
import { kindsSql, lanesSql, outerMinuteSql, sumUpSql } from './sql/edge-sql'
import { EDGE_LIMITS, SETUP_LIMITS } from './sql/query-limits'
import {
  type Coverage,
  coverageSql,
  HOUR_MS,
  HOURS,
  NO_COVERAGE,
  planSums,
  type Rollup,
  readCoverage,
  type SumPlan,
  slotsWithin,
} from './sql/rollups'
import type { SqlReader } from './sql-reader'

export type SqlStoreOptions = {
  readonly kind: 'embedded' | 'clickhouse'
  readonly engine: SqlEngine
  readonly schema: SchemaOptions
  /** Name of the cluster whose rows are read. */
  readonly cluster: string
  /** Which run of which server reads: its own flows keep the ids they have in memory. */
  readonly writer: number
  /** True for a run that only reads: it takes the tables as others made them. */
  readonly readsOnly?: boolean
}

/** Flows in ClickHouse, embedded or not: one schema and the same SQL. */
export class SqlStore implements FlowStore {
  readonly kind: 'embedded' | 'clickhouse'
  readonly #engine: SqlEngine
  readonly #schema: SchemaOptions
  readonly #readsOnly: boolean
  readonly #reader: SqlReader

  constructor({ kind, engine, schema, cluster, writer, readsOnly = false }: SqlStoreOptions) {
    this.kind = kind
    this.#engine = engine
    this.#schema = schema
    this.#readsOnly = readsOnly
    const { database } = schema
    this.#reader = { engine, database, cluster, writer, ends: new EndCache(engine, { database, cluster }, EDGE_LIMITS) }
  }

  open(): Promise<void> {
    return this.#readsOnly ? checkSchema(this.#engine, this.#schema.database) : migrate(this.#engine, this.#schema)
  }

  async append({ table, columns, text, token }: RowBatch): Promise<void> {
    await this.#engine.insert({ table, columns, text, token })
  }

  async edges(query: EdgeQuery, signal?: AbortSignal): Promise<StoredEdges> {
    const { engine, database, cluster, ends } = this.#reader
    const plan = planSums(query, await this.#coverage(query, signal))
    const scope = { database, cluster, namespaces: query.namespaces }
    const columns = await engine.columns(lanesSql(plan, scope), EDGE_LIMITS, signal)
    const kinds = await engine.query(kindsSql(plan, scope), EDGE_LIMITS, signal)
    const range = rangeOf(plan)
    return { edges: readEdges(columns, kinds, await ends.read(endsOfLanes(columns), whenSeen(range), signal)), range }
  }

  flows(query: FlowQuery, signal?: AbortSignal): Promise<StoredFlows> {
    return readFlowPage(this.#reader, query, signal)
  }

  async histogram(query: HistogramQuery, signal?: AbortSignal): Promise<FlowHistogram> {
    return readHistogram(this.#reader, query, await this.#coverage(query, signal), signal)
  }

  changes(query: TimeRange & { readonly limit: number }, signal?: AbortSignal): Promise<readonly StoredChange[]> {
    return readChanges(this.#reader, query, signal)
  }

  objects(at: number, signal?: AbortSignal): Promise<readonly StoredObject[] | null> {
    return readObjects(this.#reader, at, signal)
  }

  /** Since when objects are written down; null before the first. */
  objectsSince(): Promise<number | null> {
    return readObjectsSince(this.#reader)
  }

  /** The objects that were there when they were last written down, without what they were. */
  knownObjects(): Promise<readonly KnownObject[]> {
    return readKnownObjects(this.#reader)
  }

  /** Says of objects that they were there until a moment. */
  endObjects(gone: readonly KnownObject[], at: number, version: number): Promise<void> {
    return endObjects(this.#reader, gone, at, version)
  }

  ledgers(query: TimeRange, signal?: AbortSignal): Promise<readonly StoredLedger[]> {
    return readLedgers(this.#reader, query, signal)
  }

  /** What each collector last said, of those that said anything since a moment; the newest first. */
  collectors(since: number): Promise<readonly WrittenReport[]> {
    return readCollectors(this.#reader, since)
  }

  /** Newest flows of a source by node, of those that arrived since a moment. */
  counted(query: { readonly source: string; readonly since: number }): Promise<readonly CountedTime[]> {
    return readCounted(this.#reader, query)
  }

  /** Sums per minute, for filling a flow window after a restart. */
  minutes(range: TimeRange): Promise<readonly StoredSum[]> {
    return readMinutes(this.#reader, range)
  }

  usage(signal?: AbortSignal): Promise<StoreUsage> {
    return readUsage(this.#reader, signal)
  }

  /** Makes the sums of the whole slots in a stretch of time from shorter ones, however often. */
  async sumUp(rollup: Rollup, range: TimeRange): Promise<void> {
    const { engine, database, cluster } = this.#reader
    const slots = slotsWithin(rollup, range)
    if (slots.to > slots.from) await engine.command(sumUpSql(database, cluster, rollup, slots))
  }

  /** From where on minutes may not be summed up to hours: the last hour that is, or the first minute; null for an empty store. */
  async unsummedFrom(): Promise<number | null> {
    const { engine, database, cluster } = this.#reader
    const hours = (await this.#allCoverage()).get(HOURS)
    if (hours !== undefined) return hours.to
    const [minute] = await engine.query(outerMinuteSql(database, cluster, 'ASC'), SETUP_LIMITS)
    return minute === undefined ? null : Number(minute[0]) * 1000
  }

  /** Gives up what is too old or, where there is a limit, too much. */
  enforce(rule: RetentionRule): Promise<{ readonly bytes: number }> {
    return enforceRetention(this.#engine, this.#schema.database, rule)
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  /** What there is for a stretch of time; nothing is asked where minutes do. */
  async #coverage(range: TimeRange, signal: AbortSignal | undefined): Promise<Coverage> {
    return range.to - range.from < 2 * HOUR_MS ? NO_COVERAGE : this.#allCoverage(signal)
  }

  async #allCoverage(signal?: AbortSignal): Promise<Coverage> {
    const { engine, database, cluster } = this.#reader
    return readCoverage(await engine.query(coverageSql(database, cluster), SETUP_LIMITS, signal))
  }
}

function rangeOf(plan: SumPlan): TimeRange {
  return { from: Math.min(...plan.map(({ range }) => range.from)), to: Math.max(...plan.map(({ range }) => range.to)) }
}

/** Ends are written down when they are first seen on a day, by our clock, which may be on the day of the flow or the next. */
function whenSeen({ from, to }: TimeRange): TimeRange {
  return { from, to: to + HOUR_MS }
}
