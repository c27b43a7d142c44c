import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseExpired, enforceRetention, type Partition } from './retention'
import { migrate } from './schema/migrate'
import { SETUP_LIMITS } from './sql/query-limits'
import { HAS_CHDB, openEmbedded, type TestEngine } from './testing/open-embedded'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const now = Date.UTC(2026, 4, 20)
const part = (table: string, ageMs: number, bytes: number): Partition => ({ table, id: `${table}-${ageMs}`, bytes, newest: now - ageMs })

test('what is too old goes, whatever its size', () => {
  const old = part('edges_1h', 15 * DAY, 1)
  expect(chooseExpired([old, part('flows', 13 * DAY, 1e12)], { keptMs: 14 * DAY, maxBytes: null, now })).toEqual([old])
})

test('when there is too much, the oldest flows one by one go first, then the oldest of the rest', () => {
  const flows = [2, 4, 3].map((days) => part('flows', days * DAY, 100))
  const sums = [5, 6].map((days) => part('edges_1m', days * DAY, 100))
  const choose = (maxBytes: number) =>
    chooseExpired([...flows, ...sums], { keptMs: 14 * DAY, maxBytes, now }).map(({ table, newest }) => [table, (now - newest) / DAY])
  expect(choose(500)).toEqual([])
  expect(choose(450)).toEqual([['flows', 4]])
  expect(choose(200)).toEqual([
    ['flows', 4],
    ['flows', 3],
    ['flows', 2],
  ])
  expect(choose(150).at(-1)).toEqual(['edges_1m', 6])
})

test('what still grows stays, and no more goes than has to', () => {
  const partition = fc.record({
    table: fc.constantFrom('flows', 'drops', 'edges_1m'),
    id: fc.string(),
    bytes: fc.integer({ min: 1, max: 1_000 }),
    newest: fc.integer({ min: now - 20 * DAY, max: now }),
  })
  fc.assert(
    fc.property(fc.array(partition, { maxLength: 30 }), fc.integer({ min: 1, max: 10_000 }), (partitions, maxBytes) => {
      const expired = chooseExpired(partitions, { keptMs: 14 * DAY, maxBytes, now })
      const left = partitions.filter((each) => !expired.includes(each))
      const bytes = left.reduce((sum, each) => sum + each.bytes, 0)
      expect(expired.every(({ newest }) => newest < now - HOUR)).toBe(true)
      if (bytes > maxBytes) expect(left.every(({ newest }) => newest >= now - 8 * HOUR)).toBe(true)
      const last = expired.filter(({ newest }) => newest >= now - 14 * DAY).at(-1)
      if (last !== undefined) expect(bytes + last.bytes).toBeGreaterThan(maxBytes)
    }),
  )
})

describe.skipIf(!HAS_CHDB)('on the real engine', () => {
  let running: TestEngine
  beforeAll(async () => {
    running = await openEmbedded()
    await migrate(running.engine, { database: 'sluice', placement: { kind: 'single' }, keptDays: 14 })
  }, 60_000)
  afterAll(() => running?.remove())

  test('partitions go as a whole, and the engine says what is left', async () => {
    const { engine } = running
    const at = Math.floor(Date.now() / 1000)
    for (const hours of [1, 30, 60, 90]) {
      const slot = `toDateTime(${at - hours * 3600})`
      await engine.command({
        sql: `INSERT INTO sluice.flows (cluster, slot, seq) SELECT 'c', ${slot}, number FROM numbers(20000)`,
        parameters: {},
      })
      await engine.command({
        sql: `INSERT INTO sluice.ends (cluster, day, id) SELECT 'c', toDate(${slot}), number FROM numbers(10)`,
        parameters: {},
      })
    }
    const count = async () =>
      (await engine.query({ sql: 'SELECT count(), uniqExact(slot) FROM sluice.flows', parameters: {} }, SETUP_LIMITS))[0]?.map(Number)
    await enforceRetention(engine, 'sluice', { keptMs: 3 * DAY, maxBytes: null, now: Date.now() })
    expect(await count()).toEqual([60_000, 3])
    const { bytes } = await enforceRetention(engine, 'sluice', { keptMs: 14 * DAY, maxBytes: 1, now: Date.now() })
    expect(await count()).toEqual([20_000, 1])
    expect(bytes).toBeGreaterThan(0)
  })
})
