import { expect, test } from 'vitest'
import { formatMoment } from './format'

test('a moment of another day is not taken for one of today', () => {
  const now = new Date(2026, 4, 4, 0, 5).getTime()
  expect(formatMoment(new Date(2026, 4, 4, 0, 3, 7).getTime(), now)).toBe('00:03:07')
  expect(formatMoment(new Date(2026, 4, 3, 23, 58, 7).getTime(), now)).toBe('2026-05-03 23:58')
})
