import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseFilter } from '@/lib/flows/filter'
import { type CompiledFilter, compileFilter } from '@/lib/flows/filter-match'
import type { Flow } from '@/lib/flows/flow'
import { FlowWindow } from '@/lib/flows/flow-window'
import { MinuteSums } from '@/lib/flows/minute-sums'
import { rankOf } from '@/lib/flows/source-rank'
import { aFlow } from '@/lib/flows/testing/a-flow'
import type { FlowEdge } from '@/lib/flows/window-types'
import { WrittenEvidence } from '@/lib/flows/written-evidence'
import { END_COLUMNS, EndBook } from './rows/end-book'
import { FLOW_COLUMNS } from './rows/flow-rows'
import { SUM_COLUMNS, sumRow } from './rows/sum-rows'
import { ROLLUPS } from './sql/rollups'
import { SqlStore } from './sql-store'
import { flowRow } from './testing/flow-row'
import { HAS_CHDB, openEmbedded, type TestEngine } from './testing/open-embedded'
import { randomFlow } from './testing/random-flows'

const HOUR = 3_600_000
const WRITER = 7
/** The hour before the last whole one: rows of long ago would be too old to keep. */
const FROM = Math.floor(Date.now() / HOUR) * HOUR - HOUR
const RANGE = { from: FROM, to: FROM + HOUR }
const CLUSTER = 'demo'

describe.skipIf(!HAS_CHDB)('flows in the real engine', () => {
  let running: TestEngine
  let store: SqlStore
  let flows: readonly Flow[]
  const window = new FlowWindow()
  const sums = new MinuteSums(100_000)
  const counted = new FlowWindow(undefined, (at, lane, count, repeats, bytes, time) => sums.add(at, lane, count, repeats, bytes, time))
  const ends = new EndBook(CLUSTER, 10_000)
  const context = { cluster: JSON.stringify(CLUSTER), writer: WRITER, ends }
  let tokens = 0

  const append = async (table: string, columns: readonly string[], rows: readonly string[], token = `t${++tokens}`) => {
    if (rows.length > 0) await store.append({ table, columns, text: Buffer.from(rows.join('')), rows: rows.length, token })
  }
  const writeSums = async () => {
    const rows = sums.take(10_000).map((sum) => sumRow(sum, RANGE.to, context))
    await append('ends', END_COLUMNS, ends.take())
    await append('edges_1m', SUM_COLUMNS, rows)
  }

  beforeAll(async () => {
    // Nothing depends on where the engine thinks it is, not even on whole hours.
    vi.stubEnv('TZ', 'Asia/Kolkata')
    running = await openEmbedded()
    vi.unstubAllEnvs()
    store = new SqlStore({
      kind: 'embedded',
      engine: running.engine,
      schema: { database: 'sluice', placement: { kind: 'single' }, keptDays: 14 },
      cluster: CLUSTER,
      writer: WRITER,
    })
    await store.open()
    const random = fc.sample(randomFlow(RANGE.from, HOUR), { numRuns: 600, seed: 5 }).sort((a, b) => a.time - b.time)
    flows = random.map((flow, index) => ({ ...flow, id: index.toString(36).padStart(10, '0') }))
    const rowsOf = (isDrop: boolean) =>
      flows.flatMap((flow, index) => ((flow.verdict === 'dropped') === isDrop ? [flowRow(flow, index, 0, flow.time, context)] : []))
    const [kept, drops] = [rowsOf(false), rowsOf(true)]
    await append('ends', END_COLUMNS, ends.take())
    await append('flows', FLOW_COLUMNS, kept)
    await append('drops', FLOW_COLUMNS, drops)
    for (const flow of flows) {
      window.add(flow, flow.count, 0, RANGE.to - 1)
      counted.add(flow, flow.count, 0, RANGE.to - 1)
    }
  }, 60_000)
  afterAll(() => running?.remove())

  const filterOf = (text: string): CompiledFilter => {
    const read = parseFilter(text)
    if (!read.ok) throw new Error(read.error.message)
    return compileFilter(read.value)
  }
  const allPages = async (filter: CompiledFilter | null, limit: number) => {
    const found: Flow[] = []
    let before = null
    do {
      const page = await store.flows({ ...RANGE, filter, before, limit })
      expect(page.flows.length).toBeLessThanOrEqual(limit)
      found.push(...page.flows)
      before = page.next
    } while (before !== null)
    return found
  }

  test('every flow comes back as it was, newest first, without gap or repeat', async () => {
    expect(await allPages(null, 97)).toEqual([...flows].reverse())
  })

  test.each([
    'verdict:dropped',
    '-verdict:dropped',
    'verdict:dropped,audit',
    'ns:shop',
    'from:ns:shop to:ns:pay',
    '-ns:shop',
    'ns:n*',
    'ns:a_b',
    'workload:cart',
    'workload:c*t',
    '-workload:c%t',
    'workload:shop/cart[Deployment]',
    'pod:shop/web',
    'service:cart',
    'ip:10.0.0.0/8',
    'ip:2001:db8::/32',
    'ip:10.0.0.1-10.0.0.9',
    '-ip:10.0.0.0/8',
    'name:*.example.com',
    'entity:world',
    '-entity:world,host',
    'port:80-443',
    '-port:53',
    'protocol:udp',
    'policy:none',
    'policy:NetworkPolicy:shop/cart',
    'policy:cart',
    'reason:policy/*',
    'l7:http',
    'l7:none',
    'method:get',
    'path:/api/*',
    'path:*%b_*',
    'status:404',
    'status:5xx',
    'node:worker-*',
    'reporter:hubble',
    'label:app=web',
    '-label:app=web or verdict:dropped',
    'cart or (ns:pay -verdict:forwarded)',
    'default-deny',
    "o'brien",
    'state:denied-tried',
  ])('the filter %s finds what it finds in memory', async (text) => {
    const filter = filterOf(text)
    const expected = flows.filter((flow) => filter.matchesFlow(flow)).map(({ id }) => id)
    expect((await allPages(filter, 500)).map(({ id }) => id)).toEqual(expected.reverse())
  })

  test('a flow that was written anew is found as it is now, whatever table it is in', async () => {
    const changed: Flow = { ...(flows.find(({ verdict }) => verdict === 'forwarded') as Flow), verdict: 'dropped', reason: 'policy/late' }
    const sequence = Number.parseInt(changed.id, 36)
    const row = flowRow(changed, sequence, 1, changed.time, context)
    await append('ends', END_COLUMNS, ends.take())
    await append('drops', FLOW_COLUMNS, [row])
    flows = flows.map((flow) => (flow.id === changed.id ? changed : flow))
    expect(await allPages(null, 250)).toEqual([...flows].reverse())
    expect(await allPages(filterOf('reason:policy/late'), 10)).toEqual([changed])
  })

  test('sums are those of the flow window, however often they are written', async () => {
    await writeSums()
    const late = flows[5] as Flow
    window.add(late, 2, 1, RANGE.to - 1)
    const place = counted.add(late, 2, 1, RANGE.to - 1)
    await writeSums()
    if (typeof place === 'string') throw new Error(place)
    const turned: Flow = { ...late, verdict: 'audit', reason: 'policy/later' }
    counted.move(place, turned)
    window.move(place, turned)
    await writeSums()
    const stored = await store.edges({ ...RANGE, namespaces: [] })
    expect(stored.range).toEqual(RANGE)
    expect(comparable(stored.edges)).toEqual(comparable(window.edges(RANGE.from, RANGE.to)))
  })

  test('the same sums come from hours', async () => {
    for (const _ of [1, 2]) for (const rollup of ROLLUPS) await store.sumUp(rollup, RANGE)
    const wide = { from: RANGE.from - 3 * HOUR, to: RANGE.to }
    expect(comparable((await store.edges({ ...wide, namespaces: [] })).edges)).toEqual(comparable(window.edges(RANGE.from, RANGE.to)))
    expect(await store.edges({ from: FROM, to: FROM, namespaces: [] })).toEqual({ edges: [], range: { from: FROM, to: FROM } })
    const shop = (await store.edges({ ...wide, namespaces: ['shop'] })).edges
    expect(comparable(shop)).toEqual(
      comparable(
        window
          .edges(RANGE.from, RANGE.to)
          .filter(({ source, destination }) => source.namespace === 'shop' || destination.namespace === 'shop'),
      ),
    )
  })

  test.each(['', 'ns:shop', '-workload:cart', 'verdict:dropped', 'cart', 'policy:none port:80'])(
    'the timeline of %j is that of the window',
    async (text) => {
      const compiled = text === '' ? null : filterOf(text)
      const stored = await store.histogram({ ...RANGE, buckets: 60, filter: compiled })
      expect(stored).toEqual(window.histogram(RANGE.from, RANGE.to, 60, compiled?.matchesLane ?? null))
      const wide = await store.histogram({ from: RANGE.from - 5 * HOUR, to: RANGE.to, buckets: 6, filter: compiled })
      const inMinutes = Object.values(stored.counts).map((series) => series.reduce((sum, count) => sum + count, 0))
      expect(Object.values(wide.counts).map((series) => series.at(-1))).toEqual(inMinutes)
    },
  )

  test('a batch that is sent again is taken once', async () => {
    const other = { ...context, writer: 9 }
    const rows = flows.slice(-10).map((flow, index) => flowRow(flow, 5_000 + index, 0, flow.time, other))
    const before = await store.usage()
    for (const _ of [1, 2, 3]) await append('flows', FLOW_COLUMNS, rows, 'again')
    const after = await store.usage()
    expect(after.rows - before.rows).toBe(10)
    const page = await store.flows({ ...RANGE, filter: null, before: null, limit: 10 })
    expect(page.flows[0]?.id).toMatch(/^[0-9a-z]{10}\.9$/)
  })

  test('pages have no gap and no repeat where two runs write at the same time and flows are written anew', async () => {
    const minute = 60_000
    const at = (index: number) => FROM + index * minute
    const run = (writer: number, first: number) =>
      Array.from({ length: 40 }, (_, index) => ({ writer, sequence: first + index, at: at(index) }))
    // The second run began later, so that its numbers are higher; they go on side by side.
    const places = [...run(21, 1_000), ...run(22, 900_000)]
    const flow = flows.find(({ verdict }) => verdict === 'forwarded') as Flow
    const other = { ...context, cluster: '"two"' }
    const rows = places.map(({ writer, sequence, at }) =>
      flowRow({ ...flow, time: at, windowTime: at }, sequence, 0, at, { ...other, writer }),
    )
    const anew = places
      .filter(({ sequence }) => sequence % 3 === 0)
      .map(({ writer, sequence, at }) => flowRow({ ...flow, time: at, windowTime: at, bytes: 77 }, sequence, 1, at, { ...other, writer }))
    await append('flows', FLOW_COLUMNS, rows)
    await append('flows', FLOW_COLUMNS, anew)
    const { engine } = running
    const two = new SqlStore({
      kind: 'embedded',
      engine,
      schema: { database: 'sluice', placement: { kind: 'single' }, keptDays: 14 },
      cluster: 'two',
      writer: 21,
    })
    const found: Flow[] = []
    let before = null
    do {
      const page = await two.flows({ ...RANGE, filter: null, before, limit: 7 })
      found.push(...page.flows)
      before = page.next
    } while (before !== null)
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
    expect(found).toHaveLength(80)
    expect(found.filter(({ bytes }) => bytes === 77)).toHaveLength(anew.length)
    const slots = found.map(({ time }) => Math.floor(time / 300_000))
    expect(slots).toEqual([...slots].sort((a, b) => b - a))
  })

  test('where sources meet the sums count once, in minutes, in hours and after a restart', async () => {
    const minute = 60_000
    const start = FROM - 2 * HOUR
    const name = 'met'
    const over = { ...context, cluster: JSON.stringify(name), ends: new EndBook(name, 10_000) }
    const minutes = new MinuteSums(10_000)
    const both = new FlowWindow(undefined, (at, lane, count, repeats, bytes, time) => minutes.add(at, lane, count, repeats, bytes, time))
    const evidence = new WrittenEvidence(both, minutes, start)
    const [hubble, conntrack] = [rankOf('hubble'), rankOf('conntrack')]
    for (let index = 0; index < 40; index++) {
      const time = start + index * 15_000
      const seen = aFlow({
        time,
        windowTime: time,
        reporter: 'hubble',
        port: 80,
        verdict: index % 4 === 0 ? 'dropped' : 'forwarded',
        reason: index % 4 === 0 ? 'policy/rule' : null,
      })
      // Hubble is away for a while, and of one edge it knows nothing.
      if (index < 15 || index > 30) both.add(seen, 1, 0, time, undefined, hubble)
      both.add({ ...seen, verdict: 'unknown', reason: null, reporter: 'conntrack', bytes: 10 }, 1, 1, time, undefined, conntrack)
      both.add({ ...seen, port: 81, reporter: 'conntrack' }, 2, 0, time, undefined, conntrack)
      evidence.update(time, false)
    }
    evidence.update(start + 9 * minute, true)
    await append(
      'edges_1m',
      SUM_COLUMNS,
      minutes.take(10_000).map((sum) => sumRow(sum, start, over)),
    )
    await append('ends', END_COLUMNS, over.ends.take())

    const schema = { database: 'sluice', placement: { kind: 'single' as const }, keptDays: 14 }
    const met = new SqlStore({ kind: 'embedded', engine: running.engine, schema, cluster: name, writer: 8 })
    const range = { from: start, to: start + 10 * minute }
    const live = both.edges(range.from, range.to)
    const counted = live.find(({ port }) => port === 80)
    // Half a minute before and after, what the others say is evidence.
    expect(counted?.verdicts).toMatchObject({ forwarded: 18, dropped: 6, unknown: 12 })
    expect(comparable((await met.edges({ ...range, namespaces: [] })).edges)).toEqual(comparable(live))
    const histogram = { ...range, buckets: 10, filter: null }
    expect(await met.histogram(histogram)).toEqual(both.histogram(range.from, range.to, 10))
    const restored = new FlowWindow()
    for (const { flow, rank, ...sum } of await met.minutes(range)) restored.restore(flow, sum, range.to, rank)
    const again = restored.edges(range.from, range.to).find(({ port }) => port === 80)
    expect(again?.verdicts).toEqual(counted?.verdicts)

    for (const rollup of ROLLUPS) await met.sumUp(rollup, { from: start, to: start + HOUR })
    const wide = { from: start - 3 * HOUR, to: start + HOUR }
    expect(comparable((await met.edges({ ...wide, namespaces: [] })).edges)).toEqual(comparable(live))
  })

  test('the map of any time is the same, whichever longer sums there are', async () => {
    const start = Math.floor(Date.now() / (6 * HOUR)) * 6 * HOUR - 36 * HOUR
    const minutes = 31 * 60
    const long = new SqlStore({
      kind: 'embedded',
      engine: running.engine,
      schema: { database: 'sluice', placement: { kind: 'single' }, keptDays: 14 },
      cluster: 'long',
      writer: 8,
    })
    const number = (seed: number) => `sipHash64(number, ${seed})`
    await running.engine.command({
      sql:
        'INSERT INTO sluice.edges_1m (cluster, slot, dst_ns, src_ns, dst, src, protocol, port, verdict, reason, policies, reporter, family, writer, cell, version, count, repeats, bytes, first_seen, last_seen) ' +
        `SELECT 'long', toDateTime(${start / 1000} + minute * 60), 'shop', 'shop', 1, 2, 'TCP', 80 + ${number(1)} % 7, ['forwarded', 'dropped'][1 + ${number(2)} % 2], if(${number(2)} % 2 = 0, '', 'policy/rule'), '', 'hubble', 'hubble', ` +
        `1 + ${number(3)} % 2, number, 1, ${number(4)} % 5, ${number(5)} % 3, if(${number(6)} % 3 = 0, -1, ${number(6)} % 1000), ${start} + minute * 60000, ${start} + minute * 60000 + 59000 FROM (SELECT number, ${number(7)} % ${minutes} AS minute FROM numbers(4000))`,
      parameters: {},
    })
    const moments = fc.tuple(fc.integer({ min: -90, max: minutes + 90 }), fc.integer({ min: -90, max: minutes + 90 }))
    const ranges = fc
      .sample(moments, { numRuns: 12, seed: 5 })
      .map(([one, other]) => ({ from: start + Math.min(one, other) * 60_000, to: start + Math.max(one, other) * 60_000 + 60_000 }))
    ranges.push({ from: start - HOUR, to: start + minutes * 60_000 + HOUR })
    const maps = async () => {
      const found = []
      for (const range of ranges) {
        const stored = await long.edges({ ...range, namespaces: [] })
        expect(stored.range).toEqual(range)
        found.push(comparable(stored.edges))
      }
      return found
    }
    const counts = async () => {
      const { counts } = await long.histogram({ from: start, to: start + minutes * 60_000, buckets: 31, filter: null })
      return counts
    }
    const [byMinutes, inTime] = [await maps(), await counts()]
    expect(byMinutes.at(-1)?.length).toBe(7)
    // Not from the beginning, as in a store of an older version; then more of them.
    const end = start + minutes * 60_000
    for (const [rollup, from, to] of [
      [ROLLUPS[0], start + 3 * HOUR, end - 2 * HOUR],
      [ROLLUPS[1], start + 3 * HOUR, end - 4 * HOUR],
      [ROLLUPS[2], start + 7 * HOUR, end - 4 * HOUR],
      [ROLLUPS[0], start, end],
      [ROLLUPS[1], start, end],
      [ROLLUPS[2], start, end],
    ] as const) {
      if (rollup === undefined) throw new Error('no such sums')
      await long.sumUp(rollup, { from, to })
      expect(await maps()).toEqual(byMinutes)
      expect(await counts()).toEqual(inTime)
    }
    const six = await running.engine.query(
      { sql: "SELECT count() FROM sluice.edges_6h FINAL WHERE cluster = 'long'", parameters: {} },
      { seconds: 5, memoryBytes: 1e9, threads: 1, rows: 10 },
    )
    expect(Number(six[0]?.[0])).toBeGreaterThan(50)
  })

  test('usage tells size and age', async () => {
    const usage = await store.usage()
    expect(usage.bytes).toBeGreaterThan(1_000)
    expect(usage.oldest).toBeGreaterThanOrEqual(RANGE.from)
    expect(usage.newest).toBeLessThan(RANGE.to)
  })

  test('a query that nobody waits for ends', async () => {
    const gone = new AbortController()
    gone.abort()
    await expect(store.edges({ ...RANGE, namespaces: [] }, gone.signal)).rejects.toMatchObject({ failure: 'cancelled' })
    const soon = new AbortController()
    const slow = running.engine.query(
      { sql: 'SELECT count() FROM numbers(20000000000) WHERE sipHash64(number) = 1', parameters: {} },
      { seconds: 60, memoryBytes: 1e9, threads: 1, rows: 10 },
      soon.signal,
    )
    setTimeout(() => soon.abort(), 200)
    await expect(slow).rejects.toMatchObject({ failure: 'cancelled' })
  })

  test('a query that takes too long is given up', async () => {
    const slow = running.engine.query(
      { sql: 'SELECT count() FROM numbers(20000000000) WHERE sipHash64(number) = 1', parameters: {} },
      { seconds: 1, memoryBytes: 1e9, threads: 1, rows: 10 },
    )
    await expect(slow).rejects.toMatchObject({ failure: 'limit' })
  })
})

/** Edges in one order, and what is in no order of its own sorted. */
function comparable(edges: readonly FlowEdge[]) {
  const key = ({ source, destination, protocol, port }: FlowEdge) => `${source.ref} ${destination.ref} ${protocol} ${port}`
  return edges
    .map(({ source, destination, policies, reasons, ...edge }) => ({
      ...edge,
      key: key({ source, destination, policies, reasons, ...edge }),
      policies: policies.map(({ count }) => count),
      reasons: reasons.map(({ count }) => count),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}
