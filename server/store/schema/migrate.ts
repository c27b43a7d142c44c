import type { SqlEngine } from '../engine/sql-engine'
import { SETUP_LIMITS } from '../sql/query-limits'
import { StoreError } from '../store-error'
import { type SchemaOptions, setAge } from './create-table'
import { MIGRATIONS, type Migration } from './migrations'
import { ALL_TABLES } from './tables'

/**
 * Brings the tables of a store to the newest version, from nothing or any older one. A step that was interrupted is done
 * again: every statement may run twice.
 *
 * @param migrations all steps, in order of their versions
 */
export async function migrate(engine: SqlEngine, options: SchemaOptions, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  const { database, placement } = options
  const on = placement.kind === 'single' ? '' : ` ON CLUSTER '${placement.cluster}'`
  const run = (sql: string) => engine.command({ sql, parameters: {} })
  await run(`CREATE DATABASE IF NOT EXISTS ${database}${on}`)
  const replicated = `ReplicatedMergeTree('/clickhouse/tables/all/${database}/schema_versions', '{replica}')`
  const kind = placement.kind === 'single' ? 'MergeTree' : replicated
  await run(
    `CREATE TABLE IF NOT EXISTS ${database}.schema_versions${on} (version UInt32, applied_at DateTime DEFAULT now()) ENGINE = ${kind} ORDER BY version`,
  )
  const found = await schemaVersion(engine, database)
  refuseNewer(found, migrations.at(-1)?.version ?? 0)
  for (const { version, statements } of migrations) {
    if (version <= found) continue
    for (const sql of statements(options)) await run(sql)
    await run(`INSERT INTO ${database}.schema_versions (version) VALUES (${version})`)
  }
  for (const table of ALL_TABLES) {
    const sql = setAge(table, options)
    if (sql !== null) await run(sql)
  }
}

/** The version of a store's tables; 0 for an empty one. */
export async function schemaVersion(engine: SqlEngine, database: string): Promise<number> {
  const rows = await engine.query({ sql: `SELECT max(version) FROM ${database}.schema_versions`, parameters: {} }, SETUP_LIMITS)
  return Number(rows[0]?.[0] ?? 0)
}

/** Resolves when the tables of a store are as this version reads them; changes nothing. */
export async function checkSchema(engine: SqlEngine, database: string): Promise<void> {
  const newest = MIGRATIONS.at(-1)?.version ?? 0
  const exists = await engine.query(
    { sql: `SELECT count() FROM system.tables WHERE database = '${database}' AND name = 'schema_versions'`, parameters: {} },
    SETUP_LIMITS,
  )
  const found = Number(exists[0]?.[0] ?? 0) === 0 ? 0 : await schemaVersion(engine, database)
  refuseNewer(found, newest)
  if (found < newest) {
    const state = found === 0 ? 'has no tables yet' : `is of an older version (schema ${found}, this one reads ${newest})`
    throw new StoreError('unavailable', `the store ${state}; a collector of this version makes them`)
  }
}

function refuseNewer(found: number, newest: number): void {
  if (found <= newest) return
  throw new StoreError(
    'newer-schema',
    `the store was written by a newer version of Sluice (schema ${found}, this one knows ${newest}); update Sluice, or give it another --store`,
  )
}
