import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeenIds } from './seen-ids'

test('an id is new once, whatever it looks like', () => {
  const id = fc.oneof(fc.uuid(), fc.string(), fc.string({ minLength: 36, maxLength: 36, unit: fc.constantFrom('0', 'f', '-', 'g') }))
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
      const seen = new SeenIds(1_000)
      const model = new Set<string>()
      for (const each of ids) {
        expect(seen.add(each)).toBe(!model.has(each))
        model.add(each)
      }
    }),
  )
})

test('texts that are alike stay apart', () => {
  const seen = new SeenIds(400_000)
  const ids = Array.from({ length: 100_000 }, (_, index) => [`flow-${index}`, `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`])
  expect(ids.flat().filter((id) => !seen.add(id))).toEqual([])
})

test('the newest are remembered, older ones are forgotten as a whole', () => {
  const seen = new SeenIds(10)
  for (let index = 0; index < 15; index++) seen.add(String(index))
  expect(seen.add('0')).toBe(false)
  for (let index = 15; index < 25; index++) seen.add(String(index))
  expect(seen.add('0')).toBe(true)
  expect(seen.add('14')).toBe(false)
})
