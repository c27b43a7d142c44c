import { expect, test } from 'vitest'
import { ArrivalSlots } from './arrival-slots'

const SLOT = 300_000

test('every arrival of the last day is remembered, however long the run lasts', () => {
  const slots = new ArrivalSlots()
  for (let count = 0; count < 1_000; count++) {
    slots.see(count * 10, count * SLOT)
    const dayAgo = Math.max(0, count - 287)
    expect(slots.arrivalOf(dayAgo * 10 + 9)).toBe(dayAgo * SLOT)
  }
  expect(slots.arrivalOf(0)).toBeNull()
})

test('a clock that is set back does not move what arrived before', () => {
  const slots = new ArrivalSlots()
  slots.see(1, 2 * SLOT)
  slots.see(2, SLOT)
  expect([slots.arrivalOf(0), slots.arrivalOf(1), slots.arrivalOf(2)]).toEqual([null, 2 * SLOT, 2 * SLOT])
})
