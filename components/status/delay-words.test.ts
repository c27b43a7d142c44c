import { expect, test } from 'vitest'
import { clockWords, delayWords } from './delay-words'

const delay = (medianMs: number, p99Ms = medianMs, aheadMs = 0) => ({ medianMs, p99Ms, aheadMs })

test('delays are said in seconds, then as people say them', () => {
  expect(delayWords(null)).toBe('–')
  expect(delayWords(delay(12, 340))).toBe('0 s; 99 % within 0.3 s')
  expect(delayWords(delay(31_000, 3_700_000))).toBe('31 s; 99 % within 1 h 1 min')
  expect(delayWords(delay(-5_000, 2 ** 28))).toBe('0 s; 99 % within days')
})

test('a clock is wrong when flows come from the future by more than clocks differ', () => {
  expect(clockWords(delay(10, 10, 900))).toEqual({ text: 'not ahead', isWrong: false })
  expect(clockWords(delay(10, 10, 65_000))).toEqual({ text: '1 min 5 s ahead', isWrong: true })
  expect(clockWords(null).isWrong).toBe(false)
})
