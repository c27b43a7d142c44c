import type { Statement } from '../engine/sql-engine'
import type { TimeRange } from '../flow-store'
import { StatementBuilder } from './statement-builder'

const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000

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

/** Where the store's sums come from for a stretch of time: whole hours as far as there are any, minutes for the rest. */
export type SumPlan = { readonly hours: TimeRange | null; readonly minutes: readonly TimeRange[] }

/** @param hoursUntil end of the last hour that is summed up; 0 for none */
export function planSums({ from, to }: TimeRange, hoursUntil: number): SumPlan {
  const first = Math.floor(from / MINUTE_MS) * MINUTE_MS
  const last = Math.ceil(to / MINUTE_MS) * MINUTE_MS
  const hours = { from: Math.ceil(first / HOUR_MS) * HOUR_MS, to: Math.min(Math.floor(last / HOUR_MS) * HOUR_MS, hoursUntil) }
  if (hours.to <= hours.from) return { hours: null, minutes: [{ from: first, to: last }] }
  const minutes = [
    { from: first, to: hours.from },
    { from: hours.to, to: last },
  ]
  return { hours, minutes: minutes.filter((range) => range.to > range.from) }
}

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
  const read = (table: string, ranges: readonly TimeRange[]) =>
    `SELECT ${columns} FROM ${database}.${table} FINAL WHERE cluster = ${builder.text(cluster)} AND (${ranges.map(within).join(' OR ')})${wanted}`
  const parts: string[] = []
  if (plan.hours !== null) parts.push(read('edges_1h', [plan.hours]))
  const others = exceptWriter === undefined ? '' : ` AND writer != ${builder.integer(exceptWriter)}`
  if (plan.minutes.length > 0) parts.push(read('edges_1m', plan.minutes) + others)
  return parts.join(' UNION ALL ')
}

function namespaceSql(namespaces: readonly string[], builder: StatementBuilder): string {
  const list = builder.texts(namespaces)
  return ` AND (dst_ns IN ${list} OR src_ns IN ${list})`
}

/** Sums per lane of a stretch of time: {@link LANE_FIELDS}, then {@link LANE_SUMS}. */
export function lanesSql(plan: SumPlan, scope: EdgeScope): Statement {
  const builder = new StatementBuilder()
  return builder.build(
    `SELECT ${LANE_FIELDS.join(', ')}, ${LANE_SUMS.map((sum) => `toFloat64(${sum})`).join(', ')} ` +
      `FROM (${sumsOf(plan, scope, builder)}) GROUP BY ${LANE_FIELDS.join(', ')} HAVING sum(count) != 0 OR sum(repeats) != 0`,
  )
}

/** Sums the minutes of some hours up, again where that was done before. Hours are those of UTC: some places have others. */
export function sumHoursSql(database: string, cluster: string, { from, to }: TimeRange): Statement {
  const builder = new StatementBuilder()
  const lanes = `dst_ns, src_ns, ${LANE_FIELDS.join(', ')}`
  return builder.build(
    `INSERT INTO ${database}.edges_1h (cluster, slot, ${lanes}, version, count, repeats, evidence, evidence_repeats, bytes, first_seen, last_seen) ` +
      `SELECT cluster, toDateTime(intDiv(toUnixTimestamp(slot), 3600) * 3600) AS hour, ${lanes}, toUnixTimestamp64Milli(now64(3)), ${LANE_SUMS.join(', ')} ` +
      `FROM ${database}.edges_1m FINAL WHERE cluster = ${builder.text(cluster)} AND slot >= ${builder.seconds(from / 1000)} AND slot < ${builder.seconds(to / 1000)} ` +
      `GROUP BY cluster, hour, ${lanes}`,
  )
}

/** End of the last hour that is summed up, in seconds; no row for none. */
export function hoursUntilSql(database: string, cluster: string): Statement {
  const builder = new StatementBuilder()
  return builder.build(
    `SELECT toUnixTimestamp(slot) + 3600 FROM ${database}.edges_1h WHERE cluster = ${builder.text(cluster)} ORDER BY cluster DESC, slot DESC LIMIT 1`,
  )
}

/** Start of the first or last minute with sums, in seconds, by the order of the table; no row for none. */
export function outerMinuteSql(database: string, cluster: string, order: 'ASC' | 'DESC'): Statement {
  const builder = new StatementBuilder()
  return builder.build(
    `SELECT toUnixTimestamp(slot) FROM ${database}.edges_1m WHERE cluster = ${builder.text(cluster)} ORDER BY cluster ${order}, slot ${order} LIMIT 1`,
  )
}
