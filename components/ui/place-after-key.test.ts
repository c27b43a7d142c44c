import { expect, test } from 'vitest'
import { placeAfterKey } from './place-after-key'

test('keys move by one row, by a page and to the ends, and stay in the list', () => {
  const after = (key: string, place: number) => placeAfterKey(key, place, 10, 4)
  expect([after('ArrowDown', 3), after('ArrowUp', 3), after('PageDown', 3), after('PageUp', 5)]).toEqual([4, 2, 7, 1])
  expect([after('Home', 5), after('End', 5)]).toEqual([0, 9])
  expect([after('ArrowDown', 9), after('PageDown', 8), after('ArrowUp', 0), after('PageUp', 2)]).toEqual([9, 9, 0, 0])
  expect(after('ArrowDown', -1)).toBe(0)
})

test('other keys and an empty list lead nowhere', () => {
  expect(placeAfterKey('a', 3, 10, 4)).toBeNull()
  expect(placeAfterKey('End', 0, 0, 4)).toBeNull()
})
