import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import { afterEach, expect, test } from 'vitest'
import { isBalanced } from '@/lib/flows/ledger'
import type { FlowEdge } from '@/lib/flows/window-types'
import { aPod } from '@/lib/model/testing/objects'
import { freePort } from '@/testing/free-port'
import { DEFAULT_CONFIG, type FlowSourceChoice } from './config'
import { RawSender } from './flow-sources/forward/testing/raw-sender'
import { type GrpcTestServer, type StreamHandler, startGrpcServer } from './flow-sources/grpc/testing/grpc-server'
import { encoded } from './flow-sources/hubble/testing/observer-proto'
import { takePostedFlows } from './posted-flows'
import { takeOtlp } from './posted-otlp'
import { Runtime } from './running'
import { ChangingCluster } from './testing/changing-cluster'

// A million in a longer run: SLUICE_HOSTILE_NAMES=1000000 npx vitest run server/hostile-input.test.ts
const NAMES = Number(process.env.SLUICE_HOSTILE_NAMES ?? 60_000)
const MIB = 1024 * 1024
/** A healthy source sends so many flows each tick. */
const TICK_MS = 20
const FLOWS_PER_TICK = 4
/** Of the processor's time, which other programs do not change; on a machine alone it is some hundred. */
const MAX_TURN_MS = 1_500
/** Flows of the healthy source on their way: those of five seconds. */
const MAX_BEHIND = 1_000
const MAX_GROWTH_BYTES = 400 * MIB

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

type Call = Parameters<StreamHandler>[0]

/** A Hubble server: what it writes is the test's. */
async function aHubble(): Promise<{ readonly port: number; readonly calls: Set<Call> }> {
  const calls = new Set<Call>()
  const server: GrpcTestServer = await startGrpcServer({
    unary: {
      '/observer.Observer/ServerStatus': (_call, answer) => answer(null, encoded('ServerStatusResponse', { version: '1.19.4' })),
      '/observer.Observer/GetNodes': (_call, answer) => answer(null, encoded('GetNodesResponse', { nodes: [] })),
    },
    streams: {
      '/observer.Observer/GetFlows': (call) => {
        calls.add(call)
        call.on('cancelled', () => calls.delete(call))
      },
    },
  })
  cleanups.push(server.stop)
  return { port: server.port, calls }
}

let sent = 0

/** Flows between `shop/web` and `shop/cart`, of the moment. */
function healthy(port: number): Buffer {
  sent++
  const now = Date.now()
  return encoded('GetFlowsResponse', {
    flow: {
      time: { seconds: Math.floor(now / 1_000), nanos: (now % 1_000) * 1e6 },
      uuid: `healthy-${sent}`,
      verdict: 'FORWARDED',
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { source_port: 1_024 + (sent % 60_000), destination_port: port, flags: { SYN: true } } },
      source: { namespace: 'shop', pod_name: 'web' },
      destination: { namespace: 'shop', pod_name: 'cart' },
      node_name: 'worker-1',
      event_type: { type: 5 },
      traffic_direction: 'INGRESS',
      is_reply: { value: false },
    },
  })
}

async function aServer() {
  const [good, bad] = [await aHubble(), await aHubble()]
  const forwardPort = await freePort()
  const cluster = new ChangingCluster([
    aPod({ name: 'web', namespace: 'shop', ip: '10.0.0.1' }),
    aPod({ name: 'cart', namespace: 'shop', ip: '10.0.0.2' }),
  ])
  const flows = [
    { kind: 'hubble', host: '127.0.0.1', port: good.port, namespaces: [] },
    { kind: 'hubble', host: '127.0.0.1', port: bad.port, namespaces: [] },
    { kind: 'ingest' },
    { kind: 'forward', host: '127.0.0.1', port: forwardPort, format: null },
  ] satisfies FlowSourceChoice[]
  const running = new Runtime({ ...DEFAULT_CONFIG, flows }, undefined, cluster)
  await running.start()
  cleanups.push(() => running.stop())
  await expect.poll(() => good.calls.size + bad.calls.size).toBe(2)
  const ledger = (index: number) => {
    const intake = running.intakes[index]
    if (intake === undefined) throw new Error('no such source')
    return intake.ledger
  }
  const post = (body: Uint8Array | ReadableStream<Uint8Array>, headers: Record<string, string> = {}) =>
    takePostedFlows(
      new Request('http://127.0.0.1/api/v1/flows', { method: 'POST', body: body as BodyInit, headers, duplex: 'half' } as RequestInit),
      null,
      running,
    )
  const otlp = (body: Uint8Array) =>
    takeOtlp(
      'logs',
      new Request('http://127.0.0.1/v1/logs', {
        method: 'POST',
        body: body as BodyInit,
        headers: { 'content-type': 'application/x-protobuf' },
      }),
      running,
    )
  return { running, good, bad, forwardPort, ledger, post, otlp }
}

/** Pieces without end and without a line break; `taken` says how many were. */
function endless(): { readonly body: ReadableStream<Uint8Array>; readonly taken: () => number } {
  let taken = 0
  const piece = Buffer.alloc(MIB, 'a')
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      taken++
      controller.enqueue(piece)
    },
  })
  return { body, taken: () => taken }
}

/** Lines of which no two share a pod, a policy or a label. */
function namesFrom(first: number, count: number): Buffer {
  const lines: string[] = []
  for (let index = first; index < first + count; index++) {
    lines.push(
      JSON.stringify({
        from: `team-${index}/web-${index}`,
        to: `ip:10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
        port: 1 + (index % 60_000),
        verdict: 'dropped',
        reason: `reason-${index}`,
        policies: [`NetworkPolicy:team-${index}/policy-${index}`],
      }),
    )
  }
  return Buffer.from(lines.join('\n'))
}

/** The most processor time in milliseconds between two turns of the event loop that a timer got. */
function longestTurn() {
  let longestMs = 0
  let last = process.cpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(last)
    longestMs = Math.max(longestMs, (user + system) / 1_000)
    last = process.cpuUsage()
  }, 5)
  return {
    get longestMs() {
      return longestMs
    },
    stop: () => clearInterval(timer),
  }
}

const HOSTILE_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto__/constructor']
const LYING_FRAMES = [
  [0x92, 0xa1, 0x61, 0xc6, 0xff, 0xff, 0xff, 0xff],
  [0x92, 0xa1, 0x61, 0xdd, 0xff, 0xff, 0xff, 0xff],
  [0x93, 0xa1, 0x61, 0x01, 0xdf, 0xff, 0xff, 0xff, 0xff],
  [0x92, 0xc1],
].map((bytes) => Uint8Array.from(bytes))
/** A stream whose inner message says that it is four gigabytes long, and one that nests without end. */
const LYING_MESSAGES = [
  Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a]),
  Uint8Array.from([0x0a, 0x05, 0x0a, 0xff, 0xff, 0x03, 0x00]),
  Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  new Uint8Array(5_000).fill(0x0b),
]

function between(edges: readonly FlowEdge[], port: number): number {
  const edge = edges.find((each) => each.source.ref === 'shop/web' && each.destination.ref === 'shop/cart' && each.port === port)
  return edge === undefined ? 0 : edge.verdicts.forwarded
}

test('who sends anything at all does not disturb a source that is well', { timeout: 240_000 }, async () => {
  const { running, good, bad, forwardPort, ledger, post, otlp } = await aServer()
  const startedAt = Date.now()
  const inherited = Object.getOwnPropertyNames(Object.prototype)
  let sentBefore = 0
  const timer = setInterval(() => {
    for (const call of good.calls) for (let index = 0; index < FLOWS_PER_TICK; index++) call.write(healthy(80))
    sentBefore += FLOWS_PER_TICK
  }, TICK_MS)
  cleanups.push(() => clearInterval(timer))
  await expect.poll(() => ledger(0).received).toBeGreaterThan(20)
  const memoryBefore = process.memoryUsage()
  const turns = longestTurn()
  cleanups.push(turns.stop)

  // Bodies: bombs, lines without end, lengths that lie.
  const bomb = gzipSync(Buffer.alloc(100 * MIB))
  expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413)
  expect((await post(gzipSync(bomb), { 'content-encoding': 'gzip, gzip' })).status).toBeGreaterThanOrEqual(400)
  const line = endless()
  expect((await post(line.body)).status).toBe(413)
  expect(line.taken()).toBeLessThan(40)
  for (const message of LYING_MESSAGES) {
    expect((await post(message, { 'content-type': 'application/x-protobuf' })).status).toBe(400)
    expect((await otlp(message)).status).toBe(400)
  }
  expect((await post(Buffer.from(`[${'['.repeat(100_000)}`))).status).toBeLessThan(500)

  // Frames of the forward protocol, and messages of Hubble's API.
  for (const frame of LYING_FRAMES) {
    const sender = await RawSender.connect(forwardPort)
    cleanups.push(() => sender.socket.destroy())
    sender.send(frame)
  }
  const proto = await RawSender.connect(forwardPort)
  cleanups.push(() => proto.socket.destroy())
  const records = HOSTILE_NAMES.map((name) => [
    1_777_889_895,
    new Map([
      ['from', name],
      ['to', name],
      [name, name],
    ]),
  ])
  proto.send(encode(['__proto__', records.map(([time, fields]) => [time, Object.fromEntries(fields as Map<string, string>)]), {}]))
  const before = ledger(1).received
  for (const call of bad.calls) for (const message of LYING_MESSAGES) call.write(Buffer.from(message))
  await expect.poll(() => ledger(1).received).toBe(before + LYING_MESSAGES.length)
  await expect
    .poll(() => Object.values(ledger(3).dropped).reduce((sum, count) => sum + count, 0))
    .toBeGreaterThanOrEqual(LYING_FRAMES.length)

  // Names of everything.
  const odd = HOSTILE_NAMES.flatMap((name) => [
    JSON.stringify({ from: `${name}/${name}`, to: `shop/${name}`, port: 80, policies: [`NetworkPolicy:${name}/${name}`] }),
    `{"flow":{"verdict":"FORWARDED","source":{"namespace":"${name}","pod_name":"${name}","labels":["${name}=${name}"]},"${name}":{"${name}":1},"IP":{"source":"10.9.9.9","destination":"10.9.9.8"}}}`,
  ])
  expect((await post(Buffer.from(odd.join('\n')))).status).toBe(200)
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited)
  let behind = 0
  for (let first = 0; first < NAMES; first += 10_000) {
    expect((await post(namesFrom(first, Math.min(10_000, NAMES - first)))).status).toBe(200)
    behind = Math.max(behind, sentBefore - ledger(0).received)
  }

  // Someone whom the healthy source never named before is still shown.
  const newPort = 8_443
  for (const call of good.calls) call.write(healthy(newPort))
  await delay(200)
  clearInterval(timer)
  await expect.poll(() => ledger(0).received, { timeout: 10_000 }).toBe(sentBefore + 1)
  turns.stop()

  const edges = running.pipeline.window.edges(startedAt - 60_000, Date.now() + 1_000)
  expect(between(edges, 80)).toBe(sentBefore)
  expect(between(edges, newPort)).toBe(1)
  expect(ledger(0)).toMatchObject({ dropped: {}, lostAtSource: 0, queued: 0 })
  for (const index of [0, 1, 2, 3]) expect(isBalanced(ledger(index))).toBe(true)
  expect(ledger(2).dropped).toMatchObject({ 'window/edges-full': expect.any(Number) })
  const usage = running.pipeline.window.usage()
  expect(usage.edges).toBeLessThanOrEqual(usage.limits.maxEdges)
  const memory = process.memoryUsage()
  expect(memory.heapUsed - memoryBefore.heapUsed).toBeLessThan(MAX_GROWTH_BYTES)
  expect(turns.longestMs).toBeLessThan(MAX_TURN_MS)
  expect(behind).toBeLessThan(MAX_BEHIND)
})
