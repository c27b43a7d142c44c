import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { policyRef } from '../model/names'
import { atOnce } from '../model/steps'
import { type Flow, VERDICTS } from './flow'
import { BUCKET_MS, FlowWindow, WINDOW_MS } from './flow-window'
import { aFlow, aPodEnd } from './testing/a-flow'
import { TEN } from './testing/an-observed-flow'

const windowOf = (flows: readonly Flow[], now = TEN) => {
  const window = new FlowWindow()
  for (const flow of flows) window.add(flow, flow.count, 0, now)
  return window
}

describe('sums in steps', () => {
  const flowAt = (time: number, port: number) => aFlow({ time, port, source: aPodEnd('shop', 'a'), destination: aPodEnd('shop', 'x') })
  const ports = (edges: readonly { readonly port: number | null; readonly verdicts: { readonly forwarded: number } }[]) =>
    edges.map(({ port, verdicts }) => `${port} ${verdicts.forwarded}`).sort()

  test('flows that come in between change no sum that was taken, and the old that goes takes none of its place along', () => {
    const start = TEN - WINDOW_MS + BUCKET_MS
    const window = windowOf([flowAt(start, 1), flowAt(TEN - BUCKET_MS, 2), flowAt(TEN, 3)])
    const steps = window.edgesInSteps(start, TEN + 1)
    expect(steps.next().done).toBe(false)
    // An hour later the first bucket is gone, and its lane is somebody else's.
    const later = flowAt(TEN + 3 * BUCKET_MS, 4)
    window.add(later, 1, 0, later.time)
    expect(ports(atOnce(steps))).toEqual(['2 1', '3 1'])
  })

  test('they are those of one go', () => {
    const flows = Array.from({ length: 700 }, (_, index) => flowAt(TEN - (index % 9) * BUCKET_MS, index))
    const window = windowOf(flows)
    const steps = [...window.edgesInSteps(TEN - WINDOW_MS, TEN + 1)]
    expect(steps.length).toBeGreaterThan(9)
    expect(window.edges(TEN - WINDOW_MS, TEN + 1)).toHaveLength(700)
  })
})

describe('sums', () => {
  const flows = fc.array(
    fc.record({
      client: fc.constantFrom('a', 'b', '__proto__'),
      server: fc.constantFrom('x', 'constructor'),
      port: fc.constantFrom(80, 443),
      verdict: fc.constantFrom(...VERDICTS),
      reason: fc.constantFrom(null, 'policy/default-deny', 'kernel/no-route'),
      agoMs: fc.integer({ min: 0, max: WINDOW_MS - 2 * BUCKET_MS }),
      count: fc.integer({ min: 1, max: 5 }),
      bytes: fc.constantFrom(null, 100),
    }),
    { maxLength: 60 },
  )

  test('the sums of any range are those of a list of the same flows', () => {
    fc.assert(
      fc.property(flows, fc.integer({ min: 0, max: 370 }), fc.integer({ min: 1, max: 370 }), (list, fromBucket, width) => {
        const all = list.map(({ client, server, agoMs, ...rest }) =>
          aFlow({ ...rest, time: TEN - agoMs, source: aPodEnd('shop', client), destination: aPodEnd('shop', server) }),
        )
        const from = TEN - WINDOW_MS + fromBucket * BUCKET_MS
        const to = from + width * BUCKET_MS
        const expected = new Map<string, number>()
        for (const flow of all) {
          const isIn = flow.time >= Math.floor(from / BUCKET_MS) * BUCKET_MS && flow.time < Math.ceil(to / BUCKET_MS) * BUCKET_MS
          const key = `${flow.source.ref} ${flow.destination.ref} ${flow.port} ${flow.verdict}`
          if (isIn) expected.set(key, (expected.get(key) ?? 0) + flow.count)
        }
        const window = windowOf(all)
        const found = new Map<string, number>()
        for (const edge of window.edges(from, to)) {
          for (const verdict of VERDICTS) {
            const key = `${edge.source.ref} ${edge.destination.ref} ${edge.port} ${verdict}`
            if (edge.verdicts[verdict] > 0) found.set(key, edge.verdicts[verdict])
          }
        }
        expect(found).toEqual(expected)

        const histogram = window.histogram(from, to, 7)
        const columns = VERDICTS.map((verdict) => histogram.counts[verdict].reduce((sum, count) => sum + count, 0))
        const total = columns.reduce((sum, count) => sum + count, 0)
        const inRange = all.filter((flow) => flow.time >= histogram.from && flow.time < histogram.to)
        expect(total).toBe(inRange.reduce((sum, flow) => sum + flow.count, 0))
      }),
    )
  })

  test('policies and reasons are named with their counts, most often seen first, at most three', () => {
    const denied = (name: string, count: number) =>
      aFlow({
        verdict: 'dropped',
        reason: `policy/${name}`,
        count,
        policies: [{ policy: policyRef('NetworkPolicy', 'shop', name), rule: null, confidence: 'stated' }],
      })
    const [edge] = windowOf([denied('a', 1), denied('b', 5), denied('c', 3), denied('d', 2)]).edges(TEN - 1, TEN + 1)
    expect(edge?.policies.map(({ policy, count }) => [policy, count])).toEqual([
      ['NetworkPolicy:shop/b', 5],
      ['NetworkPolicy:shop/c', 3],
      ['NetworkPolicy:shop/d', 2],
    ])
    expect(edge?.reasons.map(({ reason }) => reason)).toEqual(['policy/b', 'policy/c', 'policy/d'])
  })

  test('bytes are unknown until a flow states them', () => {
    expect(windowOf([aFlow()]).edges(TEN - 1, TEN + 1)[0]?.bytes).toBeNull()
    expect(windowOf([aFlow(), aFlow({ bytes: 7 })]).edges(TEN - 1, TEN + 1)[0]?.bytes).toBe(7)
  })

  test('a histogram counts what its filter accepts', () => {
    const window = windowOf([aFlow({ port: 80 }), aFlow({ port: 443, verdict: 'dropped' })])
    const { counts } = window.histogram(TEN - 60_000, TEN + 1, 60, (lane) => lane.port === 443)
    expect([counts.forwarded.at(-1), counts.dropped.at(-1)]).toEqual([0, 1])
    expect(counts.dropped).toHaveLength(7)
  })
})

describe('time', () => {
  test('a late flow goes to its own bucket, one from before the window is refused', () => {
    const window = new FlowWindow()
    expect(window.add(aFlow({ time: TEN - 30 * 60_000 }), 1, 0, TEN)).toMatchObject({ counted: 1 })
    expect(window.add(aFlow({ time: TEN - WINDOW_MS - BUCKET_MS }), 1, 0, TEN)).toBe('window/too-late')
    expect(window.edges(TEN - 60_000, TEN)).toEqual([])
    expect(window.edges(TEN - 31 * 60_000, TEN)).toHaveLength(1)
  })

  test('after an hour everything is forgotten and its room is free again', () => {
    const window = windowOf([aFlow()])
    window.advance(TEN + WINDOW_MS + BUCKET_MS)
    expect(window.usage()).toMatchObject({ edges: 0, cells: 0 })
    expect(window.edges(0, TEN * 2)).toEqual([])
  })
})

describe('limits', () => {
  const numbered = (index: number, time = TEN) => aFlow({ time, source: aPodEnd('shop', `client-${index}`) })

  test('edges over the limit are refused and known ones still count', () => {
    const window = new FlowWindow({ maxEdges: 2, maxCells: 100 })
    expect(window.add(numbered(1), 1, 0, TEN)).toMatchObject({ counted: 1 })
    expect(window.add(numbered(2), 1, 0, TEN)).toMatchObject({ counted: 1 })
    expect(window.add(numbered(3), 1, 0, TEN)).toBe('window/edges-full')
    expect(window.add(numbered(1), 1, 0, TEN)).toMatchObject({ counted: 1 })
  })

  test('cells over the limit cost the oldest bucket, never the newest', () => {
    const window = new FlowWindow({ maxEdges: 100, maxCells: 3 })
    for (const index of [0, 1, 2, 3]) window.add(numbered(index, TEN + index * BUCKET_MS), 1, 0, TEN + index * BUCKET_MS)
    expect(window.usage()).toMatchObject({ cells: 3, edges: 3, shortenedTo: TEN + BUCKET_MS })
    expect(window.historyFrom()).toBe(TEN + BUCKET_MS)

    const narrow = new FlowWindow({ maxEdges: 100, maxCells: 1 })
    narrow.add(numbered(1), 1, 0, TEN)
    expect(narrow.add(numbered(2), 1, 0, TEN)).toBe('window/cells-full')
    expect(narrow.usage()).toMatchObject({ cells: 1, edges: 1 })
  })

  test('whatever is added, moved and forgotten, the limits hold and nothing leaks', () => {
    const step = fc.record({
      client: fc.nat(8),
      verdict: fc.constantFrom(...VERDICTS),
      waitMs: fc.nat(600_000),
      lateMs: fc.nat(4_000_000),
      moves: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const limits = { maxEdges: 5, maxCells: 9 }
        const window = new FlowWindow(limits)
        let now = TEN
        for (const { client, verdict, waitMs, lateMs, moves } of steps) {
          now += waitMs
          const flow = { ...numbered(client, now - lateMs), verdict }
          const place = window.add(flow, 1, 0, now)
          if (moves && typeof place !== 'string') window.move(place, { ...flow, verdict: 'dropped' })
          const { edges, cells } = window.usage()
          expect(edges).toBeLessThanOrEqual(limits.maxEdges)
          expect(cells).toBeLessThanOrEqual(limits.maxCells)
          for (const edge of window.edges(0, now + 1)) for (const each of VERDICTS) expect(edge.verdicts[each]).toBeGreaterThanOrEqual(0)
        }
        window.advance(now + WINDOW_MS + BUCKET_MS)
        expect(window.usage()).toMatchObject({ edges: 0, cells: 0 })
      }),
    )
  })
})
