import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SETUP_LIMITS } from '../sql/query-limits'
import { HAS_CHDB, openEmbedded, type TestEngine } from '../testing/open-embedded'
import { createTable, type SchemaOptions } from './create-table'
import { migrate, schemaVersion } from './migrate'
import { MIGRATIONS } from './migrations'
import { ALL_TABLES, TABLES, type Table } from './tables'

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

  test('sums and flows of the first version stay, and what they did not have is empty', async () => {
    const options = inDatabase('first')
    const later = new Set(['family', 'evidence', 'evidence_repeats', 'weight'])
    const asBefore = (table: Table): Table => ({
      ...table,
      columns: table.columns.filter(({ name }) => !later.has(name)),
      orderBy: table.orderBy.filter((name) => !later.has(name)),
    })
    const first = { version: 1, statements: () => ALL_TABLES.flatMap((table) => createTable(asBefore(table), options)) }
    await migrate(store.engine, options, [first])
    for (const table of ['collectors', 'edges_10m', 'edges_6h'])
      await store.engine.command({ sql: `DROP TABLE first.${table} SYNC`, parameters: {} })
    const lane = "'demo', now(), 'shop', 'shop', 1, 2, 'TCP', 80, 'forwarded', '', '', 'hubble'"
    const columns = 'cluster, slot, dst_ns, src_ns, dst, src, protocol, port, verdict, reason, policies, reporter'
    const sums = (table: string) => `INSERT INTO first.${table} (${columns}, version, count) SELECT ${lane}, 1, 5`
    for (const sql of [sums('edges_1m'), sums('edges_1h'), `INSERT INTO first.flows (${columns}, seq) SELECT ${lane}, 9`]) {
      await store.engine.command({ sql, parameters: {} })
    }
    await migrate(store.engine, options)
    for (const table of ['edges_1m', 'edges_1h']) {
      expect(await rows(`SELECT toInt32(count), toInt32(evidence), family FROM first.${table} FINAL`)).toEqual([[5, 0, '']])
      await store.engine.command({
        sql: sums(table).replace(', version', ', family, version').replace(', 1, 5', ", 'calico', 1, 7"),
        parameters: {},
      })
    }
    // Sums of another kind of source do not replace those that are there.
    expect(await rows('SELECT toInt32(sum(count)) FROM first.edges_1h FINAL')).toEqual([[12]])
    expect(await rows('SELECT toInt32(seq), weight FROM first.flows')).toEqual([[9, 0]])
    const made = "SELECT name FROM system.tables WHERE database = 'first' AND name != 'schema_versions' ORDER BY name"
    expect((await rows(made)).flat()).toEqual(ALL_TABLES.map(({ name }) => name).sort())
    const key = "SELECT sorting_key FROM system.tables WHERE database = 'first' AND name = 'edges_1h'"
    expect(await rows(key)).toEqual([[TABLES.edges1h.orderBy.join(', ')]])
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
