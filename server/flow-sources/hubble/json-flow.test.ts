import { describe, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import { decodeLine } from '../decode-line'
import { decodeHubbleObject } from './json-flow'

const TIME = '2026-05-04T10:00:00.123456789Z'

/** A first packet as Cilium 1.20 reports it; `over` replaces whole fields, `undefined` leaves them out. */
function aHubbleFlow(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    time: TIME,
    verdict: 'FORWARDED',
    IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 40_000, destination_port: 80, flags: { SYN: true } } },
    source: { namespace: 'shop', pod_name: 'web' },
    destination: { namespace: 'shop', pod_name: 'cart' },
    Type: 'L3_L4',
    event_type: { type: 4 },
    ...over,
  }
}

function decoded(body: unknown): ObservedFlow {
  const line = decodeLine(JSON.stringify(body), 'hubble', 0)
  if (line.kind !== 'flow') throw new Error(`${line.kind}: ${'reason' in line ? line.reason : ''}`)
  return line.flow
}

const flow = (over: Readonly<Record<string, unknown>> = {}): ObservedFlow => decoded({ flow: aHubbleFlow(over) })

describe('envelopes', () => {
  test('with and without the outer flow, and inside a log line, it is the same flow', () => {
    const bare = decoded(aHubbleFlow())
    expect(bare).toMatchObject({ time: Date.UTC(2026, 4, 4, 10, 0, 0, 123), port: 80, sourcePort: 40_000 })
    expect(flow()).toEqual(bare)
    expect(decoded({ log: `${JSON.stringify({ flow: aHubbleFlow() })}\n`, stream: 'stdout' })).toEqual(bare)
  })

  test('time and node come from the flow first, from the envelope otherwise', () => {
    const envelope = { node_name: 'prod/worker-9', time: '2026-05-04T11:00:00Z' }
    expect(decoded({ flow: aHubbleFlow({ node_name: 'prod/worker-1' }), ...envelope })).toMatchObject({
      node: 'worker-1',
      time: Date.parse(TIME),
    })
    expect(decoded({ flow: aHubbleFlow({ time: undefined }), ...envelope })).toMatchObject({
      node: 'worker-9',
      time: Date.UTC(2026, 4, 4, 11),
    })
  })

  test('a record without any time takes the moment it was received, or is rejected', () => {
    const line = JSON.stringify({ flow: aHubbleFlow({ time: undefined }) })
    expect(decodeLine(line, 'hubble', 7)).toMatchObject({ kind: 'flow', isTimed: false, flow: { time: 7 } })
    expect(decodeHubbleObject(JSON.parse(line), null)).toEqual({ kind: 'rejected', reason: 'no time' })
  })

  test.each([
    [
      '{"lost_events":{"source":"OBSERVER_EVENTS_QUEUE","num_events_lost":"12"}}',
      { kind: 'lost', count: 12, where: 'OBSERVER_EVENTS_QUEUE' },
    ],
    ['{"node_status":{"state_change":"NODE_CONNECTED"}}', { kind: 'ignored', reason: 'node-status' }],
    ['{"agent_event":{}}', { kind: 'ignored', reason: 'agent-event' }],
    ['{"debug_event":{}}', { kind: 'ignored', reason: 'debug-event' }],
    ['level=info msg="Starting Hubble"', { kind: 'ignored', reason: 'not-json' }],
    ['{"level":"info","msg":"x"}', { kind: 'ignored', reason: 'not-a-flow' }],
    ['{"__proto__":{"flow":{}}}', { kind: 'ignored', reason: 'not-a-flow' }],
    ['', { kind: 'ignored', reason: 'empty-line' }],
    ['{"flow":{"time":', { kind: 'rejected', reason: 'not JSON' }],
    [JSON.stringify({ flow: { time: TIME, verdict: 'FORWARDED' } }), { kind: 'ignored', reason: 'no-endpoints' }],
  ])('%s', (line, expected) => {
    expect(decodeLine(line, 'hubble', 0)).toEqual(expected)
  })
})

describe('who began', () => {
  const answer = {
    IP: { source: '10.0.0.2', destination: '10.0.0.1' },
    l4: { TCP: { source_port: 80, destination_port: 40_000, flags: { ACK: true } } },
    source: { namespace: 'shop', pod_name: 'cart' },
    destination: { namespace: 'shop', pod_name: 'web' },
  }
  const fromClient = { source: { pod: 'web' }, destination: { pod: 'cart' }, port: 80, sourcePort: 40_000 }

  test.each([
    ['is_reply', { ...answer, is_reply: true }],
    ['the wrapper form of is_reply', { ...answer, is_reply: { value: true } }],
    ['the old reply', { ...answer, reply: true }],
    ['the trace reason', { ...answer, trace_reason: 'REPLY' }],
    ['SYN with ACK', { ...answer, l4: { TCP: { source_port: 80, destination_port: 40_000, flags: { SYN: true, ACK: true } } } }],
    ['the only low port', answer],
  ])('an answer is turned round: %s', (_, over) => {
    expect(flow(over)).toMatchObject({ ...fromClient, phase: 'reply', guessedOrder: false })
  })

  test.each([
    ['is_reply false', { is_reply: false, l4: { TCP: { source_port: 80, destination_port: 40_000, flags: { ACK: true } } } }],
    ['a drop', { event_type: { type: 1 }, verdict: 'DROPPED', l4: { TCP: { source_port: 80, destination_port: 40_000 } } }],
  ])('ports decide nothing against %s', (_, over) => {
    expect(flow(over)).toMatchObject({ source: { pod: 'web' }, port: 40_000, guessedOrder: false })
  })

  test('two ports of one kind leave a guess, and it says so', () => {
    const l4 = { UDP: { source_port: 40_001, destination_port: 40_002 } }
    expect(flow({ l4 })).toMatchObject({ port: 40_002, guessedOrder: true, phase: 'unknown' })
  })

  test.each([
    ['a policy verdict', { event_type: { type: 5 } }, 'start'],
    ['a SYN', {}, 'start'],
    ['an established packet', { is_reply: false, l4: { TCP: { source_port: 1, destination_port: 80, flags: { ACK: true } } } }, 'later'],
    ['a new UDP trace', { l4: { UDP: { source_port: 40_000, destination_port: 53 } }, trace_reason: 'NEW' }, 'start'],
  ])('%s is at its place in the connection', (_, over, phase) => {
    expect(flow(over).phase).toBe(phase)
  })
})

describe('verdicts', () => {
  test.each([
    [{ verdict: 'FORWARDED' }, 'forwarded', null],
    [{ verdict: 'REDIRECTED' }, 'forwarded', null],
    [{ verdict: 'TRANSLATED', Type: 'SOCK' }, 'forwarded', null],
    [{ verdict: 'AUDIT' }, 'audit', 'policy/audit'],
    [{ verdict: 'ERROR' }, 'error', 'l7/error'],
    [{ verdict: 5 }, 'forwarded', null],
    [{ verdict: undefined }, 'unknown', null],
    [{ verdict: 99 }, 'unknown', null],
    [{ verdict: 'DROPPED', drop_reason: 133 }, 'dropped', 'policy/default-deny'],
    [{ verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED' }, 'dropped', 'policy/default-deny'],
    [{ verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENY' }, 'dropped', 'policy/rule-deny'],
    [{ verdict: 'DROPPED', drop_reason_desc: 'AUTH_REQUIRED' }, 'dropped', 'policy/auth-required'],
    [{ verdict: 'DROPPED', drop_reason: 177 }, 'dropped', 'config/lb-source-range'],
    [{ verdict: 'DROPPED', drop_reason: 182 }, 'dropped', 'config/vlan-filtered'],
    [{ verdict: 'DROPPED', drop_reason_desc: 'SERVICE_BACKEND_NOT_FOUND' }, 'error', 'kernel/no-backend'],
    [{ verdict: 'DROPPED', drop_reason: 194 }, 'error', 'config/no-egress-gateway'],
    [{ verdict: 'DROPPED', drop_reason_desc: 250 }, 'error', 'other/drop-250'],
    [{ verdict: 'DROPPED', drop_reason_desc: 'SOME_FUTURE_REASON' }, 'error', 'other/some-future-reason'],
    [{ verdict: 'DROPPED', event_type: { type: 1, sub_type: 181 } }, 'dropped', 'policy/rule-deny'],
    [{ verdict: 'DROPPED', event_type: { type: 5 } }, 'dropped', 'policy/denied'],
    [{ verdict: 'DROPPED', Type: 'L7', event_type: { type: 129 } }, 'dropped', 'l7/denied'],
    [{ verdict: 'DROPPED', ingress_denied_by: [{ name: 'x' }], event_type: undefined }, 'dropped', 'policy/rule-deny'],
    [{ verdict: 'DROPPED', event_type: undefined }, 'error', 'other/unstated'],
  ])('%j is %s for %s', (over, verdict, reason) => {
    expect(flow(over)).toMatchObject({ verdict, reason })
  })

  test('an unknown drop number is shown as what it is', () => {
    expect(flow({ verdict: 'DROPPED', drop_reason: 250 }).rawReason).toBe('reason 250')
  })
})

describe('ends', () => {
  test('reserved identities come from the number or the label, the more telling one', () => {
    expect(flow({ source: { identity: 1 } }).source.entity).toBe('host')
    expect(flow({ source: { identity: 10 } }).source.entity).toBe('world')
    expect(flow({ source: { labels: ['reserved:world-ipv4'] } }).source.entity).toBe('world')
    expect(flow({ source: { identity: 6, labels: ['reserved:kube-apiserver', 'reserved:remote-node'] } }).source.entity).toBe(
      'kube-apiserver',
    )
    expect(flow({ source: { identity: 16_777_219, labels: ['cidr:1.1.1.1/32', 'reserved:world'] } }).source.entity).toBe('world')
  })

  test('workloads, Services, names and a namespace that only a label tells', () => {
    const named = flow({
      source: { pod_name: 'web-1', labels: ['k8s:io.kubernetes.pod.namespace=shop'], workloads: [{ name: 'web', kind: 'Deployment' }] },
      destination_service: { name: 'cart', namespace: 'shop' },
      destination_names: ['api.example.com.'],
    })
    expect(named.source).toMatchObject({ namespace: 'shop', pod: 'web-1', workload: { name: 'web', kind: 'Deployment' } })
    expect(named.destination).toMatchObject({ service: { namespace: 'shop', name: 'cart' }, names: ['api.example.com'] })
  })

  test('addresses are brought into one form', () => {
    expect(flow({ IP: { source: '::ffff:10.0.0.1', destination: '2001:DB8:0:0::1' } })).toMatchObject({
      source: { ip: '10.0.0.1' },
      destination: { ip: '2001:db8::1' },
    })
  })

  test('ICMP has no port, empty headers are headers', () => {
    expect(flow({ l4: { ICMPv4: {} } })).toMatchObject({ protocol: 'ICMP', port: null, sourcePort: null })
    expect(flow({ l4: { ICMPv6: { type: 133 } } })).toMatchObject({ protocol: 'ICMPv6' })
    expect(flow({ l4: {} })).toMatchObject({ protocol: 'OTHER' })
  })
})

describe('policies', () => {
  test('both directions, allowed and denied, each once', () => {
    const policy = { name: 'cart', namespace: 'shop', kind: 'NetworkPolicy', revision: '6' }
    expect(
      flow({ ingress_allowed_by: [policy, policy], egress_allowed_by: [{ name: 'base', kind: 'CiliumClusterwideNetworkPolicy' }] })
        .policies,
    ).toEqual([
      { policy: 'CiliumClusterwideNetworkPolicy:base', rule: null, confidence: 'stated' },
      { policy: 'NetworkPolicy:shop/cart', rule: null, confidence: 'stated' },
    ])
  })

  test('without a kind the label that Cilium derives rules with tells it', () => {
    const labels = ['k8s:io.cilium.k8s.policy.derived-from=NetworkPolicy']
    expect(flow({ ingress_allowed_by: [{ name: 'cart', namespace: 'shop', labels }] }).policies[0]?.policy).toBe('NetworkPolicy:shop/cart')
    expect(flow({ ingress_allowed_by: [{ name: 'cart', namespace: 'shop' }] }).policies[0]?.policy).toBe('CiliumNetworkPolicy:shop/cart')
  })
})

describe('requests', () => {
  const l7 = (body: object, type = 'REQUEST') =>
    flow({ Type: 'L7', event_type: { type: 129 }, l7: { type, latency_ns: '1500000', ...body } }).l7

  test('HTTP keeps method, path and code; never the query, the host or a header', () => {
    const http = {
      method: 'POST',
      url: 'https://user:pw@shop.example/api/pay?card=4111#x',
      code: 402,
      headers: [{ key: 'Cookie', value: 'secret' }],
    }
    expect(l7({ http }, 'RESPONSE')).toEqual({
      protocol: 'http',
      type: 'response',
      method: 'POST',
      path: '/api/pay',
      code: '402',
      latencyMs: 1.5,
    })
    expect(l7({ http: { method: 'GET', url: '/' } })).toMatchObject({ path: '/', code: null, latencyMs: null })
    expect(l7({ http: { method: 'GET', url: 'http://shop.example?x=1' } })).toMatchObject({ path: '/' })
    expect(l7({ http: { method: 'GET', url: '/orders/7/items' } })).toMatchObject({ path: '/orders/{id}/items' })
    expect(l7({ http: { url: '/s', headers: [{ key: 'content-type', value: 'application/grpc' }] } })).toMatchObject({ protocol: 'grpc' })
  })

  test('DNS keeps the question and the code by name, no error included', () => {
    expect(l7({ dns: { query: 'cart.shop.svc.', qtypes: ['A', 'AAAA'] } })).toMatchObject({
      method: 'A,AAAA',
      path: 'cart.shop.svc',
      code: null,
    })
    expect(l7({ dns: { query: 'x.', rcode: 3 } }, 'RESPONSE')).toMatchObject({ code: 'NXDOMAIN' })
    expect(l7({ dns: { query: 'x.' } }, 'RESPONSE')).toMatchObject({ code: 'NOERROR' })
  })

  test('Kafka keeps the call and the topic', () => {
    expect(l7({ kafka: { api_key: 'produce', topic: 'orders', error_code: 29 } }, 'RESPONSE')).toMatchObject({
      method: 'produce',
      path: 'orders',
      code: '29',
    })
  })

  test('an answer is turned round like its packets', () => {
    expect(flow({ l7: { type: 'RESPONSE', dns: {} }, l4: { UDP: { source_port: 53, destination_port: 40_000 } } })).toMatchObject({
      phase: 'reply',
      port: 53,
    })
  })
})

test('an aggregated record stands for its flows, both directions of one node counted once', () => {
  expect(flow({ aggregate: { ingress_flow_count: 7, egress_flow_count: '9' } })).toMatchObject({ event: 'flow', count: 9 })
})
