import type { SqlEngine } from './engine/sql-engine'
import { SETUP_LIMITS } from './sql/query-limits'
import { StatementBuilder } from './sql/statement-builder'

/** A part of a table that can be given up as a whole. Times are milliseconds since the epoch. */
export type Partition = { readonly table: string; readonly id: string; readonly bytes: number; readonly newest: number }

export type RetentionRule = { readonly keptMs: number; readonly maxBytes: number | null; readonly now: number }

/** What may still grow is not given up. */
const GROWING_MS = 8 * 3_600_000

/** The partitions to give up: what is too old, and then, while there is too much, the oldest flows one by one before anything else. */
export function chooseExpired(partitions: readonly Partition[], { keptMs, maxBytes, now }: RetentionRule): readonly Partition[] {
  const expired = partitions.filter(({ newest }) => newest < now - keptMs)
  if (maxBytes === null) return expired
  const rest = partitions.filter((partition) => !expired.includes(partition))
  let bytes = rest.reduce((sum, partition) => sum + partition.bytes, 0)
  const rank = ({ table }: Partition) => (table === 'flows' ? 0 : 1)
  const oldestFirst = rest.filter(({ newest }) => newest < now - GROWING_MS).sort((a, b) => rank(a) - rank(b) || a.newest - b.newest)
  for (const partition of oldestFirst) {
    if (bytes <= maxBytes) break
    bytes -= partition.bytes
    expired.push(partition)
  }
  return expired
}

/** Gives up what has to go; says how many bytes are left. */
export async function enforceRetention(engine: SqlEngine, database: string, rule: RetentionRule): Promise<{ readonly bytes: number }> {
  const partitions = await readPartitions(engine, database)
  const expired = chooseExpired(partitions, rule)
  for (const { table, id } of expired) {
    if (!/^[0-9A-Za-z_-]+$/.test(id) || !/^[a-z0-9_]+$/.test(table)) continue
    await engine.command({ sql: `ALTER TABLE ${database}.${table} DROP PARTITION ID '${id}'`, parameters: {} })
  }
  const left = partitions.filter((partition) => !expired.includes(partition))
  return { bytes: left.reduce((sum, { bytes }) => sum + bytes, 0) }
}

async function readPartitions(engine: SqlEngine, database: string): Promise<readonly Partition[]> {
  const builder = new StatementBuilder()
  const newest = `max(if(toUnixTimestamp(max_time) > 0, toUnixTimestamp(max_time), toUnixTimestamp(toDateTime(max_date)) + 86400))`
  const rows = await engine.query(
    builder.build(
      `SELECT table, partition_id, sum(bytes_on_disk), ${newest} FROM system.parts ` +
        `WHERE active AND database = ${builder.text(database)} AND partition_id != 'all' GROUP BY table, partition_id`,
    ),
    SETUP_LIMITS,
  )
  return rows.map(([table, id, bytes, seconds]) => ({
    table: String(table),
    id: String(id),
    bytes: Number(bytes),
    newest: Number(seconds) * 1000,
  }))
}
