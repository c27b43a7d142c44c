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
import { HOUR_MS, hoursUntilSql, lanesSql, outerMinuteSql, planSums, type SumPlan, sumHoursSql } from './sql/edge-sql'
import { EDGE_LIMITS, SETUP_LIMITS } from './sql/query-limits'
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
    await this.#engine.insert({ table, columns, text: Buffer.from(text), token })
  }

  async edges(query: EdgeQuery, signal?: AbortSignal): Promise<StoredEdges> {
    const { engine, database, cluster, ends } = this.#reader
    const plan = await this.#plan(query, signal)
    const scope = { database, cluster, namespaces: query.namespaces }
    const columns = await engine.columns(lanesSql(plan, scope), EDGE_LIMITS, signal)
    const range = rangeOf(plan)
    return { edges: readEdges(columns, await ends.read(endsOfLanes(columns), whenSeen(range), signal)), range }
  }

  flows(query: FlowQuery, signal?: AbortSignal): Promise<StoredFlows> {
    return readFlowPage(this.#reader, query, signal)
  }

  async histogram(query: HistogramQuery, signal?: AbortSignal): Promise<FlowHistogram> {
    return readHistogram(this.#reader, query, await this.#plan(query, signal), signal)
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

  /** Sums the hours of a stretch of time up from their minutes, however often. */
  async sumHours({ from, to }: TimeRange): Promise<void> {
    const { engine, database, cluster } = this.#reader
    const range = { from: Math.floor(from / HOUR_MS) * HOUR_MS, to: Math.ceil(to / HOUR_MS) * HOUR_MS }
    await engine.command(sumHoursSql(database, cluster, range))
  }

  /** From where on minutes may not be summed up to hours: the last hour that is, or the first minute; null for an empty store. */
  async unsummedFrom(): Promise<number | null> {
    const { engine, database, cluster } = this.#reader
    const [hour] = await engine.query(hoursUntilSql(database, cluster), SETUP_LIMITS)
    if (hour !== undefined) return Number(hour[0]) * 1000
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

  async #plan(range: TimeRange, signal: AbortSignal | undefined): Promise<SumPlan> {
    if (range.to - range.from < 2 * HOUR_MS) return planSums(range, 0)
    const { engine, database, cluster } = this.#reader
    const [row] = await engine.query(hoursUntilSql(database, cluster), SETUP_LIMITS, signal)
    return planSums(range, Number(row?.[0] ?? 0) * 1000)
  }
}

function rangeOf({ hours, minutes }: SumPlan): TimeRange {
  const all = [...(hours === null ? [] : [hours]), ...minutes]
  return { from: Math.min(...all.map(({ from }) => from)), to: Math.max(...all.map(({ to }) => to)) }
}

/** Ends are written down when they are first seen on a day, by our clock, which may be on the day of the flow or the next. */
function whenSeen({ from, to }: TimeRange): TimeRange {
  return { from, to: to + HOUR_MS }
}
