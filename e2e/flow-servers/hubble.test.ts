import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GrpcError } from '@/server/flow-sources/grpc/grpc-error'
import type { GrpcTarget } from '@/server/flow-sources/grpc/open-session'
import { askServerStatus } from '@/server/flow-sources/hubble/ask-server-status'
import { createHubbleSource } from '@/server/flow-sources/hubble/hubble-source'
import type { WatchTimes } from '@/server/flow-sources/hubble/hubble-watch'
import { decodeHubbleObject } from '@/server/flow-sources/hubble/json-flow'
import { CertificateAuthority } from '@/testing/fake-api/certificate'
import { Followed } from './followed'
import { HubbleServers, type ServerProcess } from './hubble-servers'

let servers: HubbleServers
let followed: Followed[] = []

beforeEach(() => {
  servers = new HubbleServers()
})
afterEach(async () => {
  await Promise.all(followed.map((each) => each.stop()))
  followed = []
  await servers.stop()
})

const SOON = { timeout: 20_000, interval: 50 }

function follow(
  port: number,
  { tls = null, times = {}, namespaces = [] }: { tls?: GrpcTarget['tls']; times?: Partial<WatchTimes>; namespaces?: string[] } = {},
): Followed {
  const target: GrpcTarget = { host: '127.0.0.1', port, tls }
  const source = createHubbleSource({ target, now: Date.now, random: () => 0.5, times, namespaces })
  const each = new Followed(source)
  followed.push(each)
  return each
}

/** A flow as the JSON of protobuf; without a time it happens when the server takes it. */
function aFlow(id: string, over: object = {}): Record<string, unknown> {
  return {
    uuid: id,
    verdict: 'FORWARDED',
    IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 40_000, destination_port: 80, flags: { SYN: true } } },
    source: {
      identity: 4711,
      namespace: 'shop',
      labels: ['k8s:app=web'],
      pod_name: 'web-1',
      workloads: [{ name: 'web', kind: 'Deployment' }],
    },
    destination: { identity: 4712, namespace: 'shop', labels: ['k8s:app=cart'], pod_name: 'cart-1' },
    Type: 'L3_L4',
    node_name: 'prod/worker-1',
    event_type: { type: 4 },
    traffic_direction: 'EGRESS',
    is_reply: false,
    trace_reason: 'NEW',
    ...over,
  }
}

/** Sends flows, and one that says nothing behind them: a server keeps the newest flow to itself until there is a newer one. */
function send(server: ServerProcess, from: number, to: number, over: object = {}): string[] {
  const ids = Array.from({ length: to - from }, (_, index) => `flow-${from + index}`)
  for (const id of ids) server.write(aFlow(id, over))
  server.write(NOTHING)
  return ids
}

/** An event that is no flow to us. */
const NOTHING = { verdict: 'FORWARDED', event_type: { type: 2 } }

const distinct = (ids: readonly string[]) => [...new Set(ids)].sort()

describe('one node', () => {
  test('flows of before and of now arrive once each, with all that they say', async () => {
    const node = await servers.node('worker-1')
    const before = send(node, 0, 500)
    const source = follow(node.port)
    await expect.poll(() => source.ids().length, SOON).toBe(500)
    const after = send(node, 500, 1_500)
    await expect.poll(() => source.ids().length, SOON).toBe(1_500)
    expect(source.ids()).toEqual([...before, ...after])
    expect([source.lost, source.rejected]).toEqual([0, 0])
    await expect.poll(() => source.facts, SOON).toMatchObject({ server: expect.stringContaining('cilium') })
    expect(source.last).toMatchObject({ state: 'live', message: null })
  })

  test('what comes by gRPC is what its JSON says, for flows of every kind', async () => {
    const node = await servers.node('worker-1')
    const time = new Date(Date.now() - 1_000).toISOString()
    const by = [{ name: 'allow-web', namespace: 'shop', kind: 'NetworkPolicy', labels: ['k8s:x=y'], revision: '3' }]
    const kinds: Record<string, unknown>[] = [
      aFlow('trace', { time, destination_service: { name: 'cart', namespace: 'shop' } }),
      aFlow('verdict', { time, event_type: { type: 5 }, egress_allowed_by: by, policy_match_type: 2 }),
      aFlow('drop', {
        time,
        verdict: 'DROPPED',
        drop_reason: 133,
        drop_reason_desc: 'POLICY_DENIED',
        event_type: { type: 1, sub_type: 133 },
        is_reply: undefined,
      }),
      aFlow('deny', {
        time,
        verdict: 'DROPPED',
        drop_reason_desc: 'POLICY_DENY',
        event_type: { type: 5 },
        ingress_denied_by: by,
        traffic_direction: 'INGRESS',
      }),
      aFlow('no-backend', {
        time,
        verdict: 'DROPPED',
        drop_reason_desc: 'SERVICE_BACKEND_NOT_FOUND',
        event_type: { type: 1, sub_type: 158 },
      }),
      aFlow('audit', { time, verdict: 'AUDIT', event_type: { type: 5 } }),
      aFlow('reply', {
        time,
        is_reply: true,
        trace_reason: 'REPLY',
        IP: { source: '2001:db8::2', destination: '2001:db8::1', ipVersion: 'IPv6' },
      }),
      aFlow('dns', {
        time,
        Type: 'L7',
        event_type: { type: 129 },
        l4: { UDP: { source_port: 5_353, destination_port: 53 } },
        l7: { type: 'RESPONSE', latency_ns: '1500000', dns: { query: 'api.example.com.', rcode: 3, qtypes: ['A'] } },
      }),
      aFlow('http', {
        time,
        Type: 'L7',
        event_type: { type: 129 },
        l7: {
          type: 'REQUEST',
          http: { method: 'GET', url: 'http://cart/items/42?token=secret', headers: [{ key: 'Cookie', value: 'x' }] },
        },
      }),
      aFlow('world', {
        time,
        destination: { identity: 2, labels: ['reserved:world'] },
        destination_names: ['api.example.com'],
        IP: { source: '10.0.0.1', destination: '203.0.113.7' },
      }),
      aFlow('icmp', { time, l4: { ICMPv4: { type: 8 } } }),
      aFlow('socket', {
        time,
        Type: 'SOCK',
        verdict: 'TRANSLATED',
        event_type: { type: 7 },
        sock_xlate_point: 'SOCK_XLATE_POINT_POST_DIRECTION_FWD',
      }),
      aFlow('sum', { time, aggregate: { ingress_flow_count: 3, egress_flow_count: 5 } }),
    ]
    for (const kind of [...kinds, NOTHING]) node.write(kind)
    const source = follow(node.port)
    await expect.poll(() => source.flows.length, SOON).toBe(kinds.length)
    for (const [index, kind] of kinds.entries()) {
      expect(decodeHubbleObject({ flow: kind }, 0)).toMatchObject({ kind: 'flow', flow: source.flows[index] })
    }
  })

  test('filters are for the server: only flows of the namespace come', async () => {
    const node = await servers.node('worker-1')
    const source = follow(node.port, { namespaces: ['bank'] })
    await expect.poll(() => source.last?.state, SOON).toBe('live')
    send(node, 0, 100)
    send(node, 100, 110, { destination: { namespace: 'bank', pod_name: 'vault-1' } })
    await expect.poll(() => source.ids().length, SOON).toBe(10)
    expect(source.flows.every(({ destination }) => destination.namespace === 'bank')).toBe(true)
  })

  test('a server that is killed and comes back loses nothing that it still knows; what it forgot is said', async () => {
    const node = await servers.node('worker-1')
    const source = follow(node.port)
    send(node, 0, 50)
    await expect.poll(() => source.ids().length, SOON).toBe(50)
    await node.kill()
    await expect.poll(() => source.last, SOON).toMatchObject({ state: 'failed', message: expect.stringMatching(/trying again$/) })
    const again = await servers.node('worker-1', { port: node.port })
    const after = send(again, 50, 100)
    await expect.poll(() => distinct(source.ids()).length, SOON).toBe(100)
    expect(distinct(source.ids())).toEqual(expect.arrayContaining(after))
    expect(source.last?.state).toBe('live')
  })

  test('a history that reaches further than the ring begins there, without a loss', async () => {
    const node = await servers.node('worker-1', { ring: 127 })
    send(node, 0, 1_000)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const source = follow(node.port)
    await expect.poll(() => source.ids().at(-1), SOON).toBe('flow-999')
    expect(source.ids().length).toBeLessThan(128)
    expect(source.lost).toBe(0)
  })

  test('a server that hangs is found, and read on when it does not any more', async () => {
    const node = await servers.node('worker-1')
    const source = follow(node.port, { times: { idleMs: 1_000, answerMs: 1_000 } })
    send(node, 0, 10)
    await expect.poll(() => source.ids().length, SOON).toBe(10)
    node.freeze()
    const frozenAt = Date.now()
    await expect.poll(() => source.last?.message ?? '', SOON).toMatch(/is dead/)
    expect(Date.now() - frozenAt).toBeLessThan(10_000)
    node.thaw()
    send(node, 10, 20)
    await expect.poll(() => distinct(source.ids()).length, { timeout: 30_000 }).toBe(20)
  })
})

describe('TLS', () => {
  async function relayOf(authority: CertificateAuthority, wantsCertificate: boolean) {
    const issued = servers.files('relay', authority.issue({ commonName: 'relay', hosts: ['ui.hubble-relay.example.com'] }))
    const clientCa = servers.file('clients.crt', authority.certificate)
    const node = await servers.node('worker-1')
    const relay = await servers.relay([{ name: 'prod/worker-1', port: node.port }], {
      tls: wantsCertificate ? { ...issued, clientCa } : issued,
    })
    return { node, relay }
  }

  test('a relay with mutual TLS is read, and each thing that can be wrong has its own sentence', async () => {
    const authority = new CertificateAuthority()
    const other = new CertificateAuthority('another authority')
    const { node, relay } = await relayOf(authority, true)
    const ca = servers.file('ca.crt', authority.certificate)
    const own = servers.files('sluice', authority.issue({ commonName: 'sluice' }))
    const good = { ca, ...own, serverName: 'ui.hubble-relay.example.com' }
    const source = follow(relay.port, { tls: good })
    await expect.poll(() => source.facts.nodes, SOON).toBe('1 of 1 connected')
    send(node, 0, 100)
    await expect.poll(() => source.ids().length, SOON).toBe(100)

    const faultOf = async (tls: GrpcTarget['tls'], port = relay.port) => {
      const error = await askServerStatus({ host: '127.0.0.1', port, tls }, new AbortController().signal).catch((cause) => cause)
      return error instanceof GrpcError ? [error.fault, error.message] : ['none', '']
    }
    expect(await faultOf({ ...good, cert: null, key: null })).toEqual([
      'tls-certificate',
      expect.stringContaining('wants a client certificate'),
    ])
    const foreign = servers.files('foreign', other.issue({ commonName: 'sluice' }))
    expect(await faultOf({ ...good, ...foreign })).toEqual(['tls-certificate', expect.stringContaining('our client certificate')])
    expect(await faultOf({ ...good, serverName: 'relay.example.com' })).toEqual([
      'tls-server-name',
      expect.stringContaining('its certificate is for ui.hubble-relay.example.com'),
    ])
    expect(await faultOf({ ...good, ca: servers.file('other.crt', other.certificate) })).toEqual([
      'tls-authority',
      expect.stringContaining('--flows-ca'),
    ])
    expect(await faultOf(null)).toEqual(['tls-expected', expect.stringContaining('it speaks TLS only')])
    expect(await faultOf(good, node.port)).toEqual(['tls-not-spoken', expect.stringContaining('it does not speak TLS')])
  })

  test('certificates that are rotated on both sides are used without a restart of ours', async () => {
    const first = new CertificateAuthority()
    const { relay } = await relayOf(first, true)
    const tls = {
      ca: servers.file('ca.crt', first.certificate),
      ...servers.files('sluice', first.issue({ commonName: 'sluice' })),
      serverName: 'ui.hubble-relay.example.com',
    }
    const source = follow(relay.port, { tls })
    await expect.poll(() => source.facts.nodes, SOON).toBe('1 of 1 connected')
    await relay.kill()

    const second = new CertificateAuthority('next authority')
    const issued = servers.files('relay-2', second.issue({ commonName: 'relay', hosts: ['ui.hubble-relay.example.com'] }))
    const node = await servers.node('worker-2')
    const clientCa = servers.file('clients-2.crt', second.certificate)
    await servers.relay([{ name: 'prod/worker-2', port: node.port }], { port: relay.port, tls: { ...issued, clientCa } })
    await expect.poll(() => source.last?.message ?? '', SOON).toMatch(/authority that is not trusted/)
    servers.file('ca.crt', second.certificate)
    servers.files('sluice', second.issue({ commonName: 'sluice' }))
    send(node, 0, 10)
    await expect.poll(() => source.ids().length, { timeout: 30_000 }).toBe(10)
  })
})

describe('a relay', () => {
  async function twoNodes() {
    const nodes = [await servers.node('worker-1'), await servers.node('worker-2')] as const
    const peers = nodes.map(({ port }, index) => ({ name: `prod/worker-${index + 1}`, port }))
    return { nodes, relay: await servers.relay(peers) }
  }

  test('every flow of every node arrives once, soon even when there are few', async () => {
    const { nodes, relay } = await twoNodes()
    const source = follow(relay.port)
    await expect.poll(() => source.facts.nodes, SOON).toBe('2 of 2 connected')
    send(nodes[0], 0, 3_000)
    send(nodes[1], 3_000, 6_000, { node_name: 'prod/worker-2' })
    await expect.poll(() => source.ids().length, SOON).toBe(6_000)
    expect(distinct(source.ids()).length).toBe(6_000)
    expect(source.lost).toBe(0)

    // A relay that is asked in the usual way holds each of these back for 40 s.
    const sentAt = Date.now()
    send(nodes[0], 6_000, 6_001)
    await expect.poll(() => source.ids().at(-1), SOON).toBe('flow-6000')
    expect(Date.now() - sentAt).toBeLessThan(10_000)
  })

  test('a node that dies is missing until it is back, while the flows of the others go on', async () => {
    const { nodes, relay } = await twoNodes()
    const source = follow(relay.port, { times: { pollMs: 1_000 } })
    await expect.poll(() => source.facts.nodes, SOON).toBe('2 of 2 connected')
    await nodes[1].kill()
    await expect.poll(() => source.last?.message ?? '', SOON).toMatch(/1 of 2 nodes are not connected, their flows are missing: worker-2/)
    send(nodes[0], 0, 20)
    await expect.poll(() => source.ids().length, SOON).toBe(20)
    const back = await servers.node('worker-2', { port: nodes[1].port })
    send(back, 20, 40, { node_name: 'prod/worker-2' })
    await expect.poll(() => distinct(source.ids()).length, { timeout: 40_000 }).toBe(40)
    await expect.poll(() => source.last, SOON).toMatchObject({ state: 'live', message: null })
  })

  test('when the last node dies the stream ends with "OK", and that is a lost connection', async () => {
    const node = await servers.node('worker-1')
    const relay = await servers.relay([{ name: 'prod/worker-1', port: node.port }])
    const source = follow(relay.port)
    send(node, 0, 10)
    await expect.poll(() => source.ids().length, SOON).toBe(10)
    const before = source.reports.length
    await node.kill()
    const failures = () => source.reports.slice(before).flatMap(({ state, message }) => (state === 'failed' ? [message] : []))
    await expect.poll(failures, SOON).toContainEqual(expect.stringContaining('ended the stream of flows'))
    const back = await servers.node('worker-1', { port: node.port })
    send(back, 10, 20)
    await expect.poll(() => distinct(source.ids()).length, { timeout: 40_000 }).toBe(20)
  })

  test('a relay that is killed and comes back is followed on, each flow known by its id', async () => {
    const { nodes, relay } = await twoNodes()
    const source = follow(relay.port)
    await expect.poll(() => source.facts.nodes, SOON).toBe('2 of 2 connected')
    send(nodes[0], 0, 100)
    await expect.poll(() => source.ids().length, SOON).toBe(100)
    await relay.kill()
    const meanwhile = send(nodes[0], 100, 200)
    await servers.relay(
      nodes.map(({ port }, index) => ({ name: `prod/worker-${index + 1}`, port })),
      { port: relay.port },
    )
    await expect.poll(() => distinct(source.ids()), { timeout: 30_000 }).toEqual(expect.arrayContaining(meanwhile))
    expect(distinct(source.ids()).length).toBe(200)
    expect(source.lost).toBe(0)
  })

  test('a node that hangs is said to', async () => {
    const { nodes, relay } = await twoNodes()
    const source = follow(relay.port, { times: { pollMs: 1_000, idleMs: 1_000 } })
    await expect.poll(() => source.facts.nodes, SOON).toBe('2 of 2 connected')
    nodes[1].freeze()
    send(nodes[0], 0, 10)
    await expect.poll(() => source.last?.message ?? '', { timeout: 50_000 }).toMatch(/one of them may hang/)
    expect(source.last?.state).toBe('live')
    expect(source.ids().length).toBe(10)
    nodes[1].thaw()
  })
})
