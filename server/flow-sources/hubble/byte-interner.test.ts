import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteInterner, hashRanges } from './byte-interner'

const viewed = (bytes: Uint8Array) => ({ data: new DataView(bytes.buffer), base: bytes.byteOffset })

/** Two ranges of one message, and what they hold as text. */
const entry = fc.tuple(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), fc.nat(7)).map(([first, second, before]) => {
  const bytes = new Uint8Array([...new Uint8Array(before), ...first, ...second])
  const ranges = Int32Array.of(before, before + first.length, before + first.length, bytes.length)
  return { message: viewed(bytes), ranges, text: `${first} | ${second}` }
})

test('what is found has the same bytes, whatever was forgotten for room', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), fc.constantFrom(1, 64), (entries, sets) => {
      const interner = new ByteInterner<string>(sets)
      for (const { message, ranges, text } of [...entries, ...entries]) {
        const hash = hashRanges(message, ranges)
        const known = interner.find(message, ranges, hash)
        if (known !== undefined) expect(known).toBe(text)
        else interner.set(message, ranges, hash, text)
        expect(interner.find(message, ranges, hash)).toBe(text)
      }
    }),
  )
})

test('keys are bounded: one that is longer than all may be is not kept, and full ones make room', () => {
  const interner = new ByteInterner<number>(1)
  const ranges = (length: number) => Int32Array.of(0, length)
  const huge = viewed(new Uint8Array(1_000_000))
  interner.set(huge, ranges(1_000_000), 7, 1)
  expect(interner.find(huge, ranges(1_000_000), 7)).toBeUndefined()

  const kept = viewed(new Uint8Array(900))
  for (let number = 0; number < 1_000; number++) {
    interner.set(kept, ranges(900 - (number % 10)), number, number)
    expect(interner.find(kept, ranges(900 - (number % 10)), number)).toBe(number)
  }
})
