import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ForwardError } from './forward-error'
import { FORWARD_LIMITS } from './forward-limits'
import { FrameReader } from './frame-reader'
import { Greeting } from './greeting'
import { JsonSplitter } from './json-splitter'

const NOW = Date.UTC(2026, 4, 4, 10)
const LIMITS = {
  ...FORWARD_LIMITS,
  maxRecordBytes: 300,
  maxRecords: 50,
  inflation: { maxBytes: 10_000, maxInflatedBytes: 100_000, maxRatio: 1100 },
}

const line = { from: 'shop/web', to: 'shop/cart', port: 80 }
const record = fc.oneof(
  fc.constant(line),
  fc.record({ log: fc.oneof(fc.constant(JSON.stringify(line)), fc.string()) }),
  fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('log', 'message', 'kubernetes', '__proto__', 'constructor')), fc.jsonValue()),
  fc.jsonValue(),
)
const entry = fc.oneof(fc.tuple(fc.oneof(fc.nat(), fc.double(), fc.tuple(fc.nat(), fc.constant({}))), record), record)
const entries = fc.array(entry, { maxLength: 12 })
const option = fc.oneof(
  fc.constant({}),
  fc.record(
    { chunk: fc.string(), size: fc.nat(), compressed: fc.constantFrom('gzip', 'zstd', 'text', 'x'), fluent_signal: fc.nat(4) },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
)
const frame = fc.oneof(
  fc.tuple(fc.string(), entries, option),
  fc.tuple(
    fc.string(),
    entries.map((all) => Buffer.concat(all.map((each) => encode(each)))),
    option,
  ),
  fc.tuple(fc.string(), fc.nat(), record, option),
  fc.jsonValue(),
)

/** Frames as they should be, and frames with some bytes changed, cut or added. */
const frameBytes = fc
  .tuple(frame, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.option(fc.nat()))
  .map(([value, changes, cut]) => {
    const bytes = Buffer.from(encode(value, { ignoreUndefined: true }))
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte
    return cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1))
  })

function aReader(): FrameReader {
  return new FrameReader({ format: null, limits: LIMITS, now: () => NOW })
}

test('every frame is read or refused, and every record of it is in one place', async () => {
  await fc.assert(
    fc.asyncProperty(frameBytes, async (bytes) => {
      try {
        const { lines } = await aReader().read(bytes, 'msgpack', 1)
        for (const { kind } of lines) expect(['flow', 'flows', 'ignored', 'lost', 'rejected']).toContain(kind)
        expect(lines.length).toBeLessThanOrEqual(LIMITS.maxRecords)
      } catch (error) {
        expect(error).toBeInstanceOf(ForwardError)
      }
    }),
    { numRuns: 5_000 },
  )
})

test('a frame has as many lines as it has records, in every mode', async () => {
  await fc.assert(
    fc.asyncProperty(entries, async (some) => {
      // A first entry that is none could make of the array a time with its metadata.
      const all = [[1, line], ...some]
      const options = { ignoreUndefined: true }
      const asForward = encode(['app', all, {}], options)
      const asPacked = encode(['app', Buffer.concat(all.map((each) => encode(each, options))), {}], options)
      const [forward, packed] = await Promise.all([asForward, asPacked].map((bytes) => aReader().read(Buffer.from(bytes), 'msgpack', 1)))
      expect(forward?.lines).toHaveLength(all.length)
      expect(packed?.lines).toEqual(forward?.lines)
      const json = await aReader().read(Buffer.from(JSON.stringify(['app', all, {}])), 'json', 1)
      expect(json.lines).toHaveLength(all.length)
    }),
    { numRuns: 500 },
  )
})

test('JSON of any kind is cut and read, or refused', async () => {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.array(fc.json()).map((all) => all.join(' ')),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 20 }), async (input, size) => {
      const bytes = Buffer.from(`[${input}`)
      const splitter = new JsonSplitter(200)
      try {
        for (let at = 0; at < bytes.length; at += size) {
          for (const each of splitter.push(bytes.subarray(at, at + size))) await aReader().read(each, 'json', 1)
          expect(splitter.heldBytes).toBeLessThanOrEqual(1024)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ForwardError)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('no PING but the right one opens', () => {
  const keys = { key: 'correct horse', users: new Map<string, string>() }
  const ping = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.oneof(fc.string(), fc.uint8Array(), fc.nat())).map((rest) => encode(['PING', ...rest])),
  )
  fc.assert(
    fc.property(ping, (bytes) => {
      try {
        const answer = new Greeting(keys, 'sluice', (length) => Buffer.alloc(length, 7)).answer(Buffer.from(bytes))
        expect(answer.refusal).toBe('shared_key mismatch')
      } catch (error) {
        expect(error).toBeInstanceOf(ForwardError)
      }
    }),
    { numRuns: 2_000 },
  )
})
