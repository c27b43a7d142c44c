import type { StoreUsage } from './flow-store'
import { outerMinuteSql } from './sql/edge-sql'
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
  const momentOf = async (order: 'ASC' | 'DESC') => {
    const [row] = await engine.query(outerMinuteSql(database, cluster, order), SETUP_LIMITS, signal)
    return row === undefined ? null : Number(row[0]) * 1000
  }
  return {
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: tables.filter(({ name }) => name === 'flows' || name === 'drops').reduce((sum, { rows }) => sum + rows, 0),
    oldest: await momentOf('ASC'),
    newest: await momentOf('DESC'),
    tables,
  }
}
