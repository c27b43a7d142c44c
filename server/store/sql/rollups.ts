import type { Statement } from '../engine/sql-engine'
import type { TimeRange } from '../flow-store'
import { StatementBuilder } from './statement-builder'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/** Sums of a longer time, made from those of a shorter one once it is over, and again when they change. */
export type Rollup = {
  readonly table: 'edges_10m' | 'edges_1h' | 'edges_6h'
  readonly of: 'edges_1m' | 'edges_10m' | 'edges_1h'
  /** Its length; slots begin at multiples of it since the epoch, by UTC. */
  readonly ms: number
}

export const TEN_MINUTES: Rollup = { table: 'edges_10m', of: 'edges_1m', ms: 10 * MINUTE_MS }
export const HOURS: Rollup = { table: 'edges_1h', of: 'edges_10m', ms: HOUR_MS }
export const SIX_HOURS: Rollup = { table: 'edges_6h', of: 'edges_1h', ms: 6 * HOUR_MS }
/** The shortest first: each is made from the one before. */
export const ROLLUPS: readonly Rollup[] = [TEN_MINUTES, HOURS, SIX_HOURS]

/** From when to when a table has all sums; nothing for one that has none. */
export type Coverage = ReadonlyMap<Rollup, TimeRange>
export const NO_COVERAGE: Coverage = new Map()

/** A row for each table of rollups, in their order: start of its first and of its last slot, in seconds; null where it is empty. */
export function coverageSql(database: string, cluster: string): Statement {
  const builder = new StatementBuilder()
  const name = builder.text(cluster)
  const outer = (table: string, order: 'ASC' | 'DESC') =>
    `(SELECT toUnixTimestamp(slot) FROM ${database}.${table} WHERE cluster = ${name} ORDER BY cluster ${order}, slot ${order} LIMIT 1)`
  const rows = ROLLUPS.map(
    ({ table }, index) => `SELECT ${index} AS place, ${outer(table, 'ASC')} AS first, ${outer(table, 'DESC')} AS last`,
  )
  return builder.build(`SELECT first, last FROM (${rows.join(' UNION ALL ')}) ORDER BY place`)
}

/** What the answer to {@link coverageSql} says. */
export function readCoverage(rows: readonly (readonly unknown[])[]): Coverage {
  const known = new Map<Rollup, TimeRange>()
  for (const [index, rollup] of ROLLUPS.entries()) {
    const [first = null, last = null] = rows[index] ?? []
    if (first !== null && last !== null) known.set(rollup, { from: Number(first) * 1000, to: Number(last) * 1000 + rollup.ms })
  }
  return known
}

/** A stretch of time, and the table whose sums are taken for it. */
export type SumPart = { readonly table: Rollup['table'] | 'edges_1m'; readonly range: TimeRange }

/** Where the store's sums come from for a stretch of time: the longest that fit into it, and whole minutes at its ends. */
export type SumPlan = readonly SumPart[]

export function planSums({ from, to }: TimeRange, coverage: Coverage): SumPlan {
  const whole = { from: Math.floor(from / MINUTE_MS) * MINUTE_MS, to: Math.ceil(to / MINUTE_MS) * MINUTE_MS }
  const plan = split(whole, ROLLUPS.toReversed(), coverage)
  return plan.length > 0 ? plan : [{ table: 'edges_1m', range: whole }]
}

function split(range: TimeRange, [longest, ...shorter]: readonly Rollup[], coverage: Coverage): SumPlan {
  if (range.to <= range.from) return []
  if (longest === undefined) return [{ table: 'edges_1m', range }]
  const covered = coverage.get(longest)
  const inner = covered === undefined ? range : slotsWithin(longest, intersection(range, covered))
  if (covered === undefined || inner.to <= inner.from) return split(range, shorter, coverage)
  return [
    ...split({ from: range.from, to: inner.from }, shorter, coverage),
    { table: longest.table, range: inner },
    ...split({ from: inner.to, to: range.to }, shorter, coverage),
  ]
}

/** The whole slots in a stretch of time; it ends before it begins when there are none. */
export function slotsWithin({ ms }: Rollup, { from, to }: TimeRange): TimeRange {
  return { from: Math.ceil(from / ms) * ms, to: Math.floor(to / ms) * ms }
}

function intersection(one: TimeRange, other: TimeRange): TimeRange {
  return { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
}
