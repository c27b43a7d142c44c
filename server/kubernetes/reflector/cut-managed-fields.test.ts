import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutManagedFields } from './cut-managed-fields'

const text = fc.oneof(fc.string(), fc.constantFrom('"managedFields":[', '\\', '\\"', ']', '[', '"]', '\\\\"', '{"managedFields":[]}', '"'))
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.constant(null), fc.array(tie('value')), fc.dictionary(text, tie('value'))),
})).value

test('whatever stands beside and inside, only the fields of managers go', () => {
  fc.assert(
    fc.property(json, fc.array(json), json, (before, managedFields, after) => {
      const object = { type: 'ADDED', object: { metadata: { name: before, managedFields, labels: after }, spec: after } }
      const wanted = { type: 'ADDED', object: { metadata: { name: before, managedFields: [], labels: after }, spec: after } }
      expect(JSON.parse(cutManagedFields(JSON.stringify(object)))).toEqual(wanted)
    }),
    { numRuns: 500 },
  )
})

test('without any it is the same text, and what does not end is left to the parser', () => {
  expect(cutManagedFields('{"a":[1]}')).toBe('{"a":[1]}')
  expect(cutManagedFields('{"managedFields":[{"a":"]')).toBe('{"managedFields":[{"a":"]')
})
