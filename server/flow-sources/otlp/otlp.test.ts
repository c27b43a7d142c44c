import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import { ProtobufError } from '../grpc/protobuf-reader'
import { ProtobufWriter } from '../grpc/protobuf-writer'
import { OTLP_LIMITS, OtlpReader } from './otlp-reader'
import { OTLP_REQUESTS, type OtlpSignal } from './otlp-schema'
import { plainObject, plainValue, timeOfNanos } from './otlp-values'
import { readProtobuf } from './read-protobuf'
import { SeriesFollower } from './series-growth'

const NOW = Date.UTC(2026, 0, 1)

async function* chunks(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

async function read(reader: OtlpReader, signal: OtlpSignal, request: unknown) {
  const body = chunks(Buffer.from(typeof request === 'string' ? request : JSON.stringify(request)))
  const result = await reader.read({ signal, encoding: 'json', body, contentEncoding: null }, NOW)
  if (!result.ok) throw result.error
  const flows: readonly ObservedFlow[] = result.value.batches.flatMap((batch) => batch.flows)
  const ignored = new Map<string, number>()
  for (const batch of result.value.batches)
    for (const [reason, count] of batch.ignored) ignored.set(reason, (ignored.get(reason) ?? 0) + count)
  const kinds = result.value.batches.flatMap((batch) => [...(batch.kinds ?? [])].map(({ title }) => title))
  return { flows, kinds, ignored: Object.fromEntries(ignored), rejected: result.value.rejected, reason: result.value.reason }
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
const LINE = JSON.stringify({ from: 'shop/web-1', to: 'svc:shop/cart', port: 80, verdict: 'forwarded' })

function logs(...records: object[]) {
  const attributes = [text('k8s.namespace.name', 'shop'), text('k8s.pod.name', 'web-1'), text('k8s.node.name', 'node-1')]
  return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: records }] }] }
}

describe('logs', () => {
  test('a body is a line, as text or as fields, and an empty one leaves its fields to the attributes', async () => {
    const fields = ['from', 'to'].map((key, index) => text(key, ['shop/web-1', 'ip:192.0.2.7'][index] ?? ''))
    const time = `${NOW - 5_000}000000`
    const result = await read(
      new OtlpReader(NOW),
      'logs',
      logs(
        { timeUnixNano: time, body: { stringValue: LINE } },
        { observedTimeUnixNano: time, body: { kvlistValue: { values: fields } } },
        { attributes: fields },
        { body: { stringValue: 'listening on :8080' } },
        {},
      ),
    )
    expect(result.flows.map(({ destination }) => destination.service?.name ?? destination.ip)).toEqual(['cart', '192.0.2.7', '192.0.2.7'])
    expect(result.flows.map(({ time: at }) => at)).toEqual([NOW - 5_000, NOW - 5_000, NOW])
    expect(result.ignored).toEqual({ 'not-a-flow': 2 })
    expect(result.rejected).toBe(0)
    expect(result.kinds).toEqual(['Our own lines'])
  })

  test('counters of Felix are followed from body to body', async () => {
    const reader = new OtlpReader(NOW)
    const felix = (bytes: number) =>
      `action="allow" dstIP="2001:db8::2" dstPort=80 srcIP="2001:db8::1" srcPort=41000 proto=6 inBytes=${bytes} outBytes=0 inPackets=1 outPackets=0 ruleDir="ingress" updateType=report`
    const flows: ObservedFlow[] = []
    for (const bytes of [1_000, 2_000, 3_000])
      flows.push(...(await read(reader, 'logs', logs({ body: { stringValue: felix(bytes) } }))).flows)
    expect(flows.map((flow) => [flow.bytes, flow.phase])).toEqual([
      [1_000, 'start'],
      [1_000, 'later'],
      [1_000, 'later'],
    ])
  })

  test.each([
    ['in the line', (mark: string, piece: string) => ({ body: { stringValue: `2026-05-04T10:00:00Z stdout ${mark} ${piece}` } })],
    ['in the attributes', (mark: string, piece: string) => ({ body: { stringValue: piece }, attributes: [text('logtag', mark)] })],
  ])('pieces of a line are joined, each file on its own: marked %s', async (_name, record) => {
    const reader = new OtlpReader(NOW)
    const of = (file: string, mark: string, piece: string) => {
      const { attributes = [], ...rest }: { attributes?: object[]; body: object } = record(mark, piece)
      return { ...rest, attributes: [...attributes, text('log.file.path', `/logs/${file}.log`)] }
    }
    const resource = { attributes: [text('host.name', 'node-1')] }
    const send = (...logRecords: object[]) => read(reader, 'logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
    const first = await send(of('a', 'P', LINE.slice(0, 20)), of('b', 'P', LINE.slice(0, 30)))
    expect(first).toMatchObject({ flows: [], ignored: { 'partial-line': 2 } })
    const last = await send(of('b', 'F', LINE.slice(30)), of('a', 'F', LINE.slice(20)))
    expect(last.flows).toHaveLength(2)
    expect(last.rejected).toBe(0)
  })

  test("the path of a record's file says who wrote it", async () => {
    const apache = `10.1.0.5:41000 - - [2026-05-04T09:59:00.123456789Z] "GET http://cart:7000/ HTTP/2.0" 200`
    const attributes = [text('log.file.path', '/var/log/pods/shop_cart-1_0c1d/linkerd-proxy/0.log')]
    const record = { body: { stringValue: apache }, attributes }
    const result = await read(new OtlpReader(NOW), 'logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })
    expect(result.flows).toMatchObject([{ destination: { namespace: 'shop', pod: 'cart-1' } }])
  })

  test('a body of bytes is text', async () => {
    const bytes = Buffer.from(LINE)
    const result = await read(new OtlpReader(NOW), 'logs', logs({ body: { bytesValue: bytes.toString('base64') } }))
    expect(result.flows).toHaveLength(1)
    const record = new ProtobufWriter().message(5, new ProtobufWriter().bytes(7, bytes))
    const request = [2, 2, 1].reduce((inner, field) => new ProtobufWriter().message(field, inner), record)
    const body = chunks(request.finish())
    const read2 = await new OtlpReader(NOW).read({ signal: 'logs', encoding: 'protobuf', body, contentEncoding: null }, NOW)
    expect(read2.ok && read2.value.batches.flatMap((batch) => batch.flows)).toHaveLength(1)
  })

  test('a line that cannot be read is refused by itself', async () => {
    const result = await read(
      new OtlpReader(NOW),
      'logs',
      logs({ body: { stringValue: '{"from": "nobody", "to": "ip:192.0.2.7"}' } }, { body: { stringValue: LINE } }),
    )
    expect(result.flows).toHaveLength(1)
    expect(result.rejected).toBe(1)
    expect(result.reason).toContain('from: write NS/POD')
  })
})

function graph(value: number, at: number, more: object = {}, start = NOW - 10_000) {
  const attributes = [text('client', 'web'), text('server', 'cart'), text('connection_type', '')]
  const point = { asInt: String(value), startTimeUnixNano: `${start}000000`, timeUnixNano: `${at}000000`, attributes, ...more }
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] }
  return { resourceMetrics: [{ resource: {}, scopeMetrics: [{ metrics: [{ name: 'traces_service_graph_request_total', sum }] }] }] }
}

describe('metrics', () => {
  test('cumulative counters count by what they grew: repeats, resets and late points included', async () => {
    const reader = new OtlpReader(NOW)
    expect((await read(reader, 'metrics', graph(100, NOW))).ignored).toEqual({ 'metric/first-of-series': 1 })
    const { flows: grown, kinds } = await read(reader, 'metrics', graph(107, NOW + 10_000))
    expect(kinds).toEqual(['OTLP metrics'])
    expect(grown).toMatchObject([
      { count: 7, overMs: 10_000, verdict: 'forwarded', source: { names: ['web'] }, destination: { names: ['cart'] } },
    ])
    expect((await read(reader, 'metrics', graph(107, NOW + 10_000))).ignored).toEqual({ 'repeat/same-event': 1 })
    expect((await read(reader, 'metrics', graph(103, NOW + 5_000))).ignored).toEqual({ 'repeat/same-event': 1 })
    expect((await read(reader, 'metrics', graph(107, NOW + 20_000))).ignored).toEqual({ 'metric/no-growth': 1 })
    expect((await read(reader, 'metrics', graph(4, NOW + 30_000, {}, NOW + 25_000))).flows[0]?.count).toBe(4)
    expect((await read(reader, 'metrics', graph(200, NOW + 40_000, {}, NOW + 35_000))).flows[0]?.count).toBe(200)
  })

  test('a counter that began since we listen has its first growth in its first point, and a delta in each', async () => {
    const reader = new OtlpReader(NOW)
    expect((await read(reader, 'metrics', graph(3, NOW + 10_000, {}, NOW + 1_000))).flows[0]?.count).toBe(3)
    const delta = graph(5, NOW + 20_000, { asInt: undefined, asDouble: 5 }, NOW + 10_000)
    const sum = delta.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.sum
    if (sum !== undefined) sum.aggregationTemporality = 1
    const other = new OtlpReader(NOW)
    expect((await read(other, 'metrics', delta)).flows).toMatchObject([{ count: 5, overMs: 10_000 }])
    expect((await read(other, 'metrics', delta)).ignored).toEqual({ 'repeat/same-event': 1 })
  })

  test('bytes of eBPF instrumentation show an edge in use, with dots in names; other metrics are ignored by point', async () => {
    const attributes = ['src', 'dst'].flatMap((side) => [
      text(`k8s.${side}.namespace`, 'shop'),
      text(`k8s.${side}.owner.name`, side),
      text(`k8s.${side}.owner.type`, 'Deployment'),
    ])
    const bytes = { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ asInt: 512, timeUnixNano: `${NOW}000000`, attributes }] }
    const metrics = [
      { name: 'obi.network.flow.bytes', sum: bytes },
      { name: 'http.server.duration', histogram: { dataPoints: [{}, {}] } },
      { name: 'up', gauge: { dataPoints: [{}] } },
    ]
    const result = await read(new OtlpReader(NOW), 'metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })
    expect(result.flows).toMatchObject([{ bytes: 512, phase: 'later', source: { workload: { name: 'src', kind: 'Deployment' } } }])
    expect(result.ignored).toEqual({ 'metric/not-read': 3 })
  })
})

test('spans are counted and refused', async () => {
  const result = await read(new OtlpReader(NOW), 'traces', { resourceSpans: [{ scopeSpans: [{ spans: [{}, {}] }] }] })
  expect(result).toMatchObject({ rejected: 2, ignored: { 'trace-span': 2 } })
})

test('a body over a limit is refused as a whole', async () => {
  const reader = new OtlpReader(NOW, { ...OTLP_LIMITS, maxRecords: 3, maxInflatedBytes: 10_000 })
  await expect(read(reader, 'logs', logs({}, {}, {}, {}))).rejects.toThrow('over 3 records')
  await expect(read(reader, 'logs', '[')).rejects.toThrow('the body is not JSON')
  await expect(read(reader, 'logs', '[]')).rejects.toThrow('not a JSON object')
  const body = chunks(Buffer.from([0xff]))
  const result = await reader.read({ signal: 'logs', encoding: 'protobuf', body, contentEncoding: null }, NOW)
  expect(result.ok ? null : result.error.refusal).toBe('malformed')
})

test('no more bodies are read at once than may be, and the next one is told when to come back', async () => {
  const reader = new OtlpReader(NOW, { ...OTLP_LIMITS, maxConcurrent: 1 })
  const [first, second] = await Promise.all(
    [LINE, LINE].map((line) => {
      const body = chunks(Buffer.from(JSON.stringify(logs({ body: { stringValue: line } }))))
      return reader.read({ signal: 'logs', encoding: 'json', body, contentEncoding: null }, NOW)
    }),
  )
  expect(first?.ok).toBe(true)
  expect(second?.ok === false ? second.error : null).toMatchObject({ refusal: 'busy', retryAfterSeconds: 1 })
})

test('series beyond the limit are forgotten, oldest first, and begin anew', () => {
  const follower = new SeriesFollower(NOW, 2)
  const point = (key: string, value: number, timeMs: number) => follower.take({ key, value, startMs: null, timeMs, isDelta: false }).kind
  expect([point('a', 1, 1), point('b', 1, 1), point('c', 1, 1), point('a', 5, 2)]).toEqual(['first', 'first', 'first', 'first'])
  expect([follower.size, follower.forgotten]).toEqual([2, 2])
})

test('whatever order its points come in, a counter never counts more than it grew, and never less than nothing', () => {
  const steps = fc.array(fc.record({ grows: fc.nat({ max: 50 }), isSent: fc.boolean(), isTwice: fc.boolean() }), { maxLength: 40 })
  fc.assert(
    fc.property(steps, (taken) => {
      const follower = new SeriesFollower(0)
      let counter = 10
      let firstSent: number | null = null
      let lastSent = 0
      let counted = 0
      for (const [index, { grows, isSent, isTwice }] of taken.entries()) {
        counter += grows
        if (!isSent) continue
        firstSent ??= counter
        lastSent = counter
        for (let times = isTwice ? 2 : 1; times > 0; times--) {
          const grown = follower.take({ key: 'a', value: counter, startMs: null, timeMs: index + 1, isDelta: false })
          if (grown.kind === 'growth') counted += grown.value
        }
      }
      expect(counted).toBe(lastSent - (firstSent ?? lastSent))
    }),
  )
})

test('any bytes are a request or refused, and any JSON is read record by record', async () => {
  const signals = fc.constantFrom<OtlpSignal>('logs', 'metrics', 'traces')
  fc.assert(
    fc.property(signals, fc.uint8Array({ maxLength: 200 }), (signal, bytes) => {
      try {
        readProtobuf(bytes, OTLP_REQUESTS[signal])
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError)
      }
    }),
  )
  await fc.assert(
    fc.asyncProperty(signals, fc.jsonValue({ maxDepth: 6 }), async (signal, value) => {
      const nested = {
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: value, attributes: value }, value] }] }],
        resourceMetrics: [value],
        resourceSpans: value,
      }
      await read(new OtlpReader(NOW), signal, nested)
    }),
    { numRuns: 200 },
  )
})

test('values without end are cut off', () => {
  let value: object = { stringValue: 'x' }
  for (let depth = 0; depth < 1_000; depth++) value = { arrayValue: { values: [value] } }
  expect(JSON.stringify(plainValue(value))).toContain('null')
  let any = new ProtobufWriter().string(1, 'x')
  for (let depth = 0; depth < 100; depth++) any = new ProtobufWriter().message(5, new ProtobufWriter().message(1, any))
  const record = new ProtobufWriter().message(5, any)
  const request = [2, 2, 1].reduce((inner, field) => new ProtobufWriter().message(field, inner), record)
  expect(() => readProtobuf(request.finish(), OTLP_REQUESTS.logs)).toThrow('messages in each other')
  expect(Object.keys(plainObject([text('__proto__', 'x')]))).toEqual(['__proto__'])
  expect(timeOfNanos('1544712660300000000')).toBe(1_544_712_660_300)
})
