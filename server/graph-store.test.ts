import { describe, expect, test } from 'vitest'
import { applyDelta, applySnapshot, emptyGraphTable, type GraphTable } from '@/lib/api/columns'
import type { SourcesSummary, StreamEvent } from '@/lib/api/stream'
import type { Topology } from '@/lib/graph/topology'
import { type TopologyView, WHOLE_CLUSTER } from '@/lib/graph/view'
import { GraphStore, type GraphStoreLimits } from './graph-store'

const SUMMARY: SourcesSummary = {
  cluster: {
    name: 'test',
    source: 'manifests',
    simulated: false,
    recording: null,
    revision: 1,
    problems: 0,
    objectsFrom: null,
    sync: { state: 'live', message: null, since: null },
  },
  sources: [],
  perSecond: 0,
  lost: 0,
  flowsFrom: null,
  lastFlowAt: null,
}

function topologyWith(names: readonly string[], at: number): Topology {
  return {
    level: 'namespace',
    at,
    windowMs: 60_000,
    nodes: names.map((name) => ({
      id: name,
      kind: 'namespace',
      ref: name,
      name,
      namespace: name,
      parent: null,
      lane: 'workload',
      badges: [{ id: 'pods', value: 'x'.repeat(500) }],
    })),
    edges: [],
    folded: [],
    total: { nodes: names.length, edges: 0 },
    filtered: { edges: 0, flows: 0 },
  }
}

/** A store over a graph that the test sets, and a clock that it turns. */
function aStore(limits?: GraphStoreLimits) {
  const world = { names: ['shop'] as readonly string[], now: 1_000_000, builds: 0, buildMs: 0, fails: false, meanwhile: () => {} }
  const store = new GraphStore({
    prepare: async () => undefined,
    now: () => world.now,
    build: function* () {
      const { names, meanwhile } = world
      yield
      meanwhile()
      world.builds++
      world.now += world.buildMs
      if (world.fails) throw new Error('broken')
      return topologyWith(names, world.now)
    },
    pulse: () => ({ at: world.now, new: 0, perSecond: 0 }),
    summary: () => SUMMARY,
    findings: () => ({ revision: 1, severities: { error: 0, warning: 0, info: 0 } }),
    ...(limits === undefined ? {} : { limits }),
  })
  const tick = async () => {
    world.now += 1_000
    await store.tick()
  }
  const open = (view: TopologyView = WHOLE_CLUSTER, lastEventId: string | null = null, table = emptyGraphTable()) => {
    const abort = new AbortController()
    const stream = store.open(view, lastEventId, abort.signal)
    if (stream === 'full') throw new Error('full')
    return new Reader(stream, abort, table)
  }
  return { store, world, tick, open }
}

type Received = { readonly id: string | null; readonly event: StreamEvent }

class Reader {
  readonly table: GraphTable
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #abort: AbortController
  #waiting: ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> | null = null
  #text = ''

  constructor(stream: ReadableStream<Uint8Array>, abort: AbortController, table: GraphTable) {
    this.table = table
    this.#reader = stream.getReader()
    this.#abort = abort
  }

  leave(): void {
    this.#abort.abort()
  }

  /** Everything that waits in the stream. */
  async read(): Promise<Received[]> {
    for (;;) {
      this.#waiting ??= this.#reader.read()
      const next = await Promise.race([this.#waiting, new Promise<null>((resolve) => setTimeout(resolve, 5, null))])
      if (next === null || next.done) break
      this.#waiting = null
      this.#text += new TextDecoder().decode(next.value)
    }
    const events = this.#text.split('\n\n').flatMap(parse)
    this.#text = ''
    for (const { event } of events) {
      if (event.type === 'snapshot') applySnapshot(this.table, event.data)
      if (event.type === 'delta') expect(applyDelta(this.table, event.data)).not.toBe('gap')
    }
    return events
  }
}

function parse(frame: string): Received[] {
  const field = (name: string) =>
    frame
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const type = field('event')
  return type === undefined ? [] : [{ id: field('id') ?? null, event: { type, data: JSON.parse(field('data') ?? '') } as StreamEvent }]
}

const graphEvents = (received: readonly Received[]) => received.filter(({ id }) => id !== null).map(({ event }) => event.type)

describe('a viewer', () => {
  test('gets a snapshot first and then only what changes', async () => {
    const { world, tick, open } = aStore()
    const viewer = open()
    expect(graphEvents(await viewer.read())).toEqual(['snapshot'])
    world.names = ['shop', 'payments']
    await tick()
    expect(graphEvents(await viewer.read())).toEqual(['delta'])
    expect([...viewer.table.nodes.keys()]).toEqual(['shop', 'payments'])
  })

  test('that comes back with its last event id gets the deltas it missed', async () => {
    const { world, tick, open } = aStore()
    const viewer = open()
    const [first] = (await viewer.read()).filter(({ id }) => id !== null)
    const other = open()
    viewer.leave()
    world.names = ['shop', 'payments']
    await tick()
    world.names = ['payments']
    await tick()
    const again = open(WHOLE_CLUSTER, first?.id ?? null, viewer.table)
    expect(graphEvents(await again.read())).toEqual(['delta', 'delta'])
    other.leave()
  })

  test('with an id of another stream gets a snapshot', async () => {
    const { open } = aStore()
    expect(graphEvents(await open(WHOLE_CLUSTER, 'elsewhere.7').read())).toEqual(['snapshot'])
  })

  test('that does not read is held back and ends with the newest graph', async () => {
    const { store, world, tick, open } = aStore()
    const slow = open()
    await slow.read()
    for (let round = 0; round < 60; round++) {
      world.names = Array.from({ length: 120 }, (_, index) => `ns-${round}-${index}`)
      await tick()
    }
    expect(store.counters.held).toBeGreaterThan(0)
    await slow.read()
    await tick()
    const received = await slow.read()
    expect(received.some(({ event }) => event.type === 'resync')).toBe(true)
    expect([...slow.table.nodes.keys()]).toEqual(world.names)
  })

  test('that leaves is forgotten', async () => {
    const { store, open } = aStore()
    const viewer = open()
    expect(store.viewers).toBe(1)
    viewer.leave()
    expect(store.viewers).toBe(0)
  })

  test('is told when the graph cannot be built, and keeps what it has', async () => {
    const { world, tick, open } = aStore()
    const viewer = open()
    await viewer.read()
    world.fails = true
    await tick()
    const received = await viewer.read()
    expect(received.map(({ event }) => event.type)).toContain('problem')
    expect(viewer.table.nodes.size).toBe(1)
  })
})

test('viewers of one view share one build a second', async () => {
  const { world, tick, open } = aStore()
  for (let count = 0; count < 50; count++) open()
  expect(world.builds).toBe(1)
  await tick()
  expect(world.builds).toBe(2)
})

test('a change that is shown while a second is being built is not undone by what that second read before it', async () => {
  const { store, world, tick, open } = aStore()
  const viewer = open()
  await viewer.read()
  world.meanwhile = () => {
    world.meanwhile = () => {}
    world.names = ['bank']
    store.refresh()
  }
  await tick()
  await viewer.read()
  expect([...viewer.table.nodes.keys()]).toEqual(['bank'])
})

test('views that are asked for in another order are one view', () => {
  const { store, open } = aStore()
  open({ ...WHOLE_CLUSTER, namespaces: ['a', 'b'] })
  open({ ...WHOLE_CLUSTER, namespaces: ['b', 'a'] })
  expect(store.views).toBe(1)
})

test('more viewers than the limit are refused and counted', () => {
  const { store, open } = aStore({ viewers: 1, views: 8 })
  open()
  expect(() => open()).toThrow('full')
  expect(store.counters.refused).toBe(1)
})

test('a view that nobody looks at is forgotten after a while', async () => {
  const { store, tick, open } = aStore()
  open().leave()
  for (let second = 0; second < 40; second++) await tick()
  expect(store.views).toBe(0)
})

test('a changed cluster is sent at once, unless building it takes too much of the time', async () => {
  const { store, world, open } = aStore()
  const reader = open()
  await reader.read()
  world.names = ['shop', 'data']
  world.buildMs = 50
  expect(store.refresh()).toBe(0)
  expect(graphEvents(await reader.read())).toEqual(['delta'])
  expect([...reader.table.nodes.keys()]).toEqual(['shop', 'data'])
  const waitMs = store.refresh()
  expect(waitMs).toBe(150)
  world.now += waitMs
  expect(store.refresh()).toBe(0)
})

test('a view that nobody looks at any more is not shown as it was before a change', () => {
  const { store, world, open } = aStore()
  open().leave()
  world.names = ['shop', 'data']
  store.refresh()
  expect(store.topology(WHOLE_CLUSTER).nodes.map(({ name }) => name)).toEqual(['shop', 'data'])
})

test('without viewers a changed cluster builds nothing', () => {
  const { store, world } = aStore()
  store.refresh()
  expect(world.builds).toBe(0)
})
