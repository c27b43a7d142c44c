import { expect, test } from 'vitest'
import { FlowWindow } from '@/lib/flows/flow-window'
import { Ledger } from '@/lib/flows/ledger'
import { FlowKeeper } from './flow-keeper'
import type { Rollup } from './store/sql/rollups'
import { SqlStore } from './store/sql-store'
import { ManualClock } from './testing/manual-clock'

const HOUR = 3_600_000
const START = 500_000 * HOUR

/** A store that takes everything and cannot read the last hour. */
class UnreadableStore extends SqlStore {
  readonly made: Rollup['table'][] = []
  asked = 0

  constructor() {
    const never = () => Promise.reject(new Error('not asked'))
    const engine = { query: never, columns: never, command: never, insert: never, close: async () => undefined }
    const schema = { database: 'sluice', placement: { kind: 'single' as const }, keptDays: 14 }
    super({ kind: 'embedded', engine, schema, cluster: 'test', writer: 7 })
  }
  override async open(): Promise<void> {}
  override async append(): Promise<void> {}
  override async unsummedFrom(): Promise<number> {
    return START
  }
  override async minutes(): Promise<never> {
    this.asked++
    throw new Error('too large')
  }
  override async sumUp({ table }: Rollup): Promise<void> {
    this.made.push(table)
  }
}

test('the hours of the run before are summed up once, also while the last hour cannot be read', async () => {
  const store = new UnreadableStore()
  const clock = new ManualClock(START + HOUR)
  const keeping = { store, cluster: 'test', writer: 7, retentionDays: 14, writes: true, disk: null, notesFolder: '/nowhere' }
  const keeper = new FlowKeeper(keeping, clock, () => new Ledger())
  keeper.start(new FlowWindow(), null)
  for (let second = 0; second < 200; second++) {
    clock.advance(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await keeper.stop()
  expect(store.asked).toBeGreaterThan(10)
  const made = (table: string) => store.made.filter((each) => each === table).length
  // Four hours before and the ten minutes of each.
  expect([made('edges_10m'), made('edges_1h')]).toEqual([24, 4])
})
