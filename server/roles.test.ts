import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Flow } from '@/lib/flows/flow'
import { aBatch } from '@/lib/flows/testing/a-pipeline'
import { anEnd, anObservedFlow } from '@/lib/flows/testing/an-observed-flow'
import { SYSTEM_CLOCK } from './clock'
import { DEFAULT_CONFIG, type ServerConfig } from './config'
import { type OpenStore, openStore } from './open-store'
import { Runtime } from './running'
import { statusDocument } from './status'
import { loopbackClickhouse } from './store/testing/loopback-clickhouse'
import { HAS_CHDB, openEmbedded, type TestEngine } from './store/testing/open-embedded'
import { ChangingCluster } from './testing/changing-cluster'

type Process = { readonly running: Runtime; readonly store: OpenStore }

describe.skipIf(!HAS_CHDB)('collectors and web processes that share a store', () => {
  let engine: TestEngine
  let server: { readonly url: string; readonly close: () => Promise<void> }
  const started: Process[] = []

  beforeAll(async () => {
    engine = await openEmbedded()
    server = await loopbackClickhouse(engine.engine)
  }, 60_000)
  afterAll(async () => {
    await server?.close()
    await engine?.remove()
  })
  afterEach(async () => {
    for (const each of started.splice(0)) await stop(each)
  })

  async function start(role: ServerConfig['role'], cluster: string, database = 'sluice'): Promise<Runtime> {
    const config: ServerConfig = {
      ...DEFAULT_CONFIG,
      listen: { host: '127.0.0.1', port: 3_000 + started.length },
      role,
      cluster: { kind: 'manifests', path: '/nowhere' },
      flows: role === 'web' ? [] : [{ kind: 'ingest' }],
      store: { kind: 'clickhouse', url: server.url, database, cluster: null },
    }
    const store = openStore(config, () => Date.now())
    if (store === null) throw new Error('no store')
    const running = new Runtime(config, SYSTEM_CLOCK, new ChangingCluster([]), store.of(cluster))
    started.push({ running, store })
    await running.start()
    return running
  }

  async function stop({ running, store }: Process): Promise<void> {
    await running.stop()
    await store.close()
  }

  /** Waits until something is as it should be, and says what it is when that takes too long. */
  async function until<Value>(read: () => Value, isDone: (value: Value) => boolean, seconds = 20): Promise<Value> {
    for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
      const value = read()
      if (isDone(value)) return value
      if (Date.now() > end)
        throw new Error(`still ${JSON.stringify(value)}; ${started.map((each) => JSON.stringify(each.running.keeper?.status())).join()}`)
    }
  }

  const connections = (running: Runtime) =>
    running.moments
      .flowEdges(Date.now() - 3_500_000, Date.now())
      .reduce((sum, { verdicts }) => sum + verdicts.forwarded + verdicts.dropped, 0)

  function send(running: Runtime, first: number, count: number, agoMs = 0): void {
    const flows = Array.from({ length: count }, (_, index) =>
      anObservedFlow({
        time: Date.now() - agoMs,
        sourcePort: first + index,
        source: anEnd({ ip: '10.0.0.1', namespace: 'shop', pod: `web-${(first + index) % 3}` }),
        verdict: (first + index) % 10 === 0 ? 'dropped' : 'forwarded',
      }),
    )
    running.posted?.intake.accept(aBatch(flows))
  }

  async function allFlows(running: Runtime): Promise<readonly Flow[]> {
    const flows: Flow[] = []
    let cursor: string | null = null
    do {
      const page = await running.history.page({ filter: null, from: null, to: null, cursor, limit: 70 })
      flows.push(...page.flows)
      cursor = page.next
    } while (cursor !== null)
    return flows
  }

  test('every flow is counted once in every web process, in the map and in the table', async () => {
    const [one, other] = [await start('collector', 'together'), await start('collector', 'together')]
    const webs = [await start('web', 'together'), await start('web', 'together')]
    send(one, 1_000, 150)
    send(other, 2_000, 50)
    for (const web of webs)
      await until(
        () => connections(web),
        (sum) => sum === 200,
      )
    send(one, 3_000, 30)
    for (const web of webs)
      await until(
        () => connections(web),
        (sum) => sum === 230,
      )
    // Another poll, and nothing is counted again.
    await sleep(5_000)
    for (const web of webs) {
      expect(connections(web)).toBe(230)
      const flows = await allFlows(web)
      expect(new Set(flows.map(({ sourcePort }) => sourcePort)).size).toBe(230)
      expect(flows).toHaveLength(230)
      expect(new Set(flows.map(({ id }) => id)).size).toBe(230)
    }
    const [first, second] = webs.map((web) =>
      web.moments
        .flowEdges(Date.now() - 3_500_000, Date.now())
        .map(({ source, destination, port, verdicts }) => ({ source, destination, port, verdicts })),
    )
    expect(first).toEqual(second)
    expect(webs[0]?.pipeline.recent.size).toBe(230)

    const status = statusDocument(webs[0] as Runtime)
    expect(status.store).toMatchObject({ kind: 'clickhouse', state: 'ready', message: null })
    expect(status.sources.map(({ name, state }) => [name, state]).sort()).toEqual([
      [`ingest on ${hostname()}:3000`, 'live'],
      [`ingest on ${hostname()}:3001`, 'live'],
    ])
  }, 60_000)

  test('a web process that comes later shows what was before it, and hears of a collector that stops', async () => {
    const collector = await start('collector', 'later')
    send(collector, 1_000, 40, 50 * 60_000)
    send(collector, 2_000, 20)
    await until(
      () => collector.keeper?.status().queuedRows,
      (rows) => rows === 0,
    )
    const web = await start('web', 'later')
    await until(
      () => connections(web),
      (sum) => sum === 60,
    )
    await until(
      () => web.sources.map(({ state }) => state),
      ([state]) => state === 'live',
    )
    const at = started.findIndex(({ running }) => running === collector)
    for (const each of started.splice(at, 1)) await stop(each)
    const sources = await until(
      () => web.summary().sources,
      ([first]) => first?.state === 'failed',
    )
    expect(sources[0]).toMatchObject({ name: 'collectors', message: expect.stringMatching(/^no collector has written for \d+ s/) })
    expect(sources[1]).toMatchObject({ name: 'ingest', state: 'failed', message: expect.stringContaining('was stopped') })
  }, 60_000)

  test('a web process before any collector says what is missing, and changes nothing in the store', async () => {
    const web = await start('web', 'empty', 'empty')
    const store = await until(
      () => statusDocument(web).store,
      ({ message }) => message !== null,
    )
    expect(store.message).toContain('has no tables yet')
    const rows = await engine.engine.query(
      { sql: "SELECT count() FROM system.databases WHERE name = 'empty'", parameters: {} },
      { seconds: 5, memoryBytes: 1e9, threads: 1, rows: 10 },
    )
    expect(Number(rows[0]?.[0])).toBe(0)
    await start('collector', 'empty', 'empty')
    await until(
      () => statusDocument(web).store.state,
      (state) => state === 'ready',
      40,
    )
  }, 60_000)
})
