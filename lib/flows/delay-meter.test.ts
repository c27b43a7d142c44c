import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DelayMeter } from './delay-meter'
import { TEN } from './testing/an-observed-flow'

test('median, 99 % and lead are those of a sorted list, within a step', () => {
  const delays = fc.array(fc.oneof(fc.integer({ min: -60_000, max: 60_000 }), fc.constantFrom(0, 1, -1, 2_000)), {
    minLength: 1,
    maxLength: 300,
  })
  fc.assert(
    fc.property(delays, (list) => {
      const meter = new DelayMeter()
      for (const delay of list) meter.see(TEN - delay, TEN)
      const sorted = [...list].sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0
      const isNear = (found: number, wanted: number) => Math.abs(found - wanted) <= 1 + Math.abs(wanted) * 0.1
      const found = meter.read(TEN)
      expect(found).not.toBeNull()
      expect(isNear(found?.medianMs ?? Number.NaN, at(0.5))).toBe(true)
      expect(isNear(found?.p99Ms ?? Number.NaN, at(0.99))).toBe(true)
      expect(isNear(found?.aheadMs ?? Number.NaN, Math.max(0, -at(0.01)))).toBe(true)
    }),
  )
})

test('a minute later nothing is left of it', () => {
  const meter = new DelayMeter()
  meter.see(TEN - 5_000, TEN)
  expect(meter.read(TEN + 45_000)?.medianMs).toBeGreaterThan(4_500)
  expect(meter.read(TEN + 61_000)).toBeNull()
})

test('one machine in two hundred with a wrong clock is no lead of the source', () => {
  const meter = new DelayMeter()
  for (let index = 0; index < 200; index++) meter.see(index === 0 ? TEN + 90_000 : TEN - 100, TEN)
  expect(meter.read(TEN)).toMatchObject({ aheadMs: 0 })
  for (let index = 0; index < 10; index++) meter.see(TEN + 3_000, TEN)
  expect(meter.read(TEN)?.aheadMs).toBeGreaterThan(2_700)
})
