import { deflateSync, gzipSync } from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { compress } from 'snappyjs'
import { expect, test } from 'vitest'
import { isBalanced } from '@/lib/flows/ledger'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { GrpcError } from './grpc/grpc-error'
import { framed, MessageSplitter } from './grpc/message-splitter'
import { ProtobufWriter } from './grpc/protobuf-writer'
import { INGEST_LIMITS, IngestReader } from './ingest'
import { SAMPLE_LINES } from './lines/testing/sample-lines'
import { OTLP_LIMITS, OtlpReader } from './otlp/otlp-reader'

// More in a longer run: SLUICE_PROPERTY_RUNS=20000 npx vitest run server/flow-sources/damaged-bodies.fuzz.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 400)
const NOW = Date.UTC(2026, 4, 4, 10)
const MAX_LINES = 200
const LINES = [...SAMPLE_LINES.values()].flat()
const OBJECTS = LINES.filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line))

type Body = { readonly bytes: Uint8Array; readonly contentType: string | null }

const line = fc.constantFrom(...LINES)
const objects = fc.array(fc.constantFrom(...OBJECTS), { minLength: 1, maxLength: 6 })
const body: fc.Arbitrary<Body> = fc.oneof(
  fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => plain(lines.join('\n'))),
  objects.map((list) => plain(JSON.stringify(list))),
  objects.map((list) => plain(list.map((each) => JSON.stringify(each, null, 1)).join(''))),
  objects.map((list) => ({ bytes: Buffer.concat(list.map((each) => encode(each))), contentType: null })),
  fc
    .array(line, { minLength: 1, maxLength: 4 })
    .map((lines) =>
      plain(
        JSON.stringify({ streams: [{ stream: { namespace: 'shop', pod: 'web' }, values: lines.map((text) => [`${NOW}000000`, text]) }] }),
      ),
    ),
  fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => ({ bytes: lokiPush(lines), contentType: 'application/x-protobuf' })),
)

function plain(text: string): Body {
  return { bytes: Buffer.from(text), contentType: null }
}

function lokiPush(lines: readonly string[]): Uint8Array {
  const stream = new ProtobufWriter().string(1, '{pod="web", namespace="shop"}')
  for (const text of lines) stream.message(2, new ProtobufWriter().message(1, new ProtobufWriter().int64(1, NOW / 1_000)).string(2, text))
  return new ProtobufWriter().message(1, stream).finish()
}

/** What may become of bytes on their way. */
const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
    // A length, a number or a bracket that goes on for ever.
    fc.record({
      kind: fc.constant('repeat' as const),
      at: fc.nat(),
      byte: fc.constantFrom(0xff, 0x0b, 0x5b, 0x7b, 0x39, 0x80),
      count: fc.integer({ min: 1, max: 3_000 }),
    }),
    fc.record({ kind: fc.constant('twice' as const), at: fc.nat(), length: fc.integer({ min: 1, max: 200 }) }),
  ),
  { maxLength: 3 },
)

function damaged(bytes: Uint8Array, changes: typeof damage extends fc.Arbitrary<infer Changes> ? Changes : never): Uint8Array {
  let next = Buffer.from(bytes)
  for (const change of changes) {
    if (next.length === 0) break
    const at = change.at % next.length
    const [before, after] = [next.subarray(0, at), next.subarray(at)]
    if (change.kind === 'flip') next[at] = (next[at] ?? 0) ^ (1 << change.bit)
    else if (change.kind === 'cut') next = Buffer.from(before)
    else if (change.kind === 'repeat') next = Buffer.concat([before, Buffer.alloc(change.count, change.byte), after])
    else next = Buffer.concat([before, after.subarray(0, change.length), after])
  }
  return next
}

const PACKED = new Map<string | null, (bytes: Uint8Array) => Uint8Array>([
  [null, (bytes) => bytes],
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['snappy', compress],
])

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

/** Every record of the batches is in one place of a ledger that balances. */
function expectAccounted(batches: readonly FlowBatch[], ignored: number, rejected: number): void {
  const pipeline = aPipeline()
  for (const batch of batches) pipeline.accept('fuzz', batch, NOW)
  const entry = pipeline.ledger.source('fuzz').entry()
  expect(isBalanced(entry)).toBe(true)
  const sum = (counts: 'ignored' | 'rejected') =>
    batches.flatMap((batch) => [...batch[counts].values()]).reduce((all, count) => all + count, 0)
  expect([sum('ignored'), sum('rejected')]).toEqual([ignored, rejected])
  expect(entry.received).toBe(batches.reduce((all, { flows }) => all + flows.length, 0) + ignored + rejected)
}

test('a body that was damaged, before or after it was packed, is read record by record or refused', async () => {
  const reader = new IngestReader({ ...INGEST_LIMITS, maxLineBytes: 2_000, maxLines: MAX_LINES, maxInflatedBytes: 100_000 })
  const options = fc.record({ encoding: fc.constantFrom(...PACKED.keys()), chunk: fc.integer({ min: 1, max: 500 }) })
  await fc.assert(
    fc.asyncProperty(body, damage, damage, options, async ({ bytes, contentType }, inside, outside, { encoding, chunk }) => {
      const sent = damaged(PACKED.get(encoding)?.(damaged(bytes, inside)) ?? bytes, outside)
      const reading = await reader.read({ body: inChunks(sent, chunk), encoding, contentType, format: null }, NOW)
      if (!reading.ok) {
        expect(reading.error.refusal).toMatch(/^(too-large|malformed)$/)
        return
      }
      const { batches, ignored, rejectedCount } = reading.value
      expectAccounted(batches, ignored, rejectedCount)
    }),
    { numRuns: RUNS },
  )
}, 600_000)

test('a damaged OTLP request is read record by record or refused', async () => {
  const reader = new OtlpReader(NOW, { ...OTLP_LIMITS, maxInflatedBytes: 100_000 })
  const request = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => {
    const scope = new ProtobufWriter()
    for (const text of lines) scope.message(2, new ProtobufWriter().message(5, new ProtobufWriter().string(1, text)))
    const attribute = new ProtobufWriter().string(1, 'k8s.pod.name').message(2, new ProtobufWriter().string(1, 'web-1'))
    const resource = new ProtobufWriter().message(1, attribute)
    return new ProtobufWriter().message(1, new ProtobufWriter().message(1, resource).message(2, scope)).finish()
  })
  await fc.assert(
    fc.asyncProperty(request, damage, fc.constantFrom('logs', 'metrics'), async (bytes, changes, signal) => {
      const sent = { signal, encoding: 'protobuf', body: inChunks(damaged(bytes, changes), 400), contentEncoding: null } as const
      const reading = await reader.read(sent, NOW)
      if (!reading.ok) {
        expect(reading.error.refusal).toMatch(/^(too-large|malformed)$/)
        return
      }
      const pipeline = aPipeline()
      for (const batch of reading.value.batches) pipeline.accept('fuzz', batch, NOW)
      expect(isBalanced(pipeline.ledger.source('fuzz').entry())).toBe(true)
    }),
    { numRuns: RUNS },
  )
}, 600_000)

test('messages of gRPC are the same however they are cut, and lengths that lie are refused', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 })
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 30 }), damage, (sent, size, changes) => {
      const wire = Buffer.concat(sent.map(framed))
      expect(cut(wire, size)).toEqual(sent.map((message) => Buffer.from(message)))
      try {
        for (const message of cut(damaged(wire, changes), size)) expect(message.length).toBeLessThanOrEqual(1_000)
      } catch (error) {
        expect(error).toBeInstanceOf(GrpcError)
      }
    }),
    { numRuns: RUNS },
  )
}, 600_000)

function cut(wire: Uint8Array, size: number): readonly Buffer[] {
  const splitter = new MessageSplitter(1_000)
  const found: Uint8Array[] = []
  for (let start = 0; start < wire.length; start += size) splitter.push(wire.subarray(start, start + size), found)
  return found.map((message) => Buffer.from(message))
}
