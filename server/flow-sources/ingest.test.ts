import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import { compress } from 'snappyjs'
import { describe, expect, test } from 'vitest'
import { INGEST_LIMITS, IngestReader, type IngestResult } from './ingest'
import { IngestError } from './ingest-error'

const NOW = Date.UTC(2026, 4, 4, 10, 0, 0)
const line = (port: number): string => JSON.stringify({ from: 'shop/web', to: 'shop/cart', port })

async function* bodyOf(bytes: Uint8Array, chunk = 1_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunk) yield bytes.subarray(start, start + chunk)
}

function read(
  content: string | Uint8Array,
  options: { encoding?: string; format?: 'hubble' | 'flow-line'; limits?: Partial<typeof INGEST_LIMITS> } = {},
) {
  const reader = new IngestReader({ ...INGEST_LIMITS, ...options.limits })
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return taken(reader.read({ body: bodyOf(bytes), encoding: options.encoding ?? null, format: options.format ?? null }, NOW))
}

type Reading = ReturnType<IngestReader['read']>

async function taken(reading: Reading): Promise<IngestResult> {
  const result = await reading
  if (!result.ok) throw result.error
  return result.value
}

async function refusal(result: Promise<unknown>): Promise<string> {
  const error: unknown = await result.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof IngestError)) throw new Error(`not refused: ${String(error)}`)
  return error.refusal
}

describe('bodies', () => {
  test('lines of both formats stand side by side; each that cannot be read is named by its line', async () => {
    const hubble = JSON.stringify({
      flow: { time: '2026-05-04T10:00:00Z', verdict: 'FORWARDED', source: { namespace: 'a', pod_name: 'b' } },
    })
    const result = await read([line(80), hubble, '', 'level=info msg=started', '{"from": "shop/web"}', '{broken', line(443)].join('\n'))
    expect(result).toMatchObject({ accepted: 3, ignored: 2, rejectedCount: 2 })
    expect(result.rejected.map((each) => each.line)).toEqual([5, 6])
    expect(result.rejected[0]?.reason).toContain('to:')
    expect(result.batches.flatMap((batch) => batch.flows.map((flow) => flow.port))).toEqual([80, null, 443])
  })

  test('where the history of a sender begins is said once; later losses of one event are losses', async () => {
    const reader = new IngestReader()
    const loss = JSON.stringify({ lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: '1' } })
    const lost: number[] = []
    for (let body = 0; body < 3; body++) {
      const { batches } = await taken(reader.read({ body: bodyOf(Buffer.from(loss)), encoding: null, format: null }, NOW))
      lost.push(batches.reduce((sum, batch) => sum + batch.lostAtSource, 0))
    }
    expect(lost).toEqual([0, 1, 1])
  })

  test.each([
    ['compact', (lines: string[]) => `[${lines.join(',')}]`],
    [
      'spread over lines',
      (lines: string[]) => ` \n[\n  ${lines.map((each) => JSON.stringify(JSON.parse(each), null, 2)).join(' ,\n')}\n]\n`,
    ],
    ['without its end', (lines: string[]) => `[${lines.join(',')}`],
  ])('an array %s reads like lines', async (_, write) => {
    const result = await read(write([line(80), '{"from": "a/b", "to": "svc:c/d", "reason": "[{,}]\\""}', line(443)]))
    expect(result).toMatchObject({ accepted: 3, rejected: [] })
    expect(result.batches[0]?.flows[1]?.reason).toBe('[{,}]"')
  })

  test('what follows an array is refused, an empty one is fine', async () => {
    expect(await read('[]')).toMatchObject({ accepted: 0, ignored: 0, rejectedCount: 0 })
    expect(await read('')).toMatchObject({ accepted: 0, ignored: 0, rejectedCount: 0 })
    expect(await read(`[${line(1)}] {]`)).toMatchObject({ accepted: 1, rejectedCount: 1 })
  })

  test('a named format is not guessed', async () => {
    expect(await read(line(80), { format: 'hubble' })).toMatchObject({ accepted: 0, ignored: 1 })
    expect((await read('{"flow": {}}', { format: 'flow-line' })).rejected).toHaveLength(1)
  })

  test('gzip is read, anything else that is not plain is refused', async () => {
    expect(await read(gzipSync(line(80)), { encoding: 'GZIP' })).toMatchObject({ accepted: 1 })
    expect(await refusal(read(line(80), { encoding: 'br' }))).toBe('unsupported-encoding')
    expect(await refusal(read(line(80), { encoding: 'gzip' }))).toBe('malformed')
    expect(await refusal(read(gzipSync(line(80)).subarray(0, 20), { encoding: 'gzip' }))).toBe('malformed')
  })
})

describe('limits', () => {
  const many = Array.from({ length: 200 }, (_, index) => line(index + 1)).join('\n')

  test('bytes, inflated bytes, inflation and lines', async () => {
    expect(await refusal(read(many, { limits: { maxBytes: 5_000 } }))).toBe('too-large')
    expect(await refusal(read(gzipSync(many), { encoding: 'gzip', limits: { maxInflatedBytes: 5_000 } }))).toBe('too-large')
    expect(await refusal(read(gzipSync(Buffer.alloc(20_000_000, 32)), { encoding: 'gzip' }))).toBe('too-large')
    expect(await refusal(read(gzipSync(many), { encoding: 'gzip', limits: { maxBytes: 100 } }))).toBe('too-large')
    expect(await refusal(read(many, { limits: { maxLines: 199 } }))).toBe('too-large')
    expect(await read(many, { limits: { maxLines: 200 } })).toMatchObject({ accepted: 200 })
  })

  test('a large body comes in batches that are taken one by one', async () => {
    const { batches, accepted } = await read(Array.from({ length: 1_200 }, () => line(80)).join('\n'))
    expect(accepted).toBe(1_200)
    expect(batches.map((batch) => batch.flows.length)).toEqual([500, 500, 200])
  })

  test('a line over the limit costs only itself, and the list of refused lines ends', async () => {
    const long = JSON.stringify({ from: 'a/b', to: 'c/d', reason: 'x'.repeat(5_000) })
    const result = await read(`${line(1)}\n${long}\n${'{\n'.repeat(50)}${line(2)}`, { limits: { maxLineBytes: 1_000, maxRejected: 10 } })
    expect(result).toMatchObject({ accepted: 2, rejectedCount: 51 })
    expect(result.rejected).toHaveLength(10)
    expect(result.rejected[0]).toEqual({ line: 2, reason: 'longer than 1000 bytes' })
    expect([...(result.batches[0]?.rejected.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(51)
  })

  test('more bodies at once than may be are told to come back', async () => {
    const reader = new IngestReader({ ...INGEST_LIMITS, maxConcurrent: 1 })
    let release: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    async function* slow(): AsyncGenerator<Uint8Array> {
      await gate
      yield Buffer.from(line(1))
    }
    const first: Reading = reader.read({ body: slow(), encoding: null, format: null }, NOW)
    const second = reader.read({ body: bodyOf(Buffer.from(line(2))), encoding: null, format: null }, NOW)
    expect(await second).toMatchObject({ ok: false, error: { refusal: 'busy', retryAfterSeconds: 1 } })
    release()
    expect((await taken(first)).accepted).toBe(1)
    expect(await taken(reader.read({ body: bodyOf(Buffer.from(line(2))), encoding: null, format: null }, NOW))).toMatchObject({
      accepted: 1,
    })
  })
})

test('a text that begins with a bracket is lines and no array, however it is cut', async () => {
  const line = '[INFO] 10.1.0.5:54479 - 1 "A IN example.org. udp 41 false 512" NOERROR qr 68 0.1s'
  for (const size of [1, 2, 1_000]) {
    const body = Buffer.from(`${line}\n${line}\n`)
    async function* chunks() {
      for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size)
    }
    const result = await new IngestReader().read({ body: chunks(), encoding: null, format: null }, NOW)
    expect(result).toMatchObject({ ok: true, value: { accepted: 2, ignored: 0, rejectedCount: 0 } })
  }
})

describe('what log shippers send', () => {
  const flow = { from: 'shop/web', to: 'shop/cart', port: 80 }
  const flows = [flow, { ...flow, port: 81 }, { ...flow, port: 82 }]
  const reading = (content: string | Uint8Array, encoding: string | null = null, contentType: string | null = null) =>
    taken(
      new IngestReader().read(
        { body: bodyOf(typeof content === 'string' ? Buffer.from(content) : content, 7), encoding, contentType, format: null },
        NOW,
      ),
    )
  const ports = (result: IngestResult) => result.batches.flatMap((batch) => batch.flows.map(({ port }) => port))

  test.each([
    ['lines', flows.map((each) => JSON.stringify(each)).join('\n')],
    ['objects without space between them', flows.map((each) => JSON.stringify(each)).join('')],
    ['objects spread over lines', flows.map((each) => JSON.stringify(each, null, 2)).join('\n')],
    ['an array', JSON.stringify(flows)],
    ['arrays on lines of their own', `${JSON.stringify(flows.slice(0, 1))}\n${JSON.stringify(flows.slice(1), null, 1)}\n`],
    ['arrays without space between them', flows.map((each) => JSON.stringify([each])).join('')],
    ['an array between objects', `${JSON.stringify(flows[0])}\n[ ${JSON.stringify(flows[1])}\n]\n${JSON.stringify(flows[2])}`],
    ['an array of lines', JSON.stringify(flows.map((each) => `2026-05-04T10:00:00Z stdout F ${JSON.stringify(each)}`))],
    ['a list of rows', JSON.stringify({ meta: { totalPages: '1' }, flows })],
    ['an array of MessagePack maps', Buffer.from(encode(flows))],
    ['an array of MessagePack pairs', Buffer.from(encode(flows.map((each) => [NOW / 1_000, each])))],
    [
      'short arrays of MessagePack pairs',
      Buffer.concat([
        Buffer.from(encode([[NOW / 1_000, flows[0]]])),
        Buffer.from(encode(flows.slice(1).map((each) => [[NOW / 1_000, {}], each]))),
      ]),
    ],
    ['short arrays of MessagePack maps', Buffer.concat([flows.slice(0, 2), flows.slice(2)].map((each) => encode(each)))],
    ['MessagePack maps', Buffer.concat(flows.map((each) => encode(each)))],
    ['MessagePack pairs', Buffer.concat(flows.map((each) => encode([NOW / 1_000, each])))],
    ['MessagePack pairs with metadata', Buffer.concat(flows.map((each) => encode([[NOW / 1_000, {}], { log: JSON.stringify(each) }])))],
    ['container output', flows.map((each) => `2026-05-04T10:00:00Z stdout F ${JSON.stringify(each)}`).join('\r\n')],
    [
      'a push to Loki',
      JSON.stringify({
        streams: [{ stream: { namespace: 'shop' }, values: flows.map((each) => [`${NOW}000000`, JSON.stringify(each), {}]) }],
      }),
    ],
  ])('%s, plain and in every encoding', async (_name, content) => {
    const bytes = Buffer.from(content)
    for (const [encoding, sent] of [
      [null, bytes],
      ['gzip', gzipSync(bytes)],
      ['deflate', deflateSync(bytes)],
      ['deflate', deflateRawSync(bytes)],
      ['snappy', compress(bytes)],
    ] as const) {
      const result = await reading(sent, encoding)
      expect(result).toMatchObject({ accepted: 3, ignored: 0, rejectedCount: 0 })
      expect(ports(result)).toEqual([80, 81, 82])
    }
  })

  test('a file that is sent as it is packed is unpacked without a header that says so', async () => {
    const bytes = Buffer.from(JSON.stringify(flows))
    expect(ports(await reading(gzipSync(bytes)))).toEqual([80, 81, 82])
    // A frame of zstd with one raw block.
    const zstd = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length]),
      Buffer.from([((bytes.length << 3) | 1) & 0xff, (bytes.length >> 5) & 0xff, bytes.length >> 13]),
      bytes,
    ])
    expect(bytes.length).toBeLessThan(256)
    expect(ports(await reading(zstd))).toEqual([80, 81, 82])
    await expect(refusal(reading(Buffer.from('\xfd7zXZ\0 ...', 'latin1')))).resolves.toBe('unsupported-encoding')
    await expect(refusal(reading(gzipSync(Buffer.alloc(40_000_000, 0x20))))).resolves.toBe('too-large')
  })

  test('a long array of MessagePack is read as what is in it', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => [NOW / 1_000, { ...flow, port: index + 1, reason: 'x'.repeat(100) }])
    expect(await reading(Buffer.from(encode(many)))).toMatchObject({ accepted: 3_000, rejectedCount: 0 })
  })

  test('a push to Loki in protobuf, packed as Promtail does', async () => {
    const bytesField = (number: number, bytes: Uint8Array) => Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes])
    const timestamp = Buffer.concat([varint(1 << 3), varint(NOW / 1_000)])
    const entries = flows.map((each) =>
      bytesField(2, Buffer.concat([bytesField(1, timestamp), bytesField(2, Buffer.from(JSON.stringify(each)))])),
    )
    const push = bytesField(1, Buffer.concat([bytesField(1, Buffer.from('{pod="a", namespace="b"}')), ...entries]))
    for (const [encoding, body] of [
      [null, compress(push)],
      ['snappy', compress(push)],
      [null, push],
    ] as const) {
      expect(ports(await reading(body, encoding, 'application/x-protobuf'))).toEqual([80, 81, 82])
    }
    await expect(refusal(reading('nothing of the kind', null, 'application/x-protobuf'))).resolves.toBe('malformed')
  })

  test('labels that were moved out of a NetObserv record are put back', async () => {
    const record = { SrcAddr: '192.0.2.1', DstAddr: '192.0.2.2', Proto: 6, SrcPort: 40_000, DstPort: 80, Bytes: 10 }
    const answer = {
      status: 'success',
      data: {
        resultType: 'streams',
        result: [{ stream: { FlowDirection: '0', SrcK8S_Namespace: 'shop' }, values: [[`${NOW}000000`, JSON.stringify(record)], ['x']] }],
      },
    }
    const result = await reading(JSON.stringify(answer, null, 1))
    expect(result).toMatchObject({ accepted: 1, rejectedCount: 1 })
    expect(result.batches[0]?.flows[0]).toMatchObject({ direction: 'ingress', source: { namespace: 'shop' } })
  })

  test.each([
    ['between objects', `${JSON.stringify(flow)}{"from": "a/b\n${JSON.stringify(flow)}`, 2, 1],
    ['without its end', `{"from": "a/b"\n${JSON.stringify(flow)}\n`, 1, 1],
    ['after a comma', `{"from": "a/b",\n${JSON.stringify(flow)}\n{"x"\n${JSON.stringify(flow)}`, 1, 3],
    ['an element', `[${JSON.stringify(flow)}, {broken}, ${JSON.stringify(flow)}]`, 2, 1],
  ])('what is broken %s costs only itself', async (_name, content, accepted, rejectedCount) => {
    const result = await reading(content)
    expect(result.accepted).toBeGreaterThanOrEqual(accepted)
    expect(result.rejectedCount).toBeLessThanOrEqual(rejectedCount)
    expect(result.rejectedCount).toBeGreaterThan(0)
  })

  test('MessagePack: a value of another kind costs only itself, and what cannot be cut ends the body', async () => {
    const good = Buffer.from(encode(flow))
    expect(await reading(Buffer.concat([good, Buffer.from(encode([1])), good]))).toMatchObject({ accepted: 2, rejectedCount: 1 })
    expect(await reading(Buffer.concat([good, Buffer.from([0xc1]), good]))).toMatchObject({ accepted: 1, rejectedCount: 1 })
    expect(await reading(Buffer.concat([good, Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff])]))).toMatchObject({
      accepted: 1,
      rejectedCount: 1,
    })
  })

  test('a bomb is refused in every encoding, also one that lies about its length', async () => {
    const bomb = Buffer.alloc(40_000_000, 0x20)
    for (const [encoding, sent] of [
      ['gzip', gzipSync(bomb)],
      ['deflate', deflateSync(bomb)],
      ['snappy', Buffer.concat([varint(0xffff_ffff), Buffer.from([0])])],
    ] as const) {
      await expect(refusal(reading(sent, encoding))).resolves.toBe('too-large')
    }
    await expect(refusal(reading(Buffer.from([5, 0, 1]), 'snappy'))).resolves.toBe('malformed')
    await expect(refusal(reading('x', 'br'))).resolves.toBe('unsupported-encoding')
  })
})

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Buffer.from([...bytes, rest])
}
