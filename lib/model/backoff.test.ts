import { expect, test } from 'vitest'
import { Backoff } from './backoff'

const pauses = (chance: number, healthy: readonly number[]): readonly number[] => {
  const backoff = new Backoff(() => chance)
  return healthy.map((ms) => backoff.next(ms))
}

test('the first pause is short, then they grow from 0.8 to 30 s and no further', () => {
  expect(pauses(0, Array(9).fill(0))).toEqual([0, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000, 15_000])
  expect(pauses(1, Array(9).fill(0))).toEqual([250, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000])
})

test('a healthy minute makes them short again, less does not', () => {
  expect(pauses(0, [0, 0, 0, 59_999, 60_000, 0])).toEqual([0, 800, 1_600, 3_200, 0, 800])
})
