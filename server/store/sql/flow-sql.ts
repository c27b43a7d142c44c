import type { CompiledFilter } from '@/lib/flows/filter-match'
import type { Statement } from '../engine/sql-engine'
import type { FlowPlace, TimeRange } from '../flow-store'
import { FLOW_COLUMNS, slotOf } from '../rows/flow-rows'
import { filterSql } from './filter-sql'
import { possibleVerdicts } from './possible-verdicts'
import { StatementBuilder } from './statement-builder'

export type FlowScope = {
  readonly database: string
  readonly cluster: string
  /** Times that flows counted at. */
  readonly range: TimeRange
  /** Times that they arrived at. */
  readonly arrived: TimeRange
  readonly filter: CompiledFilter | null
  readonly before: FlowPlace | null
}

/** A query for ids of ends of some days, to which `AND (...)` is added. */
export function endsSql(database: string, cluster: string, { from, to }: TimeRange, builder: StatementBuilder): string {
  return `SELECT id FROM ${database}.ends WHERE cluster = ${builder.text(cluster)} AND day BETWEEN ${builder.day(from / 1000)} AND ${builder.day(to / 1000)}`
}

/** A page of flows with the five minutes they arrived in, newest first by arrival; of a flow that was written several times, all versions that fit. */
export function flowPageSql({ database, cluster, range, arrived, filter, before }: FlowScope, limit: number): Statement | null {
  const builder = new StatementBuilder()
  const verdicts = filter === null ? null : possibleVerdicts(filter.tree)
  const tables = ['flows', 'drops'].filter((table) => {
    if (verdicts === null) return true
    return table === 'drops' ? verdicts.has('dropped') : verdicts.size > (verdicts.has('dropped') ? 1 : 0)
  })
  if (tables.length === 0) return null
  const ends = endsSql(database, cluster, arrived, builder)
  const conditions = [
    `cluster = ${builder.text(cluster)}`,
    `slot >= ${builder.seconds(slotOf(arrived.from))} AND slot < ${builder.seconds(arrived.to / 1000)}`,
    `time + shift >= ${builder.integer(range.from)} AND time + shift < ${builder.integer(range.to)}`,
    ...(before === null ? [] : [beforeSql(before, builder)]),
    // Only what was refused lies in `drops`: a flow whose verdict changed has versions in both.
    ...(filter === null ? [] : [filterSql(filter.tree, { builder, ends, rows: 'flows' }).sql]),
  ].join(' AND ')
  const order = `ORDER BY slot DESC, seq DESC, writer DESC, rev DESC LIMIT ${Math.trunc(limit)}`
  const parts = tables.map(
    (table) => `SELECT ${FLOW_COLUMNS.join(', ')}, toUnixTimestamp(slot) AS arrived FROM ${database}.${table} WHERE ${conditions} ${order}`,
  )
  const [only = ''] = parts
  return builder.build(parts.length === 1 ? only : `SELECT * FROM (${parts.map((part) => `(${part})`).join(' UNION ALL ')}) ${order}`)
}

/** Runs that write side by side number their flows apart, so that the time of arrival comes first. */
function beforeSql({ slot, sequence, writer }: FlowPlace, builder: StatementBuilder): string {
  const place = `${builder.integer(sequence)}, ${builder.integer(writer)})`
  return slot === null ? `(seq, writer) < (${place}` : `(slot, seq, writer) < (${builder.seconds(slot)}, ${place}`
}

/** The newest version of each of some flows that have more than one: sequence, writer, version. */
export function versionsSql(
  database: string,
  cluster: string,
  places: readonly Pick<FlowPlace, 'sequence'>[],
  arrived: TimeRange,
): Statement {
  const builder = new StatementBuilder()
  const sequences = builder.ids(places.map(({ sequence }) => String(sequence)))
  const where = `cluster = ${builder.text(cluster)} AND slot >= ${builder.seconds(slotOf(arrived.from))} AND rev > 0 AND seq IN ${sequences}`
  const read = (table: string) => `SELECT seq, writer, rev FROM ${database}.${table} WHERE ${where}`
  return builder.build(`SELECT seq, writer, max(rev) FROM (${read('flows')} UNION ALL ${read('drops')}) GROUP BY seq, writer`)
}
