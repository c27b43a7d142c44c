import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { status } from '@grpc/grpc-js'
import { afterEach, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import type { FlowBatch } from '@/lib/flows/pipeline'
import type { SourceFact } from '@/lib/flows/source-about'
import type { SourceState } from '../flow-source'
import { type GrpcTestServer, type StreamHandler, startGrpcServer } from '../grpc/testing/grpc-server'
import { createHubbleSource } from './hubble-source'
import type { WatchTimes } from './hubble-watch'
import { encoded, OBSERVER_ROOT } from './testing/observer-proto'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean()
})

type Request = {
  since: { seconds: number; nanos: number }
  number: number
  follow: boolean
  field_mask?: { paths: string[] }
  whitelist?: object[]
}
type Call = Parameters<StreamHandler>[0]

/** A Hubble server that answers the n-th request for flows with the n-th behaviour, and further ones with the last. */
async function aServer(behaviours: readonly ((call: Call) => void)[], more: { nodes?: object[]; port?: number } = {}) {
  const requests: Request[] = []
  const server: GrpcTestServer = await startGrpcServer({
    port: more.port ?? 0,
    unary: {
      '/observer.Observer/ServerStatus': (_call, answer) =>
        answer(null, encoded('ServerStatusResponse', { version: '1.19.4', num_connected_nodes: { value: 2 } })),
      '/observer.Observer/GetNodes': (_call, answer) =>
        more.nodes === undefined
          ? answer({ code: status.UNIMPLEMENTED })
          : answer(null, encoded('GetNodesResponse', { nodes: more.nodes })),
    },
    streams: {
      '/observer.Observer/GetFlows': (call) => {
        const type = OBSERVER_ROOT.lookupType('GetFlowsRequest')
        requests.push(type.toObject(type.decode(call.request), { longs: Number }) as Request)
        behaviours[Math.min(requests.length, behaviours.length) - 1]?.(call)
      },
    },
  })
  cleanups.push(server.stop)
  return { ...server, requests }
}

function flow(number: number, over: object = {}) {
  const time = Date.now() + number
  return encoded('GetFlowsResponse', {
    flow: {
      time: { seconds: Math.floor(time / 1_000), nanos: (time % 1_000) * 1e6 },
      uuid: `flow-${number}`,
      verdict: 'FORWARDED',
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { source_port: 40_000 + number, destination_port: 80 } },
      node_name: 'prod/worker-1',
      event_type: { type: 4 },
      is_reply: { value: false },
      ...over,
    },
  })
}

const nodeStatus = (state: string, nodes: string[], message = '') =>
  encoded('GetFlowsResponse', { node_status: { state_change: state, node_names: nodes, message } })
const lost = (count: number) => encoded('GetFlowsResponse', { lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: count } })

type Report = { state: SourceState; message: string | null; facts: readonly SourceFact[] | undefined }

function follow(port: number, more: { namespaces?: string[]; times?: Partial<WatchTimes> } = {}, countedUntil: number | null = null) {
  const stop = new AbortController()
  const flows: ObservedFlow[] = []
  const batches: FlowBatch[] = []
  const reports: Report[] = []
  const source = createHubbleSource({ target: { host: '127.0.0.1', port, tls: null }, now: Date.now, random: () => 0.1, ...more })
  const ended = (async () => {
    const report = (state: SourceState, message: string | null, facts?: readonly SourceFact[]) => {
      reports.push({ state, message, facts })
    }
    for await (const batch of source.batches(stop.signal, report, countedUntil)) {
      batches.push(batch)
      flows.push(...batch.flows)
    }
  })()
  cleanups.push(() => stop.abort())
  const sum = (reason: string) => batches.reduce((count, { ignored }) => count + (ignored.get(reason) ?? 0), 0)
  return { flows, batches, reports, stop, ended, sum, last: () => reports.at(-1) }
}

const idsOf = (flows: readonly ObservedFlow[]) => flows.map(({ uuid }) => uuid)

test('it asks for the history and new flows with one request that keeps a relay from holding flows back', async () => {
  const { port, requests } = await aServer([(call) => [1, 2, 3].map((number) => call.write(flow(number)))])
  const { flows, reports, stop, ended } = follow(port, { namespaces: ['shop'] })
  await expect.poll(() => idsOf(flows)).toEqual(['flow-1', 'flow-2', 'flow-3'])
  expect(requests).toMatchObject([{ number: 1, follow: true, whitelist: [{ source_pod: ['shop/'] }, { destination_pod: ['shop/'] }] }])
  expect(requests[0]?.field_mask?.paths).toContain('extensions')
  expect(Math.abs((requests[0]?.since.seconds ?? 0) - (Date.now() / 1_000 - 300))).toBeLessThan(10)
  expect(reports[0]).toMatchObject({ state: 'connecting' })
  await expect.poll(() => reports.at(-1)).toMatchObject({ state: 'live', message: null })
  await expect.poll(() => reports.at(-1)?.facts?.map(({ name }) => name)).toEqual(['server'])
  stop.abort()
  await ended
})

test('a clean end is a lost connection: it asks again for the last seconds, and what came twice is not told twice', async () => {
  const old = { uuid: '' }
  const { port, requests } = await aServer([
    (call) => {
      call.write(flow(1, old))
      call.write(flow(2))
      call.end()
    },
    (call) => [flow(1, old), flow(2), flow(3, old)].map((message) => call.write(message)),
  ])
  const time = Date.now()
  const { flows, reports } = follow(port)
  await expect.poll(() => requests.length).toBe(2)
  expect(reports.find(({ state }) => state === 'failed')?.message).toMatch(/ended the stream of flows; trying again$/)
  expect(Math.abs((requests[1]?.since.seconds ?? 0) * 1_000 - (time - 5_000))).toBeLessThan(3_000)
  // One with an id is told again, because whoever counts knows ids.
  await expect.poll(() => flows.length).toBeGreaterThanOrEqual(4)
})

test.each([
  ['a status of a node', (call: Call) => call.emit('error', { code: status.UNKNOWN, details: 'invalid fieldmask' })],
  [
    'an error that a relay passes on',
    (call: Call) => {
      call.write(nodeStatus('NODE_ERROR', ['prod/worker-1'], 'invalid fieldmask'))
      call.end()
    },
  ],
])('a mask that the server does not know, told as %s, is left out step by step', async (_how, refuse) => {
  const { port, requests } = await aServer([refuse, refuse, (call) => call.write(flow(1))])
  const { flows, reports } = follow(port)
  await expect.poll(() => flows.length).toBe(1)
  expect(requests.map((request) => request.field_mask?.paths.length ?? 0)).toEqual([27, 25, 0])
  expect(reports.some(({ state }) => state === 'failed')).toBe(false)
})

test('nodes that are missing are named with the reason until a flow of theirs comes', async () => {
  let later: Call | null = null
  const { port } = await aServer([
    (call) => {
      later = call
      call.write(nodeStatus('NODE_CONNECTED', ['prod/worker-1', 'prod/worker-2']))
      call.write(nodeStatus('NODE_ERROR', ['prod/worker-2'], 'Unavailable: EOF'))
      call.write(flow(1))
    },
  ])
  const { reports } = follow(port)
  const problem = '1 of 2 nodes are not connected, their flows are missing: worker-2 (Unavailable: EOF)'
  await expect.poll(() => reports.at(-1)).toMatchObject({ state: 'live', message: problem })
  expect(reports.at(-1)?.facts).toContainEqual({ name: 'nodes', value: '1 of 2 connected; missing: worker-2' })
  ;(later as Call | null)?.write(flow(2, { node_name: 'prod/worker-2' }))
  await expect.poll(() => reports.at(-1)?.message).toBe(null)
})

test('the list of nodes is believed, with nodes that are not on it gone', async () => {
  const nodes = [
    { name: 'prod/worker-1', state: 'NODE_CONNECTED' },
    { name: 'prod/worker-3', state: 'NODE_UNAVAILABLE' },
  ]
  const { port } = await aServer([(call) => call.write(nodeStatus('NODE_UNAVAILABLE', ['prod/worker-2']))], { nodes })
  const { reports } = follow(port, { times: { pollMs: 100, idleMs: 50 } })
  await expect.poll(() => reports.at(-1)?.facts).toContainEqual({ name: 'nodes', value: '1 of 2 connected; missing: worker-3' })
})

test('the edge of the memory at the start is no loss; later losses are, and after a lost connection they are a gap', async () => {
  const { port } = await aServer([
    (call) => {
      for (const message of [lost(1), lost(1), flow(1), lost(7)]) call.write(message)
      setTimeout(() => call.end(), 100)
    },
    (call) => [lost(1), flow(2)].map((message) => call.write(message)),
  ])
  const { batches, sum, last, flows } = follow(port)
  await expect.poll(() => flows.length).toBe(2)
  expect(sum('history-begins')).toBe(2)
  expect(batches.reduce((count, { lostAtSource }) => count + lostAtSource, 0)).toBe(8)
  await expect.poll(() => last()?.message).toMatch(/the server no longer remembered all/)
})

test('where an earlier run counted it goes on from there, and what is no longer remembered is a gap', async () => {
  const { port, requests } = await aServer([(call) => [lost(1), flow(1)].map((message) => call.write(message))])
  const until = Math.floor(Date.now() / 1_000) * 1_000 - 1_800_000
  const { batches, sum, last, flows } = follow(port, {}, until)
  await expect.poll(() => flows.length).toBe(1)
  expect(requests[0]?.since.seconds).toBe(until / 1_000 - 5)
  expect(sum('history-begins')).toBe(0)
  expect(batches.reduce((count, { lostAtSource }) => count + lostAtSource, 0)).toBe(1)
  await expect
    .poll(() => last()?.message)
    .toContain(`after ${new Date(until).toISOString()}, when the last flow was read, the server no longer remembered all`)
})

test('a dead connection that says nothing is found by questions, and opened anew', async () => {
  const { port, requests } = await aServer([(call) => call.write(flow(1))])
  const relayed = new Set<Socket>()
  let isHanging = false
  const relay = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      relayed.add(from)
      from.on('error', () => undefined)
      from.on('data', (bytes) => isHanging || to.write(bytes))
    }
    if (isHanging) isHanging = false
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    relay.close()
    for (const socket of relayed) socket.destroy()
  })
  const { flows, reports } = follow((relay.address() as AddressInfo).port, { times: { idleMs: 100, answerMs: 200, pollMs: 60_000 } })
  await expect.poll(() => flows.length).toBe(1)
  isHanging = true
  await expect
    .poll(() => reports.find(({ state }) => state === 'failed')?.message, { timeout: 3_000 })
    .toMatch(/is dead: nothing came and no question was answered/)
  await expect.poll(() => requests.length, { timeout: 5_000 }).toBe(2)
})

test('what is wrong with the address is said, and tried again for ever', async () => {
  const taken = await startGrpcServer({})
  const { reports } = follow(taken.port)
  await expect
    .poll(() => reports.at(-1)?.message)
    .toMatch(/is a gRPC server and not one of Hubble; is that the right port\?; trying again$/)
  taken.stop()
  await expect.poll(() => reports.at(-1)?.message, { timeout: 5_000 }).toMatch(/nobody listens there/)
  await aServer([(call) => call.write(flow(1))], { port: taken.port })
  await expect.poll(() => reports.at(-1)?.state, { timeout: 10_000 }).toBe('live')
}, 20_000)

test('a node that counts flows and sends none is asked anew', async () => {
  const nodes = [
    { name: 'prod/worker-1', state: 'NODE_CONNECTED', seen_flows: 5 },
    { name: 'prod/worker-2', state: 'NODE_CONNECTED', seen_flows: 0 },
  ]
  const { port, requests } = await aServer(
    [
      (call) => {
        call.write(flow(1))
        setTimeout(() => nodes.push({ ...nodes.pop(), name: 'prod/worker-2', state: 'NODE_CONNECTED', seen_flows: 2 }), 300)
      },
      (call) => [flow(1), flow(2, { node_name: 'prod/worker-2' })].map((message) => call.write(message)),
    ],
    { nodes },
  )
  const { flows, reports } = follow(port, { times: { pollMs: 100, idleMs: 50 } })
  await expect.poll(() => idsOf(flows)).toEqual(expect.arrayContaining(['flow-1', 'flow-2']))
  expect(requests.length).toBe(2)
  expect(reports.some(({ state }) => state === 'failed')).toBe(false)
})

test('a message that cannot be read costs only itself', async () => {
  const { port } = await aServer([(call) => [flow(1), Buffer.from([0x0a, 0x7f, 1]), flow(2)].map((message) => call.write(message))])
  const { flows, batches } = follow(port)
  await expect.poll(() => idsOf(flows)).toEqual(['flow-1', 'flow-2'])
  expect(batches.flatMap(({ rejected }) => [...rejected])).toEqual([
    ['not a message of Hubble: a length of 127, more than is there, at byte 1', 1],
  ])
})
