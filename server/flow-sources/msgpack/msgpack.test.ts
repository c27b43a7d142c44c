import { Encoder, ExtData, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MsgpackError } from './msgpack-error'
import { MsgpackReader } from './msgpack-reader'
import { MsgpackSplitter, type SplitValue } from './msgpack-splitter'

const json = fc.jsonValue({ maxDepth: 6 })

function read(bytes: Uint8Array): unknown {
  return new MsgpackReader(bytes).readValue()
}

/** Cuts bytes into chunks of the given sizes, again and again. */
function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.slice(at, at + size)
    at += size
  }
}

test('reads what the reference encoder writes', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(read(encode(value, { ignoreUndefined: true }))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('numbers of every width', () => {
  const numbers = [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), 1.5]
  for (const number of numbers) expect(read(encode(number))).toBe(number)
  const big = new Encoder({ useBigInt64: true })
  expect(read(big.encode(2n ** 63n))).toBe('9223372036854775808')
  expect(read(big.encode(-(2n ** 63n)))).toBe('-9223372036854775808')
  expect(read(encode(1.5, { forceFloat32: true }))).toBe(1.5)
})

test('binary data and unknown extensions are text, what is no UTF-8 is replaced', () => {
  expect(read(encode(Uint8Array.from([104, 105, 0xff])))).toBe('hi�')
  expect(read(encode(new ExtData(7, Uint8Array.from([104, 105]))))).toBe('hi')
  expect(read(Buffer.from([0xa3, 0xc3, 0x28, 0x41]))).toBe('�(A')
})

test('times of every form', () => {
  const at = (bytes: Uint8Array | number[]) => new MsgpackReader(Uint8Array.from(bytes)).readTime()
  const seconds = 1_777_889_895
  const word = [0x69, 0xf8, 0x72, 0x67]
  expect(Buffer.from(word).readUInt32BE()).toBe(seconds)
  expect(at(encode(seconds))).toBe(seconds * 1000)
  expect(at(encode(seconds + 0.25))).toBe(seconds * 1000 + 250)
  expect(at([0xd7, 0, ...word, 0x1d, 0xcd, 0x65, 0])).toBe(seconds * 1000 + 500)
  expect(at([0xc7, 8, 0, ...word, 0x1d, 0xcd, 0x65, 0])).toBe(seconds * 1000 + 500)
  const date = new Date(seconds * 1000 + 123)
  expect(at(encode(date))).toBe(date.getTime())
  expect(read(encode({ date }))).toEqual({ date: date.toISOString() })
  expect([at(encode(0)), at(encode(null)), at(encode('now')), at(encode([1])), at([0xd7, 9, 1, 2, 3, 4, 5, 6, 7, 8])]).toEqual(
    Array(5).fill(null),
  )
  // A moment that no calendar has.
  expect(at([0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])).toBeNull()
})

test('__proto__ is a field like others', () => {
  const value = read(Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa1, 0x78, 1]))
  expect(Object.keys(value as object)).toEqual(['__proto__'])
  expect(({} as { x?: unknown }).x).toBeUndefined()
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
})

test('keys that are no text are written out, and maps as keys are refused', () => {
  expect(read(Buffer.from([0x82, 1, 0xa1, 0x61, 0xc0, 0xa1, 0x62]))).toEqual({ 1: 'a', null: 'b' })
  expect(() => read(Buffer.from([0x81, 0x80, 1]))).toThrow(/map as a key/)
})

test('lengths that lie are refused without reserving memory', () => {
  for (const head of [0xdd, 0xdf, 0xdb, 0xc6, 0xc9]) {
    expect(() => read(Buffer.from([head, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]))).toThrow(MsgpackError)
  }
  const nested = Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from([0xdd, 0, 0, 0xff, 0xff])))
  expect(() => read(nested)).toThrow(MsgpackError)
  const reader = new MsgpackReader(Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff]))
  expect(() => reader.skip()).toThrow(/end in the middle/)
})

test('a value nested too deep is refused and can be passed over', () => {
  const deep = Buffer.concat([Buffer.alloc(100_000, 0x91), Buffer.from([1, 42])])
  const reader = new MsgpackReader(deep)
  expect(() => reader.readValue()).toThrow(/more than 32 levels/)
  reader.offset = 0
  reader.skip()
  expect(reader.readValue()).toBe(42)
})

test('values come whole however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(json, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (values, sizes) => {
      const bytes = Buffer.concat(values.map((value) => encode(value, { ignoreUndefined: true })))
      const splitter = new MsgpackSplitter({ maxValueBytes: 1 << 20, tooLong: 'throw' })
      const split: unknown[] = []
      for (const chunk of chunksOf(bytes, sizes)) for (const value of splitter.push(chunk)) if (value !== null) split.push(read(value))
      expect(split).toEqual(JSON.parse(JSON.stringify(values)))
      expect([splitter.isWaiting, splitter.heldBytes]).toEqual([false, 0])
    }),
  )
})

test('a value over the limit is skipped to its end, and its neighbours are kept', () => {
  fc.assert(
    fc.property(fc.array(json, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (values, sizes) => {
      const all = values.map((value) => Buffer.from(encode(value, { ignoreUndefined: true })))
      const splitter = new MsgpackSplitter({ maxValueBytes: 20, tooLong: 'skip' })
      const split: SplitValue[] = []
      for (const chunk of chunksOf(Buffer.concat(all), sizes)) {
        for (const value of splitter.push(chunk)) split.push(value === null ? null : Buffer.from(value))
        expect(splitter.heldBytes).toBeLessThanOrEqual(1024)
      }
      expect(split).toEqual(all.map((bytes) => (bytes.length > 20 ? null : bytes)))
    }),
  )
})

test('what was handed out stays as it is while more comes', () => {
  const splitter = new MsgpackSplitter({ maxValueBytes: 100, tooLong: 'throw' })
  const first = encode('first')
  expect([...splitter.push(first.subarray(0, 3))]).toEqual([])
  const handed = [...splitter.push(Buffer.concat([first.subarray(3), encode('second').subarray(0, 2)]))]
  const later = [...splitter.push(encode('second').subarray(2))]
  expect([handed[0], later[0]].map((bytes) => bytes && read(bytes))).toEqual(['first', 'second'])
})

test('a length over the limit ends it at once, long before the bytes could come', () => {
  for (const bytes of [
    [0xc6, 0xff, 0xff, 0xff, 0xff],
    [0x92, 0xa1, 0x78, 0xdd, 0xff, 0xff, 0xff, 0xff],
  ]) {
    const splitter = new MsgpackSplitter({ maxValueBytes: 1 << 20, tooLong: 'throw' })
    expect(() => [...splitter.push(Buffer.from(bytes))]).toThrow(/over 1048576 bytes/)
    expect(splitter.heldBytes).toBe(0)
  }
})

test('a megabyte that comes byte by byte takes no more than twice its size', () => {
  const splitter = new MsgpackSplitter({ maxValueBytes: 1 << 21, tooLong: 'throw' })
  const bytes = encode(Buffer.alloc(200_000, 65).toString())
  let whole = 0
  for (const chunk of chunksOf(bytes, [7])) {
    for (const value of splitter.push(chunk)) whole += value?.length ?? 0
    expect(splitter.heldBytes).toBeLessThan(420_000)
  }
  expect(whole).toBe(bytes.length)
})

test('no bytes do anything but be read or be refused, whole or in pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (bytes, sizes) => {
      const whole = outcome(bytes, [bytes.length || 1])
      expect(outcome(bytes, sizes)).toEqual(whole)
    }),
    { numRuns: 3_000 },
  )
})

function outcome(bytes: Uint8Array, sizes: readonly number[]): readonly string[] {
  const splitter = new MsgpackSplitter({ maxValueBytes: 200, tooLong: 'skip' })
  const seen: string[] = []
  try {
    for (const chunk of chunksOf(bytes, sizes)) {
      for (const value of splitter.push(chunk)) {
        if (value === null) seen.push('too long')
        else
          seen.push(
            Buffer.from(value).toString('hex'),
            attempt(() => JSON.stringify(read(value))),
          )
      }
    }
  } catch (error) {
    expect(error).toBeInstanceOf(MsgpackError)
    seen.push('malformed')
  }
  return seen
}

function attempt(read: () => string): string {
  try {
    return read()
  } catch (error) {
    expect(error).toBeInstanceOf(MsgpackError)
    return error instanceof MsgpackError ? error.fault : 'unexpected'
  }
}
