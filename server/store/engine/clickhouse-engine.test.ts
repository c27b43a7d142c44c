import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseFilter } from '@/lib/flows/filter'
import { compileFilter } from '@/lib/flows/filter-match'
import type { Flow } from '@/lib/flows/flow'
import { END_COLUMNS, EndBook } from '../rows/end-book'
import { FLOW_COLUMNS } from '../rows/flow-rows'
import { SqlStore } from '../sql-store'
import { flowRow } from '../testing/flow-row'
import { loopbackClickhouse } from '../testing/loopback-clickhouse'
import { HAS_CHDB, openEmbedded, type TestEngine } from '../testing/open-embedded'
import { randomFlow } from '../testing/random-flows'
import { ClickhouseEngine } from './clickhouse-engine'

const HOUR = 3_600_000
const FROM = Math.floor(Date.now() / HOUR) * HOUR - HOUR

test('a server that is not there is said to be so, and may be tried again', async () => {
  const engine = new ClickhouseEngine({ url: 'http://user:secret@127.0.0.1:9/', database: 'sluice' })
  const failure = await engine.command({ sql: 'SELECT 1', parameters: {} }).catch((error) => error)
  expect(failure).toMatchObject({
    failure: 'unavailable',
    isRetryable: true,
    message: expect.stringContaining('127.0.0.1:9 does not answer'),
  })
  expect(failure.message).not.toContain('secret')
  await engine.close()
})

describe.skipIf(!HAS_CHDB)('ClickHouse over HTTP, on the same dialect', () => {
  let running: TestEngine
  let loopback: Awaited<ReturnType<typeof loopbackClickhouse>>
  let engine: ClickhouseEngine
  let store: SqlStore

  beforeAll(async () => {
    running = await openEmbedded()
    loopback = await loopbackClickhouse(running.engine)
    engine = new ClickhouseEngine({ url: loopback.url, database: 'sluice' })
    const schema = { database: 'sluice', placement: { kind: 'single' as const }, keptDays: 14 }
    store = new SqlStore({ kind: 'clickhouse', engine, schema, cluster: 'test', writer: 7 })
    await store.open()
  }, 60_000)
  afterAll(async () => {
    await store?.close()
    await loopback?.close()
    await running?.remove()
  })

  test('flows are written once, however often they are sent, and come back', async () => {
    const ends = new EndBook('test', 1_000)
    const context = { cluster: '"test"', writer: 7, ends }
    const flows: Flow[] = fc
      .sample(randomFlow(FROM, HOUR), { numRuns: 50, seed: 3 })
      .sort((a, b) => a.time - b.time)
      .map((flow, index) => ({ ...flow, verdict: 'forwarded', id: index.toString(36).padStart(10, '0') }))
    const rows = flows.map((flow, index) => flowRow(flow, index, 0, flow.time, context))
    await store.append({ table: 'ends', columns: END_COLUMNS, text: Buffer.from(ends.take().join('')), rows: 1, token: 'e' })
    for (const _ of [1, 2])
      await store.append({ table: 'flows', columns: FLOW_COLUMNS, text: Buffer.from(rows.join('')), rows: rows.length, token: 'f' })
    const all = { from: FROM, to: FROM + HOUR, before: null, limit: 100 }
    expect((await store.flows({ ...all, filter: null })).flows).toEqual([...flows].reverse())

    const tree = parseFilter('ns:shop -port:53')
    if (!tree.ok) throw new Error(tree.error.message)
    const filter = compileFilter(tree.value)
    expect((await store.flows({ ...all, filter })).flows).toEqual(flows.filter(filter.matchesFlow).reverse())
  })

  test('sums come by columns, and none are none', async () => {
    const range = { from: FROM, to: FROM + HOUR, namespaces: [] }
    expect((await store.edges(range)).edges).toEqual([])
    const lane = `'test', toDateTime(${FROM / 1000}), 'shop', 'shop', 1, 2, 'TCP', 80, 'forwarded', '', '', 'hubble', 'hubble'`
    const names = 'cluster, slot, dst_ns, src_ns, dst, src, protocol, port, verdict, reason, policies, reporter, family'
    await engine.command({ sql: `INSERT INTO sluice.edges_1m (${names}, count) SELECT ${lane}, 3`, parameters: {} })
    expect((await store.edges(range)).edges).toMatchObject([{ port: 80, verdicts: { forwarded: 3 }, reporters: ['hubble'] }])
  })

  test('what the server refuses is told by its number', async () => {
    const limits = { seconds: 5, memoryBytes: 1e9, threads: 1, rows: 10 }
    const none = engine.query({ sql: 'SELECT nothing FROM sluice.nowhere', parameters: {} }, limits)
    await expect(none).rejects.toMatchObject({ failure: 'failed', message: expect.stringContaining('the store says') })
    const gone = new AbortController()
    const slow = engine.query(
      { sql: 'SELECT count() FROM numbers(20000000000) WHERE sipHash64(number) = 1', parameters: {} },
      limits,
      gone.signal,
    )
    setTimeout(() => gone.abort(), 100)
    await expect(slow).rejects.toMatchObject({ failure: 'cancelled' })
  })
})
