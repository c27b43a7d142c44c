import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HAS_CHDB, openEmbedded, type TestEngine } from '../testing/open-embedded'
import { addColumns, createTable, type SchemaOptions, setAge } from './create-table'
import { ALL_TABLES, TABLES } from './tables'

const cluster: SchemaOptions = { database: 'flows', placement: { kind: 'cluster', cluster: 'prod' }, keptDays: 30 }

test('on a cluster a table is a replicated one on every server, and one in front of them that spreads by destination', () => {
  const [local = '', front = ''] = createTable(TABLES.edges1m, cluster)
  expect(local).toContain('CREATE TABLE IF NOT EXISTS flows.edges_1m_local ON CLUSTER')
  expect(local).toContain("ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/flows/edges_1m', '{replica}', version)")
  expect(local).toContain('TTL slot + INTERVAL 30 DAY')
  expect(front).toBe(
    "CREATE TABLE IF NOT EXISTS flows.edges_1m ON CLUSTER 'prod' AS flows.edges_1m_local ENGINE = Distributed('prod', flows, edges_1m_local, cityHash64(cluster, dst_ns))",
  )
})

describe.skipIf(!HAS_CHDB)('the statements for a cluster', () => {
  let running: TestEngine
  beforeAll(async () => {
    running = await openEmbedded()
  }, 60_000)
  afterAll(() => running?.remove())

  test('are read by the real engine', async () => {
    for (const table of ALL_TABLES) {
      const added = addColumns(table, ['family', 'weight'], cluster).filter((sql) => sql.includes('ADD'))
      for (const sql of [...createTable(table, cluster), ...added, setAge(table, cluster) ?? 'SELECT 1']) {
        await running.engine.command({ sql: `EXPLAIN AST ${sql}`, parameters: {} })
      }
    }
  })
})
