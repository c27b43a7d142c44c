import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdTable } from './id-table'

test('it holds the ids that were added, also the one of zeros, however many there are', () => {
  const number = fc.constantFrom(0, 1, 2, -1, 65_536, -(2 ** 31))
  const id = fc.tuple(number, number, number, number)
  fc.assert(
    fc.property(fc.array(id, { maxLength: 400 }), id, (ids, other) => {
      const table = new IdTable()
      const model = new Set<string>()
      for (const each of ids) {
        expect(table.add(...each)).toBe(!model.has(each.join()))
        model.add(each.join())
        expect(table.size).toBe(model.size)
      }
      for (const each of [...ids, other]) expect(table.has(...each)).toBe(model.has(each.join()))
    }),
  )
})
