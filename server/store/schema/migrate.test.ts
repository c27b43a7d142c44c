import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SETUP_LIMITS } from '../sql/query-limits'
import { HAS_CHDB, openEmbedded, type TestEngine } from '../testing/open-embedded'
import type { SchemaOptions } from './create-table'
import { migrate, schemaVersion } from './migrate'
import { MIGRATIONS } from './migrations'
import { ALL_TABLES } from './tables'

describe.skipIf(!HAS_CHDB)('the schema on the real engine', () => {
  let store: TestEngine
  beforeAll(async () => {
    store = await openEmbedded()
  }, 60_000)
  afterAll(() => store?.remove())

  const inDatabase = (database: string): SchemaOptions => ({ database, placement: { kind: 'single' }, keptDays: 14 })
  const rows = async (sql: string) => store.engine.query({ sql, parameters: {} }, SETUP_LIMITS)

  test('an empty store gets all tables, and a second start changes nothing', async () => {
    await migrate(store.engine, inDatabase('fresh'))
    await migrate(store.engine, inDatabase('fresh'))
    const tables = await rows("SELECT name FROM system.tables WHERE database = 'fresh' ORDER BY name")
    expect(tables.map(([name]) => name)).toEqual([...ALL_TABLES.map(({ name }) => name), 'schema_versions'].sort())
    expect(await schemaVersion(store.engine, 'fresh')).toBe(MIGRATIONS.at(-1)?.version)
  })

  test('every older version comes to the newest one, and a step that was interrupted is done again', async () => {
    const added = (version: number) => ({
      version,
      statements: ({ database }: SchemaOptions) => [`ALTER TABLE ${database}.flows ADD COLUMN IF NOT EXISTS extra${version} UInt8`],
    })
    const first = MIGRATIONS.at(-1)?.version ?? 0
    const steps = [...MIGRATIONS, added(first + 1), added(first + 2)]
    for (let known = 1; known <= steps.length; known++) {
      const options = inDatabase(`from${known}`)
      await migrate(store.engine, options, steps.slice(0, known))
      if (known === 1) for (const sql of added(first + 1).statements(options)) await store.engine.command({ sql, parameters: {} })
      await migrate(store.engine, options, steps)
      const columns = await rows(
        `SELECT name FROM system.columns WHERE database = '${options.database}' AND table = 'flows' AND name LIKE 'extra%'`,
      )
      expect(columns).toHaveLength(2)
    }
  })

  test('a store of a newer version is refused with what to do', async () => {
    const options = inDatabase('newer')
    await migrate(store.engine, options)
    await store.engine.command({ sql: 'INSERT INTO newer.schema_versions (version) VALUES (999)', parameters: {} })
    await expect(migrate(store.engine, options)).rejects.toMatchObject({
      failure: 'newer-schema',
      message: expect.stringContaining('schema 999'),
    })
  })
})
