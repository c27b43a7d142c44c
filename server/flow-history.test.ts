import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as histogramRoute from '@/app/api/v1/flows/histogram/route'
import * as flowsRoute from '@/app/api/v1/flows/route'
import * as statusRoute from '@/app/api/v1/status/route'
import * as metricsRoute from '@/app/metrics/route'
import type { FlowHistogramDocument, FlowListDocument, StatusDocument } from '@/lib/api/documents'
import { isBalanced } from '@/lib/flows/ledger'
import { aBatch } from '@/lib/flows/testing/a-pipeline'
import { anEnd, anObservedFlow } from '@/lib/flows/testing/an-observed-flow'
import { DEFAULT_CONFIG, type ServerConfig } from './config'
import { openStore } from './open-store'
import { Runtime } from './running'
import { HAS_CHDB } from './store/testing/open-embedded'
import { holdRuntime } from './testing/hold-runtime'
import { ManualClock } from './testing/manual-clock'

const HOUR = 3_600_000

describe.skipIf(!HAS_CHDB)('flows of before the last hour', () => {
  let folder: string
  let config: ServerConfig
  // Of today, because old rows go; the hour is whole, so that sums of hours can be compared.
  const start = Math.floor(Date.now() / HOUR) * HOUR - 5 * HOUR

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-history-'))
    config = {
      ...DEFAULT_CONFIG,
      cluster: { kind: 'manifests', path: join(folder, 'absent') },
      flows: [{ kind: 'ingest' }],
      store: { kind: 'embedded', folder: join(folder, 'data') },
    }
  })
  afterAll(async () => {
    holdRuntime(null)
    await rm(folder, { recursive: true, force: true })
  })

  /** A server at a moment. Its store is real: everything is written when `stop` is done. */
  async function serve(at: number, cluster = 'test') {
    const clock = new ManualClock(at)
    const store = openStore(config, () => Date.now())
    const running = new Runtime(config, clock, { ...noFeed }, store?.of(cluster) ?? null)
    await running.start()
    holdRuntime(running)
    // The store is opened in the background, with time that really goes by.
    for (let tries = 0; running.keeper?.isFilled === false && tries < 600; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      if (running.keeper.archive.isOpen) clock.advance(10)
    }
    const stop = async () => {
      await running.stop()
      await store?.close()
    }
    return { clock, running, stop }
  }
  const noFeed = {
    origin: 'test',
    settleMs: 0,
    start: () => undefined,
    ready: Promise.resolve(),
    stop: () => undefined,
    kinds: () => [],
    read: async () => ({ documents: [], problems: [], name: 'test', source: 'manifests' as const }),
  }
  const send = (running: Runtime, at: number, first: number, count: number) => {
    const flows = Array.from({ length: count }, (_, index) =>
      anObservedFlow({
        time: at + index,
        sourcePort: 1_000 + first + index,
        source: anEnd({ ip: '10.0.0.1', namespace: 'shop', pod: `web-${(first + index) % 5}` }),
        verdict: (first + index) % 10 === 0 ? 'dropped' : 'forwarded',
      }),
    )
    running.posted?.intake.accept(aBatch(flows))
  }
  const get = async <Answer>(route: { GET: (request: Request) => Promise<Response> | Response }, query: string): Promise<Answer> => {
    const response = await route.GET(new Request(`http://test/?${query}`))
    expect(response.status, await response.clone().text()).toBe(200)
    return (await response.json()) as Answer
  }
  const ports = async (query: string) => {
    const found: (number | null)[] = []
    let cursor: string | null = null
    do {
      const page: FlowListDocument = await get(flowsRoute, `${query}&limit=70${cursor === null ? '' : `&cursor=${cursor}`}`)
      found.push(...page.flows.map(({ sourcePort }) => sourcePort))
      cursor = page.next
    } while (cursor !== null)
    return found
  }

  test('hours that a server could not sum up before it ended are summed up when there is one again', async () => {
    const name = 'late'
    const before = await serve(start, name)
    send(before.running, start, 0, 50)
    before.clock.advance(2_000)
    await before.stop()
    // Nobody is there for hours.
    const after = await serve(start + 4 * HOUR + 60_000, name)
    send(after.running, start + 4 * HOUR + 60_000, 50, 10)
    after.clock.advance(2_000)
    await after.stop()
    const last = await serve(start + 5 * HOUR + 60_000, name)
    const { history, keeper } = last.running
    for (let tries = 0; tries < 100 && ((await keeper?.store.unsummedFrom()) ?? 0) < start + 5 * HOUR; tries++) {
      last.clock.advance(10_000)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const edges = await history.edges({ from: start, to: start + 5 * HOUR })
    expect(edges.reduce((sum, { verdicts }) => sum + verdicts.forwarded + verdicts.dropped, 0)).toBe(60)
    await last.stop()
  }, 60_000)

  test('are there after a restart: in the map, the table and the timeline', async () => {
    const first = await serve(start)
    send(first.running, start, 0, 200)
    first.clock.advance(2_000)
    await first.stop()
    const [entry] = first.running.pipeline.ledger.entries()
    expect(entry).toMatchObject({ received: 200, stored: 200, queued: 0 })

    const second = await serve(start + 30 * 60_000)
    const { running } = second
    const edges = running.pipeline.window.edges(start, start + HOUR)
    expect(edges.reduce((sum, { verdicts }) => sum + verdicts.forwarded + verdicts.dropped, 0)).toBe(200)
    expect(edges).toHaveLength(5)

    send(running, start + 30 * 60_000, 200, 100)
    second.clock.advance(1_000)
    const all = Array.from({ length: 300 }, (_, index) => 1_299 - index)
    expect(await ports('')).toEqual(all)
    expect(await ports('filter=verdict:dropped')).toEqual(all.filter((port) => port % 10 === 0))
    await second.stop()

    const third = await serve(start + 4 * HOUR + 60_000)
    expect(third.running.pipeline.window.edges(0, Date.now())).toEqual([])
    expect(await ports(`from=${new Date(start).toISOString()}`)).toEqual(all)
    const query = `from=${new Date(start).toISOString()}&to=${new Date(start + HOUR).toISOString()}&buckets=6`
    const timeline: FlowHistogramDocument = await get(histogramRoute, query)
    expect(timeline).toMatchObject({ matched: 300, total: 300 })
    const dropped: FlowHistogramDocument = await get(histogramRoute, `${query}&filter=verdict:dropped`)
    expect(dropped).toMatchObject({ matched: 30, total: 300 })
    const old = await third.running.history.edges({ from: start, to: start + 2 * HOUR })
    expect(old.reduce((sum, { verdicts }) => sum + verdicts.forwarded + verdicts.dropped, 0)).toBe(300)

    const status: StatusDocument = await get(statusRoute, '')
    expect(status.store).toMatchObject({ kind: 'embedded', state: 'ready', message: null, isRawStopped: false })
    for (const { ledger } of status.sources) expect(isBalanced(ledger)).toBe(true)
    const metrics = await (await metricsRoute.GET(new Request('http://test/'))).text()
    expect(metrics).toContain('sluice_store_ready 1')
    await third.stop()
  }, 60_000)
})
