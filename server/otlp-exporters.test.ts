import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { AggregationTemporalityPreference, OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as logs from '@/app/api/v1/otlp/v1/logs/route'
import * as metrics from '@/app/api/v1/otlp/v1/metrics/route'
import * as traces from '@/app/api/v1/otlp/v1/traces/route'
import { SYSTEM_CLOCK } from './clock'
import { DEFAULT_CONFIG, type ServerConfig } from './config'
import { ProtobufReader } from './flow-sources/grpc/protobuf-reader'
import { Runtime } from './running'
import { holdRuntime } from './testing/hold-runtime'

const ROUTES = new Map([
  ['/api/v1/otlp/v1/logs', logs.POST],
  ['/api/v1/otlp/v1/metrics', metrics.POST],
  ['/api/v1/otlp/v1/traces', traces.POST],
])

let folder: string
let running: Runtime
let server: Server
let url: string
/** What was answered, in order. */
const answers: { readonly status: number; readonly type: string | null; readonly retryAfter: string | null; readonly body: Buffer }[] = []

async function start(flows: ServerConfig['flows']): Promise<void> {
  running = new Runtime({ ...DEFAULT_CONFIG, cluster: { kind: 'manifests', path: folder }, flows }, SYSTEM_CLOCK)
  holdRuntime(running)
  await running.start()
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-otlp-'))
  answers.length = 0
  await start([{ kind: 'ingest' }])
  // The routes behind a real server, as exporters meet them.
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value)
    const route = ROUTES.get(request.url ?? '')
    const asked = new Request(`http://127.0.0.1${request.url}`, { method: 'POST', headers, body: Buffer.concat(chunks) })
    const answer = route === undefined ? new Response(null, { status: 404 }) : await route(asked)
    const body = Buffer.from(await answer.arrayBuffer())
    answers.push({ status: answer.status, type: answer.headers.get('content-type'), retryAfter: answer.headers.get('retry-after'), body })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/otlp/v1`
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await running.stop()
  holdRuntime(null)
  await rm(folder, { recursive: true, force: true })
})

function recent() {
  return running.pipeline.recent.page({ matches: null, from: null, to: null, cursor: null, limit: 100 }).flows
}

const LINE = JSON.stringify({ from: 'shop/web-1', to: 'svc:shop/cart', port: 80, verdict: 'forwarded' })
const ODD = JSON.stringify({ from: 'nobody', to: 'ip:192.0.2.7' })

describe.each([
  ['JSON', JsonLogExporter, 'application/json'],
  ['protobuf', ProtobufLogExporter, 'application/x-protobuf'],
] as const)("OpenTelemetry's own exporter of logs, in %s", (_, Exporter, type) => {
  test.each(['none', 'gzip'])('sends lines and fields that become flows (compression %s)', async (compression) => {
    const exporter = new Exporter({ url: `${url}/logs`, compression: compression as never })
    const resource = resourceFromAttributes({ 'k8s.namespace.name': 'shop', 'k8s.pod.name': 'web-1', 'k8s.node.name': 'node-1' })
    const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor(exporter)] })
    const logger = provider.getLogger('test')
    logger.emit({ body: LINE, attributes: { stream: 'stdout' } })
    logger.emit({ body: { from: 'shop/web-1', to: 'ip:192.0.2.7', port: 443 } })
    logger.emit({ body: 'listening on :8080' })
    logger.emit({ body: ODD })
    await provider.shutdown()

    expect(
      recent()
        .map(({ destination }) => destination.ref)
        .sort(),
    ).toEqual(['ip:192.0.2.7', 'svc:shop/cart'])
    const [answer] = answers
    expect(answer).toMatchObject({ status: 200, type })
    expect(partialOf(answer?.body, type)).toMatchObject({ rejected: 1, message: expect.stringContaining('from: write NS/POD') })
    const [intake] = running.intakes
    expect(intake?.ledger).toMatchObject({ received: 4, stored: 2, ignored: { 'not-a-flow': 1 }, queued: 0 })
  })
})

describe.each([
  ['JSON', JsonMetricExporter, 'application/json'],
  ['protobuf', ProtobufMetricExporter, 'application/x-protobuf'],
] as const)("OpenTelemetry's own exporter of metrics, in %s", (_, Exporter, type) => {
  test.each([
    ['cumulative', AggregationTemporalityPreference.CUMULATIVE],
    ['delta', AggregationTemporalityPreference.DELTA],
  ])('sends a service graph that is counted once (%s)', async (_name, temporalityPreference) => {
    const exporter = new Exporter({ url: `${url}/metrics`, temporalityPreference })
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, exportTimeoutMillis: 10_000 })
    const provider = new MeterProvider({ readers: [reader] })
    const meter = provider.getMeter('test')
    const requests = meter.createCounter('traces_service_graph_request_total')
    const seconds = meter.createHistogram('traces_service_graph_request_server_seconds')
    const edge = { client: 'web', server: 'cart.shop.svc.cluster.local', connection_type: '' }
    requests.add(3, edge)
    seconds.record(0.1, edge)
    await provider.forceFlush()
    requests.add(4, edge)
    await provider.forceFlush()
    await provider.shutdown()

    const flows = recent()
    expect(flows.reduce((sum, { count }) => sum + count, 0)).toBe(7)
    expect(flows[0]).toMatchObject({ destination: { ref: 'svc:shop/cart' }, verdict: 'forwarded', overMs: expect.any(Number) })
    expect(answers[0]).toMatchObject({ status: 200, type })
    expect(partialOf(answers[0]?.body, type)).toEqual({ rejected: 0, message: '' })
    const { received, stored, ignored, queued } = running.intakes[0]?.ledger ?? { received: 0, stored: 0, ignored: {}, queued: 0 }
    expect(received).toBe(stored + queued + Object.values(ignored).reduce((sum, count) => sum + count, 0))
  })
})

describe('refusals', () => {
  const post = (path: string, body: string | Uint8Array, headers: Record<string, string>) =>
    fetch(`${url}/${path}`, { method: 'POST', body: body as BodyInit, headers })

  test('spans are answered with a partial success that says what to send instead', async () => {
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }, { name: 'b' }] }] }] })
    const answer = await post('traces', body, { 'content-type': 'application/json; charset=utf-8' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ partialSuccess: { rejectedSpans: '2', errorMessage: expect.stringContaining('service graph') } })
  })

  test.each([
    ['not JSON', 'application/json', '{', 400],
    ['not protobuf', 'application/x-protobuf', Uint8Array.of(0x0a, 0xff), 400],
    ['another kind', 'text/plain', 'x', 415],
  ])('a body that is %s is refused in its own encoding', async (_, type, body, status) => {
    const answer = await post('logs', body, { 'content-type': type })
    expect(answer.status).toBe(status)
    const isProtobuf = type === 'application/x-protobuf'
    expect(answer.headers.get('content-type')).toBe(isProtobuf ? type : 'application/json')
    if (!isProtobuf) expect(await answer.json()).toMatchObject({ code: 3, message: expect.any(String) })
  })

  test('a bomb is refused as too large, and other encodings as not read', async () => {
    const bomb = gzipSync(Buffer.alloc(40_000_000, 0x20))
    expect((await post('metrics', bomb, { 'content-type': 'application/json', 'content-encoding': 'gzip' })).status).toBe(413)
    expect((await post('metrics', '{}', { 'content-type': 'application/json', 'content-encoding': 'br' })).status).toBe(415)
    expect(running.intakes[0]?.ledger.received).toBe(0)
  })

  test('without --flows ingest nothing is taken', async () => {
    await running.stop()
    await start([])
    const answer = await post('logs', '{}', { 'content-type': 'application/json' })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('--flows ingest') })
  })
})

/** The partial success of an answer, in either encoding. */
function partialOf(body: Buffer | undefined, type: string): { readonly rejected: number; readonly message: string } {
  if (body === undefined) throw new Error('no answer')
  if (type === 'application/json') {
    const { partialSuccess: { errorMessage = '', ...counts } = {} } = JSON.parse(body.toString('utf8'))
    return { rejected: Number(Object.values(counts)[0] ?? 0), message: errorMessage }
  }
  let rejected = 0
  let message = ''
  const reader = new ProtobufReader(body)
  while (reader.hasMore) {
    reader.tag()
    const outer = reader.enter()
    while (reader.hasMore) {
      if (reader.tag() >>> 3 === 1) rejected = reader.int64()
      else message = reader.string()
    }
    reader.leave(outer)
  }
  return { rejected, message }
}
