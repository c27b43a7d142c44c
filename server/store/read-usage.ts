import type { StoreUsage } from './flow-store'
import { SETUP_LIMITS } from './sql/query-limits'
import { StatementBuilder } from './sql/statement-builder'
import type { SqlReader } from './sql-reader'

/** How much the store holds, of all clusters, and since when it holds flows of this one. */
export async function readUsage({ engine, database, cluster }: SqlReader, signal?: AbortSignal): Promise<StoreUsage> {
  const sizes = new StatementBuilder()
  const parts = await engine.query(
    sizes.build(
      `SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = ${sizes.text(database)} GROUP BY table ORDER BY table`,
    ),
    SETUP_LIMITS,
    signal,
  )
  const tables = parts.map(([name, rows, bytes]) => ({
    name: String(name).replace(/_local$/, ''),
    rows: Number(rows),
    bytes: Number(bytes),
  }))
  const ages = new StatementBuilder()
  const [row = []] = await engine.query(
    ages.build(
      `SELECT count(), toUnixTimestamp(min(slot)), toUnixTimestamp(max(slot)) FROM ${database}.edges_1m WHERE cluster = ${ages.text(cluster)}`,
    ),
    SETUP_LIMITS,
    signal,
  )
  const isEmpty = Number(row[0]) === 0
  return {
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: tables.filter(({ name }) => name === 'flows' || name === 'drops').reduce((sum, { rows }) => sum + rows, 0),
    oldest: isEmpty ? null : Number(row[1]) * 1000,
    newest: isEmpty ? null : Number(row[2]) * 1000,
    tables,
  }
}
