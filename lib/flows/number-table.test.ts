import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NumberTable } from './number-table'

test('whatever is set and deleted, it answers like a map', () => {
  const key = fc.tuple(fc.nat(2), fc.nat(1), fc.integer({ min: -1, max: 1 }), fc.constantFrom(0, -1, 65_535, 2 ** 31 - 1), fc.nat(3))
  const step = fc.record({ key, value: fc.nat(1_000), removes: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = new NumberTable()
      const model = new Map<string, number>()
      for (const { key: numbers, value, removes } of steps) {
        const text = numbers.join()
        if (removes) {
          expect(table.delete(...numbers)).toBe(model.get(text) ?? -1)
          model.delete(text)
        } else {
          table.set(...numbers, value)
          model.set(text, value)
        }
        expect(table.size).toBe(model.size)
      }
      for (const { key: numbers } of steps) expect(table.find(...numbers)).toBe(model.get(numbers.join()) ?? -1)
    }),
  )
})
