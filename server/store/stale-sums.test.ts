import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR_MS, ROLLUPS, type Rollup } from './sql/rollups'
import { StaleSums } from './stale-sums'

const MINUTE = 60_000
const DAY = 20_000 * 86_400_000

test('whatever changes and fails, everything that is over is made in the end, from what is made before, in one piece', async () => {
  const step = fc.record({
    passes: fc.integer({ min: 1, max: 90 }),
    late: fc.integer({ min: 0, max: 100 }),
    fails: fc.integer({ min: 0, max: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const stale = new StaleSums()
      const versions = new Map<string, number>()
      const madeOf = new Map<string, readonly number[]>()
      const parts = (rollup: Rollup, from: number) => {
        const shorter = ROLLUPS.find(({ table }) => table === rollup.of)
        const ms = shorter?.ms ?? MINUTE
        return Array.from({ length: rollup.ms / ms }, (_, index) => versions.get(`${rollup.of} ${from + index * ms}`) ?? 0)
      }
      const make = async (rollup: Rollup, { from }: { readonly from: number }) => {
        const key = `${rollup.table} ${from}`
        madeOf.set(key, parts(rollup, from))
        versions.set(key, (versions.get(key) ?? 0) + 1)
      }
      let now = DAY
      for (const { passes, late, fails } of steps) {
        now += passes * MINUTE
        const minute = Math.floor((now - late * MINUTE) / MINUTE) * MINUTE
        versions.set(`edges_1m ${minute}`, (versions.get(`edges_1m ${minute}`) ?? 0) + 1)
        stale.touch(minute)
        let left = fails
        await stale
          .make(now, async (rollup, slot) => {
            if (left-- === 1) throw new Error('away')
            await make(rollup, slot)
          })
          .catch(() => undefined)
      }
      now += 7 * HOUR_MS
      for (let pass = 0; pass < 4; pass++) await stale.make(now, make)
      for (const [key, from] of madeOf) {
        const [table, at] = key.split(' ')
        const rollup = ROLLUPS.find((each) => each.table === table)
        if (rollup !== undefined) expect(from).toEqual(parts(rollup, Number(at)))
      }
      for (const key of versions.keys()) {
        const [table, start] = key.split(' ')
        const at = Number(start)
        if (table === 'edges_1m')
          for (const rollup of ROLLUPS) expect(madeOf.has(`${rollup.table} ${Math.floor(at / rollup.ms) * rollup.ms}`)).toBe(true)
      }
    }),
  )
})

test('nothing is made before it is over, and nothing longer in the same call as what it is made of', async () => {
  const stale = new StaleSums()
  const calls: string[][] = []
  const pass = async (now: number) => {
    const made: string[] = []
    await stale.make(now, async ({ table }, { from }) => void made.push(`${table} ${(from - DAY) / MINUTE}`))
    calls.push(made)
  }
  stale.touchHours({ from: DAY, to: DAY + HOUR_MS })
  for (const minutes of [9, 10, 11, 59, 60, 61, 62, 359, 361, 362]) await pass(DAY + minutes * MINUTE)
  expect(calls).toEqual([
    [],
    [],
    ['edges_10m 0'],
    ['edges_10m 10', 'edges_10m 20', 'edges_10m 30', 'edges_10m 40'],
    [],
    ['edges_10m 50'],
    ['edges_1h 0'],
    [],
    ['edges_6h 0'],
    [],
  ])
})
