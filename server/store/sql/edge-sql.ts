import type { Statement } from '../engine/sql-engine'
import type { TimeRange } from '../flow-store'
import type { Rollup, SumPlan } from './rollups'
import { StatementBuilder } from './statement-builder'

/** Columns that tell lanes apart, in the order of the answer. */
export const LANE_FIELDS = ['dst', 'src', 'protocol', 'port', 'verdict', 'reason', 'policies', 'reporter', 'family'] as const

/** Bytes of several sums; -1 where none of them states any. */
export const BYTES = 'if(max(bytes) < 0, -1, sumIf(bytes, bytes >= 0))'

/** Sums of a lane: count, repeats, how much of each is evidence, bytes, first and last seen. */
export const LANE_SUMS = [
  'sum(count)',
  'sum(repeats)',
  'sum(evidence)',
  'sum(evidence_repeats)',
  BYTES,
  'min(first_seen)',
  'max(last_seen)',
]

export type EdgeScope = {
  readonly database: string
  readonly cluster: string
  readonly namespaces: readonly string[]
  /** Sums of minutes that this run wrote are left out. */
  readonly exceptWriter?: number
}

/** Rows of sums of a plan, to select from. */
export function sumsOf(plan: SumPlan, { database, cluster, namespaces, exceptWriter }: EdgeScope, builder: StatementBuilder): string {
  const columns = `slot, dst_ns, src_ns, ${LANE_FIELDS.join(', ')}, count, repeats, evidence, evidence_repeats, bytes, first_seen, last_seen`
  const within = ({ from, to }: TimeRange) => `(slot >= ${builder.seconds(from / 1000)} AND slot < ${builder.seconds(to / 1000)})`
  const wanted = namespaces.length === 0 ? '' : namespaceSql(namespaces, builder)
  const others = exceptWriter === undefined ? '' : ` AND writer != ${builder.integer(exceptWriter)}`
  const read = ([table, parts]: readonly [string, SumPlan]) =>
    `SELECT ${columns} FROM ${database}.${table} FINAL WHERE cluster = ${builder.text(cluster)} AND (${parts.map(({ range }) => within(range)).join(' OR ')})${wanted}${table === 'edges_1m' ? others : ''}`
  const tables = new Set(plan.map(({ table }) => table))
  return Array.from(tables, (table) => read([table, plan.filter((part) => part.table === table)])).join(' UNION ALL ')
}

function namespaceSql(namespaces: readonly string[], builder: StatementBuilder): string {
  const list = builder.texts(namespaces)
  return ` AND (dst_ns IN ${list} OR src_ns IN ${list})`
}

/** What a lane says in texts: there are few combinations of them, its kinds. */
export const KIND_FIELDS = ['protocol', 'reason', 'policies', 'reporter', 'family'] as const

/** A number for each kind, as different as ids of ends are: grouping by it costs half of what the texts would. */
const KIND = KIND_FIELDS.map((name, index) => `${2 * index + 1} * sipHash64(${name})`).join(' + ')

/** Sums per lane of a stretch of time: ids of its ends (destination first), port, verdict and kind, then {@link LANE_SUMS}. */
export function lanesSql(plan: SumPlan, scope: EdgeScope): Statement {
  const builder = new StatementBuilder()
  return builder.build(
    `SELECT toUInt64(dst) AS lane_dst, toUInt64(src) AS lane_src, port, verdict, toUInt64(${KIND}) AS kind, ${LANE_SUMS.map((sum) => `toFloat64(${sum})`).join(', ')} ` +
      `FROM (${sumsOf(plan, scope, builder)}) GROUP BY lane_dst, lane_src, port, verdict, kind HAVING sum(count) != 0 OR sum(repeats) != 0`,
  )
}

/** The kinds of those lanes: the number, then {@link KIND_FIELDS}. */
export function kindsSql(plan: SumPlan, scope: EdgeScope): Statement {
  const builder = new StatementBuilder()
  return builder.build(`SELECT toUInt64(${KIND}) AS kind, ${KIND_FIELDS.join(', ')} FROM (${sumsOf(plan, scope, builder)}) LIMIT 1 BY kind`)
}

/** Makes the sums of some slots, again where that was done before. Hours are those of UTC: some places have others. */
export function sumUpSql(database: string, cluster: string, { table, of, ms }: Rollup, { from, to }: TimeRange): Statement {
  const builder = new StatementBuilder()
  const lanes = `dst_ns, src_ns, ${LANE_FIELDS.join(', ')}`
  const seconds = ms / 1000
  return builder.build(
    `INSERT INTO ${database}.${table} (cluster, slot, ${lanes}, version, count, repeats, evidence, evidence_repeats, bytes, first_seen, last_seen) ` +
      `SELECT cluster, toDateTime(intDiv(toUnixTimestamp(slot), ${seconds}) * ${seconds}) AS start, ${lanes}, toUnixTimestamp64Milli(now64(3)), ${LANE_SUMS.join(', ')} ` +
      `FROM ${database}.${of} FINAL WHERE cluster = ${builder.text(cluster)} AND slot >= ${builder.seconds(from / 1000)} AND slot < ${builder.seconds(to / 1000)} ` +
      `GROUP BY cluster, start, ${lanes}`,
  )
}

/** Start of the first or last minute with sums, in seconds, by the order of the table; no row for none. */
export function outerMinuteSql(database: string, cluster: string, order: 'ASC' | 'DESC'): Statement {
  const builder = new StatementBuilder()
  return builder.build(
    `SELECT toUnixTimestamp(slot) FROM ${database}.edges_1m WHERE cluster = ${builder.text(cluster)} ORDER BY cluster ${order}, slot ${order} LIMIT 1`,
  )
}
