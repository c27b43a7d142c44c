import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { HttpSourceError } from '../http/http-source-error'
import { readStreams } from './loki-answer'
import { LokiCursor } from './loki-cursor'
import { createNetobservLokiSource } from './netobserv-loki-source'
import { FakeLoki } from './testing/fake-loki'

const NO_ACCESS = { ca: null, cert: null, key: null, tokenFile: null, serverName: null }
const START = Date.UTC(2026, 0, 1)
const SETTLE_MS = 10_000

let loki: FakeLoki
beforeEach(async () => {
  loki = await FakeLoki.start()
})
afterEach(() => loki.stop())

/** Reads until the source has slept `rounds` times; `turn` runs before each sleep and says how far time goes. */
async function read(rounds: number, turn: (round: number) => number, matchers: readonly { name: string; value: string }[] = []) {
  const stopping = new AbortController()
  let now = START + SETTLE_MS
  let round = 0
  const states: [string, string | null][] = []
  const batches: FlowBatch[] = []
  const source = createNetobservLokiSource({
    url: loki.url,
    access: NO_ACCESS,
    tenant: 'netobserv',
    matchers,
    now: () => now,
    sleep: async () => {
      now += turn(round)
      if (++round >= rounds) stopping.abort()
    },
  })
  for await (const batch of source.batches(stopping.signal, (state, message) => states.push([state, message]))) batches.push(batch)
  const flows = batches.flatMap((batch) => batch.flows)
  const rejected = batches.flatMap((batch) => [...batch.rejected])
  const ignored = batches.flatMap((batch) => [...batch.ignored])
  return { flows, rejected, ignored, states, batches }
}

function add(offsetMs: number, port: number, extraNs = 0n): void {
  const at = START + offsetMs
  const body = {
    SrcAddr: '10.0.0.1',
    DstAddr: '10.0.0.2',
    SrcPort: 40_000 + port,
    DstPort: port,
    Proto: 6,
    Bytes: 100,
    Packets: 2,
    Etype: 2048,
  }
  const line = JSON.stringify({ ...body, TimeFlowStartMs: at, TimeFlowEndMs: at, TimeReceived: Math.floor(at / 1000) })
  const labels = {
    app: 'netobserv-flowcollector',
    FlowDirection: '0',
    SrcK8S_Namespace: 'shop',
    SrcK8S_OwnerName: 'web',
    SrcK8S_Type: 'Pod',
  }
  loki.entries.push({ atNs: BigInt(at) * 1_000_000n + extraNs, labels, line })
}

test('every record is read once, with the labels of its stream, though pages end within one nanosecond', async () => {
  for (let index = 0; index < 1_000; index++) add(Math.floor(index / 90) * 500, 1 + index)
  loki.maxLines = 100
  const { flows, states } = await read(3, () => 10_000)
  expect(flows.map(({ port }) => port).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
  expect(flows[0]?.source).toMatchObject({ ip: '10.0.0.1', namespace: 'shop', workload: { name: 'web' } })
  expect(states.at(-1)).toEqual(['live', null])
  expect(loki.asked.at(-1)?.tenant).toBe('netobserv')
  expect(loki.asked.at(-1)?.params.get('query')).toBe('{app="netobserv-flowcollector"}')
})

test('more records of one moment than a page holds are said, and reading goes on behind them', async () => {
  for (let index = 0; index < 120; index++) add(1_000, 1 + index)
  add(2_000, 7_000)
  loki.maxLines = 50
  const { flows, states } = await read(3, () => 10_000)
  expect(flows.length).toBeGreaterThanOrEqual(51)
  expect(flows.at(-1)?.port).toBe(7_000)
  expect(states.at(-1)?.[1]).toContain('more records than one answer of Loki holds')
})

test('a Loki that fails is asked again, and what came meanwhile is caught up on; a long break is told', async () => {
  const { flows, states } = await read(6, (round) => {
    if (round === 0) {
      add(5_000, 1)
      loki.broken = { status: 503, body: 'too many outstanding requests' }
      return 10_000
    }
    if (round === 2) {
      loki.broken = null
      add(20_000, 2)
      return 30_000
    }
    if (round === 3) {
      add(100_000, 3)
      add(3_600_000 + 30_000, 4)
      return 3_600_000
    }
    return 10_000
  })
  expect(flows.map(({ port }) => port)).toEqual([1, 2, 4])
  expect(states.find(([state]) => state === 'failed')?.[1]).toMatch(
    /too busy or not ready \(503\): too many outstanding requests; trying again every 1 s/,
  )
  expect(states.at(-1)?.[1]).toMatch(/^records of \d+ s were passed over after a break$/)
})

test('what is no record, or is of another time, is counted and costs only itself', async () => {
  add(1_000, 1)
  loki.entries.push({ atNs: BigInt(START + 2_000) * 1_000_000n, labels: {}, line: 'no json' })
  loki.entries.push({ atNs: BigInt(START + 2_500) * 1_000_000n, labels: { __proto__: { x: 1 } }, line: '[1]' })
  const { flows, rejected } = await read(2, () => 20_000)
  expect(flows).toHaveLength(1)
  expect(rejected).toEqual([['not JSON', 2]])

  const far = String(BigInt(START + 10 ** 9) * 1_000_000n)
  loki.broken = {
    status: 200,
    body: JSON.stringify({
      status: 'success',
      data: { resultType: 'streams', result: [{ stream: {}, values: [[far, '{}'], [1, 2], 3] }, 4] },
    }),
  }
  const second = await read(2, () => 20_000)
  expect(Object.fromEntries(second.rejected)).toEqual({ 'not an entry of Loki': 3, 'outside the time asked for': 1 })
  expect(second.states.at(-1)?.[0]).toBe('live')
})

test('labels choose one of several clusters', async () => {
  await read(2, () => 20_000, [{ name: 'K8S_ClusterName', value: 'a"b' }])
  expect(loki.asked[0]?.params.get('query')).toBe('{app="netobserv-flowcollector",K8S_ClusterName="a\\"b"}')
})

test('whatever comes back is an answer or an error of ours', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      try {
        readStreams(Buffer.from(text), 'loki.test')
      } catch (error) {
        expect(error).toBeInstanceOf(HttpSourceError)
      }
    }),
  )
})

test('a cursor hands over every entry exactly once, however pages are cut', () => {
  const times = fc.array(fc.nat({ max: 8 }), { maxLength: 60 })
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 12 }), (moments, extra) => {
      const entries = [...moments]
        .sort((a, b) => a - b)
        .map((at, index) => ({ atNs: BigInt(at), labels: {}, line: index % 3 === 0 ? 'same' : String(index) }))
      const most = Math.max(0, ...Array.from({ length: 9 }, (_, at) => moments.filter((each) => each === at).length))
      // A page holds more than one moment has.
      const limit = most + extra
      const cursor = new LokiCursor(0n)
      const seen: string[] = []
      for (;;) {
        const page = entries.filter(({ atNs }) => atNs >= cursor.fromNs).slice(0, limit)
        seen.push(...cursor.take(page).map(({ line }) => line))
        if (page.length < limit) break
      }
      expect(seen.sort()).toEqual(entries.map(({ line }) => line).sort())
    }),
  )
})
