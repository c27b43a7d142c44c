import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Flow } from '@/lib/flows/flow'
import { isBalanced, Ledger } from '@/lib/flows/ledger'
import { aFlow } from '@/lib/flows/testing/a-flow'
import { podRef } from '@/lib/model/names'
import { FlowArchive } from './flow-archive'
import type { RowBatch } from './flow-store'
import { SqlStore } from './sql-store'
import { StoreError } from './store-error'

const SMALL = { rows: 1_000, bytes: 1e6 }
const LIMITS = { flows: { rows: 12_000, bytes: 1e7 }, drops: SMALL, ends: SMALL, sums: SMALL, records: SMALL }

/** A store that takes what it is told to take. */
class FakeStore extends SqlStore {
  readonly taken: RowBatch[] = []
  readonly tokens: string[] = []
  failure: StoreError | null = null
  fails: (batch: RowBatch) => boolean = () => true

  constructor() {
    const never = () => Promise.reject(new Error('not asked'))
    const engine = { query: never, columns: never, command: never, insert: never, close: async () => undefined }
    const schema = { database: 'sluice', placement: { kind: 'single' as const }, keptDays: 14 }
    super({ kind: 'embedded', engine, schema, cluster: 'test', writer: 7 })
  }
  override async open(): Promise<void> {
    if (this.failure !== null && this.fails({ table: 'open', columns: [], text: Buffer.alloc(0), rows: 0, token: '' })) throw this.failure
  }
  override async append(batch: RowBatch): Promise<void> {
    this.tokens.push(batch.token)
    if (this.failure !== null && this.fails(batch)) throw this.failure
    this.taken.push(batch)
  }
  override async sumUp(): Promise<void> {}

  rows(table: string): number {
    return this.taken.filter((batch) => batch.table === table).reduce((sum, { rows }) => sum + rows, 0)
  }
}

describe('the archive', () => {
  let store: FakeStore
  let ledger: Ledger
  let archive: FlowArchive

  beforeEach(async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 4, 4, 10) })
    store = new FakeStore()
    ledger = new Ledger()
    archive = new FlowArchive({
      store,
      cluster: 'test',
      writer: 7,
      now: () => Date.now(),
      limits: LIMITS,
      account: {
        stored: (source, records) => ledger.source(source).store(records),
        sampled: (source, records) => ledger.source(source).sample(records),
        dropped: (source, reason, records) => ledger.source(source).drop(reason, records),
      },
    })
    await archive.open()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const shared = aFlow()
  const take = (count: number, over: Partial<Flow> = {}) => {
    const flows = Array.from({ length: count }, (_, index) => ({ ...shared, ...over, id: index.toString(36).padStart(10, '0') }))
    ledger.source('test').receive(count)
    archive.accept(flows, [])
  }
  const tick = async (ms: number) => {
    vi.advanceTimersByTime(ms)
    await archive.tick()
  }
  const entry = () => ledger.source('test').entry()

  test('a flow is queued until the store has it', async () => {
    take(10)
    expect(entry()).toMatchObject({ received: 10, queued: 10, stored: 0 })
    await tick(500)
    expect(entry().stored).toBe(0)
    await tick(600)
    expect(entry()).toMatchObject({ queued: 0, stored: 10 })
    expect(store.taken.map(({ table }) => table)).toEqual(['ends', 'flows'])
  })

  test('a full batch does not wait for the second to be over', async () => {
    take(10_000)
    await tick(0)
    expect(entry().stored).toBe(10_000)
  })

  test('a batch that was not taken is sent again under the same token, after a pause that grows', async () => {
    store.failure = new StoreError('unavailable', 'gone')
    take(5)
    await tick(1_000)
    expect(archive.status).toMatchObject({ state: 'waiting', message: 'gone' })
    await tick(100)
    expect(store.tokens).toHaveLength(1)
    for (let second = 0; second < 20; second++) await tick(1_000)
    expect(store.tokens.length).toBeLessThan(7)
    expect(new Set(store.tokens).size).toBe(1)
    store.failure = null
    for (let second = 0; second < 16; second++) await tick(1_000)
    expect(archive.status).toMatchObject({ state: 'ready', message: null, queuedRows: 0 })
    expect(entry()).toMatchObject({ stored: 5, queued: 0 })
  })

  test('when there is too much, flows that were let through are left to the sums first; refused ones stay', async () => {
    store.failure = new StoreError('unavailable', 'gone')
    take(15_000)
    take(100, { verdict: 'dropped' })
    expect(entry()).toMatchObject({ received: 15_100, queued: 12_100, sampled: 3_000, dropped: {} })
    take(1_000, { verdict: 'dropped' })
    expect(entry().dropped).toEqual({ 'store/queue-full': 100 })
    expect(isBalanced(entry())).toBe(true)
    store.failure = null
    await tick(1_000)
    expect(entry()).toMatchObject({ stored: 13_000, queued: 0 })
  })

  test('on a full disk only flows one by one stop, which is said, and start again by themselves', async () => {
    store.failure = new StoreError('disk-full', 'no space')
    store.fails = ({ table }) => table === 'flows'
    take(100)
    take(10, { verdict: 'dropped' })
    archive.onSum(Date.now(), { ...shared, edge: 0, rank: 0 }, 1, 0, null, Date.now())
    await tick(5_000)
    await tick(2_000)
    expect(archive.status).toMatchObject({ isRawStopped: true, message: 'no space' })
    expect([store.rows('drops'), store.rows('edges_1m'), store.rows('flows')]).toEqual([10, 1, 0])
    take(50)
    expect(entry().sampled).toBe(50)
    store.failure = null
    for (let second = 0; second < 31; second++) await tick(1_000)
    expect(archive.status).toMatchObject({ isRawStopped: false, message: null })
    take(7)
    await tick(1_000)
    expect(entry()).toMatchObject({ received: 167, stored: 117, sampled: 50, queued: 0 })
  })

  test('rows that the store refuses for what they are do not stand in the way for ever', async () => {
    store.failure = new StoreError('failed', 'cannot parse')
    store.fails = ({ table }) => table === 'flows'
    take(3)
    for (let second = 0; second < 10; second++) await tick(1_000)
    expect(entry()).toMatchObject({ dropped: { 'store/refused': 3 }, queued: 0 })
    store.failure = null
    take(2)
    for (let second = 0; second < 16; second++) await tick(1_000)
    expect(entry().stored).toBe(2)
  })

  test('an end that comes while rows are written is there before the flow that names it', async () => {
    const late: Flow = { ...shared, id: '00000000zz', source: { ...shared.source, ref: 'shop/late', pod: podRef('shop', 'late') } }
    const append = store.append.bind(store)
    let isFirst = true
    store.append = async (batch) => {
      if (batch.table === 'ends' && isFirst) {
        isFirst = false
        ledger.source('test').receive(1)
        archive.accept([late], [])
      }
      await append(batch)
    }
    take(10)
    for (let second = 0; second < 4; second++) await tick(1_000)
    const at = (table: string, text: string) => store.taken.findIndex((batch) => batch.table === table && batch.text.includes(text))
    expect(entry()).toMatchObject({ stored: 11, queued: 0 })
    expect(at('ends', 'shop/late')).toBeGreaterThanOrEqual(0)
    const sequence = String(Number.parseInt(late.id, 36))
    expect(at('ends', 'shop/late')).toBeLessThan(at('flows', `,${sequence},`))
  })

  test('ends that could not be written yet stand before the flows that name them when the store is back', async () => {
    store.failure = new StoreError('unavailable', 'gone')
    take(1)
    await tick(1_000)
    ledger.source('test').receive(1)
    archive.accept([{ ...shared, id: '00000000zz', source: { ...shared.source, ref: 'shop/late', pod: podRef('shop', 'late') } }], [])
    store.failure = null
    await tick(20_000)
    const tables = store.taken.map(({ table }) => table)
    expect(tables.lastIndexOf('ends')).toBeLessThan(tables.indexOf('flows'))
    expect(entry()).toMatchObject({ stored: 2, queued: 0 })
  })

  test('ends wait in bounded memory too', () => {
    const flows = Array.from(
      { length: 3_000 },
      (_, index): Flow => ({
        ...shared,
        id: index.toString(36).padStart(10, '0'),
        source: { ...shared.source, ref: `shop/pod-${index}` },
      }),
    )
    ledger.source('test').receive(flows.length)
    archive.accept(flows, [])
    expect(entry()).toMatchObject({ queued: 999, sampled: 2_001 })
  })

  test('a flow that is known better later is written where it was first', async () => {
    take(1)
    const slot = Math.floor(Date.now() / 300_000) * 300
    await tick(400_000)
    archive.accept([], [{ ...shared, id: '0'.repeat(10), verdict: 'dropped' }])
    await tick(1_000)
    const [row = ''] = store.taken.filter(({ table }) => table === 'drops').map(({ text }) => text.toString())
    expect(JSON.parse(row)[1]).toBe(slot)
  })

  test('sums and records that the store refuses are counted as lost', async () => {
    store.failure = new StoreError('failed', 'cannot parse')
    store.fails = ({ table }) => table === 'edges_1m' || table === 'changes'
    archive.onSum(Date.now(), { ...shared, edge: 0, rank: 0 }, 1, 0, null, Date.now())
    archive.record('changes', '[]\n')
    for (let second = 0; second < 60; second++) await tick(1_000)
    expect(archive.status).toMatchObject({ lostSums: 1, lostRecords: 1, queuedRows: 0 })
  })

  test('a store that cannot run here is given up: flows are in memory, as without one', async () => {
    const other = new FakeStore()
    other.failure = new StoreError('unsupported', 'no library')
    const account = { stored: vi.fn(), sampled: vi.fn(), dropped: vi.fn() }
    const off = new FlowArchive({ store: other, cluster: 'test', writer: 8, now: () => Date.now(), account })
    off.accept([shared], [])
    await off.tick()
    expect(off.status).toMatchObject({ state: 'off', message: 'no library', queuedRows: 0 })
    off.accept([shared, shared], [])
    expect(account.stored.mock.calls).toEqual([1, 2, 3].map(() => ['test', 1]))
  })
})
