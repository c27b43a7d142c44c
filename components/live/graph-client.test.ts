import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { GraphDelta, GraphHeader, GraphSnapshot } from '@/lib/api/stream'
import { GraphClient } from './graph-client'

const CLOSED = 2

/** Stands for the browser's EventSource: the network, and nothing else, is faked. */
class FakeSource extends EventTarget {
  readyState = 1
  constructor(readonly url: string) {
    super()
  }
  close() {
    this.readyState = CLOSED
  }
  send(type: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }))
  }
  fail(state: number) {
    this.readyState = state
    this.dispatchEvent(new Event('error'))
  }
}

const aHeader = (seq: number): GraphHeader => ({
  seq,
  level: 'namespace',
  at: 0,
  windowMs: 900_000,
  shown: { nodes: 1, edges: 0 },
  total: { nodes: 1, edges: 0 },
  folded: [],
  filtered: { edges: 0, flows: 0 },
})
const nodesNamed = (...names: readonly string[]): GraphSnapshot['nodes'] => ({
  id: names.map((_, index) => index + 1),
  kind: names.map(() => 'namespace'),
  ref: names,
  key: names.map(() => null),
  name: names,
  namespace: names.map(() => null),
  parent: names.map(() => null),
  lane: names.map(() => 'workload'),
  badges: names.map(() => []),
})
const noEdges: GraphSnapshot['edges'] = {
  id: [],
  ref: [],
  source: [],
  target: [],
  relation: [],
  basis: [],
  state: [],
  protocol: [],
  ports: [],
  verdicts: { forwarded: [], dropped: [], audit: [], error: [], unknown: [] },
  rate: [],
  policies: [],
  label: [],
  lastSeen: [],
  service: [],
  mutualTls: [],
  reporters: [],
  claims: [],
  bundled: [],
}
const aSnapshot = (seq: number, ...names: readonly string[]): GraphSnapshot => ({
  ...aHeader(seq),
  nodes: nodesNamed(...names),
  edges: noEdges,
})
const aDelta = (seq: number, ...names: readonly string[]): GraphDelta => ({
  ...aSnapshot(seq, ...names),
  removedNodes: [],
  removedEdges: [],
})

let refusal: string | null
let sources: FakeSource[]
let client: GraphClient
const latest = () => sources.at(-1) as FakeSource
const shown = () => [...client.store.nodes.keys()]

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  vi.stubGlobal('EventSource', { CLOSED })
  sources = []
  refusal = null
  client = new GraphClient(
    (url) => {
      const source = new FakeSource(url)
      sources.push(source)
      return source as unknown as EventSource
    },
    () => 1,
    async () => refusal,
  )
})
afterEach(() => {
  client.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a snapshot fills the graph and a delta changes it', () => {
  client.follow('/stream')
  latest().send('snapshot', aSnapshot(1, 'shop'))
  latest().send('delta', aDelta(2, 'shop', 'data'))
  expect(shown()).toEqual(['shop', 'data'])
  expect(client.getStatus().connection).toBe('live')
})

test('following the same view again opens no second stream', () => {
  client.follow('/stream')
  client.follow('/stream')
  expect(sources).toHaveLength(1)
})

test('another view keeps the old graph on screen until its own arrives', () => {
  client.follow('/stream?level=namespace')
  latest().send('snapshot', aSnapshot(1, 'shop'))
  client.follow('/stream?level=workload')
  expect(shown()).toEqual(['shop'])
  latest().send('snapshot', aSnapshot(1, 'shop/cart[Deployment]'))
  expect(shown()).toEqual(['shop/cart[Deployment]'])
  expect(sources[0]?.readyState).toBe(CLOSED)
})

test('a gap in the sequence opens the stream anew', () => {
  client.follow('/stream')
  latest().send('snapshot', aSnapshot(1, 'shop'))
  latest().send('delta', aDelta(3, 'lost'))
  expect(shown()).toEqual(['shop'])
  expect(sources).toHaveLength(2)
})

test('while paused the graph stands still, new flows are counted, and resuming shows the newest', () => {
  client.follow('/stream')
  latest().send('snapshot', aSnapshot(1, 'shop'))
  client.pause()
  const changes: readonly string[][] = []
  client.store.onChange((change) => (changes as string[][]).push([...change.nodes.put]))
  latest().send('delta', aDelta(2, 'shop', 'data'))
  latest().send('flows', { at: 1, perSecond: 5, new: 7 })
  latest().send('flows', { at: 2, perSecond: 5, new: 3 })
  expect(shown()).toEqual(['shop'])
  expect(client.getStatus().newWhilePaused).toBe(10)
  client.resume()
  expect(shown()).toEqual(['shop', 'data'])
  expect(changes).toEqual([['shop', 'data']])
})

test('a cut line is stale since the last event, and the page keeps what it had', () => {
  client.follow('/stream')
  latest().send('snapshot', aSnapshot(1, 'shop'))
  vi.advanceTimersByTime(5_000)
  latest().fail(0)
  expect(client.getStatus()).toMatchObject({ connection: 'stale', lastEventAt: 1_000_000 })
  expect(shown()).toEqual(['shop'])
})

test('what the browser gives up on is tried again, later each time', () => {
  client.follow('/stream')
  latest().fail(CLOSED)
  expect(client.getStatus().connection).toBe('disconnected')
  vi.advanceTimersByTime(999)
  expect(sources).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(sources).toHaveLength(2)
  latest().fail(CLOSED)
  vi.advanceTimersByTime(1_999)
  expect(sources).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(sources).toHaveLength(3)
})

test('what the server says instead of a stream is told until there is one', async () => {
  client.follow('/stream?at=2026-05-04T10:00:00Z')
  refusal = 'ClickHouse does not answer'
  latest().fail(CLOSED)
  await vi.advanceTimersByTimeAsync(10)
  expect(client.getStatus()).toMatchObject({ connection: 'disconnected', refusal })
  await vi.advanceTimersByTimeAsync(1_000)
  latest().send('snapshot', aSnapshot(1, 'shop'))
  expect(client.getStatus()).toMatchObject({ connection: 'live', refusal: null })

  latest().fail(CLOSED)
  client.follow('/stream')
  await vi.advanceTimersByTimeAsync(10)
  expect(client.getStatus().refusal).toBeNull()
})

test('a line that says nothing for 20 seconds is dead, whatever the socket says', () => {
  client.follow('/stream')
  latest().send('snapshot', aSnapshot(1, 'shop'))
  vi.advanceTimersByTime(20_000)
  expect(client.getStatus().connection).toBe('stale')
  expect(sources).toHaveLength(2)
})
