import { expect, test } from 'vitest'
import { durationWords } from './duration-words'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

test.each([
  [0, '0 s'],
  [59.4 * SECOND, '59 s'],
  [60 * SECOND, '1 min'],
  [200 * SECOND, '3 min 20 s'],
  [HOUR, '1 h'],
  [8 * HOUR + 60 * SECOND, '8 h 1 min'],
  [24 * HOUR, '24 h'],
  [7 * 24 * HOUR, '7 days'],
])('%d ms is %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words)
})
