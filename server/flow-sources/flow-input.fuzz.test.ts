import { deflateSync, gzipSync } from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { compress } from 'snappyjs'
import { expect, test } from 'vitest'
import { LINE_FORMAT_IDS } from '@/lib/api/line-format-ids'
import { isBalanced } from '@/lib/flows/ledger'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { BatchBuilder } from './batch-builder'
import { decodeLine } from './decode-line'
import { INGEST_LIMITS, IngestReader } from './ingest'
import { LineSplitter } from './line-splitter'
import { RecordSplitter } from './record-splitter'

const NOW = Date.UTC(2026, 4, 4, 10)

/** Objects with the names that decoders look for and values of every type, so that fuzzing gets past the first check. */
const FIELDS = [
  ...[
    'flow',
    'log',
    'time',
    'verdict',
    'source',
    'destination',
    'IP',
    'l4',
    'TCP',
    'UDP',
    'source_port',
    'destination_port',
    'flags',
    'SYN',
  ],
  ...[
    'event_type',
    'type',
    'sub_type',
    'is_reply',
    'reply',
    'l7',
    'http',
    'dns',
    'url',
    'headers',
    'key',
    'value',
    'query',
    'qtypes',
    'labels',
  ],
  ...[
    'namespace',
    'pod_name',
    'workloads',
    'name',
    'kind',
    'identity',
    'drop_reason',
    'drop_reason_desc',
    'ingress_denied_by',
    'uuid',
    'Type',
  ],
  ...[
    'lost_events',
    'num_events_lost',
    'aggregate',
    'from',
    'to',
    'port',
    'protocol',
    'policies',
    'count',
    'ref',
    '__proto__',
    'constructor',
    'toString',
  ],
]
const VALUES = [
  'DROPPED',
  'FORWARDED',
  'L7',
  'REQUEST',
  'RESPONSE',
  '2026-05-04T10:00:00Z',
  'shop/cart',
  'svc:a/b',
  'ip:10.0.0.1',
  '10.0.0.1',
  '::1',
  '__proto__',
]
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<unknown>(...VALUES, null, true, false, -1, 0, 1.5, 5, 129, 133, 1e21, '', []),
    fc.string({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 8 }),
  ),
})).value
const line = fc.oneof(
  json.map((value) => JSON.stringify(value)),
  json.map((value) => JSON.stringify({ flow: value })),
  json.map((value) => JSON.stringify({ log: JSON.stringify(value) })),
  fc.string(),
  json.map((value) => JSON.stringify(value).slice(0, 20)),
)

test('any lines are taken without throwing and accounted for, each once', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom(null, ...LINE_FORMAT_IDS), (lines, format) => {
      const pipeline = aPipeline()
      const builder = new BatchBuilder()
      for (const each of lines) builder.add(decodeLine(each, format, NOW))
      pipeline.accept('fuzz', builder.take(), NOW)
      const entry = pipeline.ledger.source('fuzz').entry()
      expect(entry.received).toBe(lines.length)
      expect(isBalanced(entry)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('any bytes are a body that is read or refused, whatever its encoding', async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(line, { maxLength: 5 }).map((lines) => Buffer.from(lines.join('\n'))),
    json.map((value) => Buffer.from(JSON.stringify([value]))),
    json.map((value) => Buffer.from(JSON.stringify({ streams: value }))),
    fc.array(json, { maxLength: 4 }).map((values) => Buffer.concat(values.map((value) => encode(value)))),
  )
  const pack: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = { gzip: gzipSync, deflate: deflateSync, snappy: compress }
  const encodings = fc.constantFrom(null, 'gzip', 'deflate', 'snappy', 'zstd')
  const options = fc.record({ isPacked: fc.boolean(), isProtobuf: fc.boolean(), chunk: fc.integer({ min: 1, max: 40 }) })
  await fc.assert(
    fc.asyncProperty(body, encodings, options, async (bytes, encoding, { isPacked, isProtobuf, chunk }) => {
      const sent = isPacked ? (pack[encoding ?? '']?.(bytes) ?? bytes) : bytes
      const contentType = isProtobuf ? 'application/x-protobuf' : null
      const reader = new IngestReader({ ...INGEST_LIMITS, maxLineBytes: 200, maxLines: 100 })
      const reading = await reader.read({ body: inChunks(sent, chunk), encoding, contentType, format: null }, NOW)
      if (!reading.ok) return
      const { accepted, ignored, batches } = reading.value
      expect(accepted).toBeLessThanOrEqual(batches.reduce((sum, batch) => sum + batch.flows.length, 0))
      expect(ignored).toBe(batches.flatMap((batch) => [...batch.ignored.values()]).reduce((sum, count) => sum + count, 0))
    }),
    { numRuns: 300 },
  )
})

test('lines and array elements are the same however the bytes are cut', () => {
  const records = fc.array(fc.string({ unit: fc.constantFrom(...'ab{}[]",: é\\'), maxLength: 12 }), { maxLength: 8 })
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 10 }), (texts, chunk) => {
      const lines = Buffer.from(texts.map((text) => `${text}\n`).join(''))
      const array = Buffer.from(JSON.stringify(texts.map((text) => ({ text }))))
      expect(cut(new LineSplitter(100), lines, chunk)).toEqual(texts)
      expect(cut(new RecordSplitter(100), array, chunk)).toEqual(texts.map((text) => JSON.stringify({ text })))
    }),
  )
})

test('arrays, objects and lines in any order are cut the same however the bytes come, and a broken one costs only its line', () => {
  const pieces = fc.array(
    fc.constantFrom('[', ']', '{', '}', '{"a":1}', '[{"a":1},{"b":[2]}]', '"x"', '"', '\\', ',', ':', '\n', ' ', '[INFO] a', '[2026', 'b'),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 10 }), (some, chunk) => {
      const bytes = Buffer.from(some.join(''))
      const whole = cut(new RecordSplitter(100), bytes, 1_000)
      expect(cut(new RecordSplitter(100), bytes, chunk)).toEqual(whole)
      const record = '{"from":"a/b","to":"c/d"}'
      const after = cut(new RecordSplitter(1_000), Buffer.from(`${some.join('')}\nend\n${record}\n`), chunk)
      expect(after.join('\n')).toContain(record)
    }),
    { numRuns: 1_000 },
  )
})

function cut(splitter: LineSplitter | RecordSplitter, bytes: Uint8Array, chunk: number): (string | null)[] {
  const found: (string | null)[] = []
  for (let start = 0; start < bytes.length; start += chunk) {
    // The caller's buffer is used again for every chunk, as a file reader does.
    const buffer = Buffer.from(bytes.subarray(start, start + chunk))
    for (const record of splitter.push(buffer)) found.push(record.text)
    buffer.fill(0)
  }
  const rest = splitter.flush()
  return rest === null ? found : [...found, rest.text]
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
