import fc from 'fast-check'
import { parse, type Type } from 'protobufjs'
import { expect, test } from 'vitest'
import { bytesTag, fixed64Tag, ProtobufError, ProtobufReader, varintTag } from './protobuf-reader'
import { ProtobufWriter } from './protobuf-writer'

const { root } = parse(`syntax = "proto3";
  message Inner { string text = 1; sint32 other = 2; }
  message Known { int64 signed = 1; uint64 unsigned = 2; uint32 small = 3; int32 negative = 4; bool flag = 5; string text = 6;
    Inner inner = 7; repeated uint32 packed = 8; double real = 9; fixed32 fixed = 10; bytes raw = 11; uint64 far = 21001; }
  message Partly { string text = 6; Inner inner = 7; }`)
const Known: Type = root.lookupType('Known')

type Values = {
  signed: number
  unsigned: number
  small: number
  negative: number
  flag: boolean
  text: string
  inner: { text: string }
  packed: number[]
  real: number
  fixed: number
  raw: Uint8Array
  far: number
}

const values: fc.Arbitrary<Values> = fc.record({
  signed: fc.maxSafeInteger(),
  unsigned: fc.maxSafeNat(),
  small: fc.nat(0xffff_ffff),
  negative: fc.integer(),
  flag: fc.boolean(),
  text: fc.string({ unit: 'grapheme' }),
  inner: fc.record({ text: fc.string() }),
  packed: fc.array(fc.nat(0xffff_ffff)),
  real: fc.double({ noNaN: true }),
  fixed: fc.nat(0xffff_ffff),
  raw: fc.uint8Array({ maxLength: 300 }),
  far: fc.maxSafeNat(),
})

function read(bytes: Uint8Array): Values {
  const found: Values = {
    signed: 0,
    unsigned: 0,
    small: 0,
    negative: 0,
    flag: false,
    text: '',
    inner: { text: '' },
    packed: [],
    real: 0,
    fixed: 0,
    raw: new Uint8Array(),
    far: 0,
  }
  const reader = new ProtobufReader(bytes)
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) found.signed = reader.int64()
    else if (tag === varintTag(2)) found.unsigned = reader.uint64()
    else if (tag === varintTag(3)) found.small = reader.uint32()
    else if (tag === varintTag(4)) found.negative = reader.int32()
    else if (tag === varintTag(5)) found.flag = reader.bool()
    else if (tag === bytesTag(6)) found.text = reader.string()
    else if (tag === bytesTag(7)) {
      const outer = reader.enter()
      while (reader.hasMore) {
        const inner = reader.tag()
        if (inner === bytesTag(1)) found.inner.text = reader.string()
        else reader.skip(inner)
      }
      reader.leave(outer)
    } else if (tag === bytesTag(8)) {
      const outer = reader.enter()
      while (reader.hasMore) found.packed.push(reader.uint32())
      reader.leave(outer)
    } else if (tag === fixed64Tag(9)) found.real = reader.double()
    else if (tag === ((10 << 3) | 5)) found.fixed = reader.fixed32()
    else if (tag === bytesTag(11)) found.raw = Uint8Array.from(reader.view())
    else if (tag === varintTag(21001)) found.far = reader.uint64()
    else reader.skip(tag)
  }
  return found
}

test('what another implementation writes is read as it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      const found = read(Known.encode(Known.create(value)).finish())
      expect({ ...found, real: found.real + 0 }).toEqual({ ...value, real: value.real + 0 })
    }),
  )
})

test('what we write is read by another implementation as it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      const writer = new ProtobufWriter()
        .int64(1, value.signed)
        .int64(2, value.unsigned)
        .int64(3, value.small)
        .int64(4, value.negative)
        .bool(5, value.flag)
        .string(6, value.text)
        .message(7, new ProtobufWriter().string(1, value.inner.text))
        .bytes(11, value.raw)
        .int64(21001, value.far)
      const found = Known.toObject(Known.decode(writer.finish()), { longs: Number, defaults: true })
      const { packed: _packed, real: _real, fixed: _fixed, inner, raw, ...others } = value
      expect(found).toMatchObject({ ...others, inner: { text: inner.text } })
      expect(Uint8Array.from(found.raw)).toEqual(raw)
    }),
  )
})

test('fields that nobody asks for are passed over, groups within groups as well', () => {
  fc.assert(
    fc.property(values, (value) => {
      const reader = new ProtobufReader(Known.encode(Known.create(value)).finish())
      while (reader.hasMore) reader.skip(reader.tag())
      expect(reader.position).toBe(reader.end)
    }),
  )
  // Group 3 { 1: 150, group 4 { 2: "ab" } }, then 5: 1.
  const grouped = Uint8Array.of(0x1b, 0x08, 0x96, 0x01, 0x23, 0x12, 0x02, 0x61, 0x62, 0x24, 0x1c, 0x28, 0x01)
  const reader = new ProtobufReader(grouped)
  reader.skip(reader.tag())
  expect([reader.tag(), reader.uint32(), reader.hasMore]).toEqual([varintTag(5), 1, false])
})

test.each<[string, number[], string]>([
  ['a length that lies', [0x32, 0x7f, 0x61], 'a length of 127, more than is there, at byte 1'],
  ['a length of 4 GiB', [0x32, 0xff, 0xff, 0xff, 0xff, 0x0f], 'a length of 4294967295, more than is there, at byte 1'],
  ['an end within a number', [0x08, 0x96], 'the end within a number at byte 1'],
  ['a number without an end', [0x08, ...Array<number>(11).fill(0x80)], 'a number of more than ten bytes at byte 1'],
  ['field 0', [0x00], 'a field with number 0 at byte 0'],
  ['an unknown wire type', [0x0f], 'wire type 7, which has no meaning here, at byte 1'],
  ['the end of a group that did not begin', [0x0c], 'wire type 4, which has no meaning here, at byte 1'],
  ['a group that ends as another', [0x1b, 0x24], 'the end of another group at byte 2'],
  ['a group without an end', [0x1b], 'the end within a number at byte 1'],
  ['too little for a double', [0x49, 1, 2], 'the end within a number at byte 1'],
  ['an inner message that reaches outside', [0x3a, 0x02, 0x0a, 0x05, 1, 2, 3, 4, 5], 'a length of 5, more than is there, at byte 3'],
  ['a thousand groups', Array<number>(1_000).fill(0x1b), 'more than 32 groups in each other at byte 33'],
])('%s is an error that says where', (_name, bytes, message) => {
  expect(() => read(Uint8Array.from(bytes))).toThrow(
    new ProtobufError(message.replace(/ at byte \d+$/, ''), Number(/\d+$/.exec(message)?.[0])),
  )
})

test('any bytes are read to their end or refused, never anything else', () => {
  const damaged = fc.tuple(values, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 })).map(([value, changes]) => {
    const bytes = Uint8Array.from(Known.encode(Known.create(value)).finish())
    for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      try {
        read(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError)
        expect(error instanceof ProtobufError && error.offset <= bytes.length).toBe(true)
      }
    }),
    { numRuns: 2_000 },
  )
})
