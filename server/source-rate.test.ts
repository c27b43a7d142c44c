import { expect, test } from 'vitest'
import { SourceRate } from './source-rate'

test('the rate is that of the last few seconds', () => {
  const rate = new SourceRate()
  for (let second = 0; second <= 10; second++) rate.sample(second < 5 ? 0 : (second - 5) * 100, second * 1000)
  expect(rate.perSecond).toBe(100)
})

test('what came before a restart does not count, and the source is not silent for it', () => {
  const rate = new SourceRate()
  rate.sample(0, 0)
  rate.sample(20_000, 1000)
  rate.restart()
  expect(rate.perSecond).toBe(0)
  rate.sample(20_050, 2000)
  rate.sample(20_150, 3000)
  expect(rate.perSecond).toBe(100)
  expect(rate.lastGrowthAt).toBe(3000)
})

test('the longest of the last pauses is known after three of them, and forgotten after many', () => {
  const rate = new SourceRate()
  const growAt = (seconds: number) => rate.sample(seconds, seconds * 1000)
  for (const second of [1, 2, 17]) growAt(second)
  expect(rate.longestPauseMs).toBeNull()
  growAt(18)
  expect(rate.longestPauseMs).toBe(15_000)
  for (let second = 19; second < 51; second++) growAt(second)
  expect(rate.longestPauseMs).toBe(1_000)
})
