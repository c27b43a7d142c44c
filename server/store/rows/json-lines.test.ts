import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonLines, toBytes } from './json-lines'

const written = fc.oneof(
  fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.double(), fc.constantFrom(0, -0, 999_999_999, 1_000_000_000, -1_000_000_001, 2 ** 53 - 1)),
  fc.string({ unit: 'binary', maxLength: 40_000 }).map((text) => JSON.stringify(text)),
)

test('the bytes are those of the texts', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 20 }), fc.boolean(), (values, isKnown) => {
      const lines = new JsonLines()
      for (const value of values) {
        if (typeof value === 'number') lines.number(value)
        else if (isKnown) lines.put(toBytes(value))
        else lines.text(value)
      }
      const expected = values.join('')
      expect(lines.length).toBe(Buffer.byteLength(expected))
      expect(lines.take().toString()).toBe(expected)
      expect(lines.take()).toHaveLength(0)
    }),
  )
})
