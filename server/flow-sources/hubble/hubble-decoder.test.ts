import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import { HubbleDecoder, type HubbleEvent } from './hubble-decoder'
import { decodeHubbleObject } from './json-flow'
import { encoded } from './testing/observer-proto'

const SECONDS = 1_780_000_000

type Fields = Readonly<Record<string, unknown>>

/** A first packet as Cilium 1.20 reports it. */
function aFlow(over: Fields = {}): Fields {
  return {
    time: { seconds: SECONDS, nanos: 123_456_789 },
    uuid: '6d7e3c1a-0001-4000-8000-000000000001',
    verdict: 'FORWARDED',
    IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 1 },
    l4: { TCP: { source_port: 40_000, destination_port: 80, flags: { SYN: true } } },
    source: {
      ID: 12,
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
    is_reply: { value: false },
    ...over,
  }
}

const message = (flow: Fields, over: Fields = {}) => encoded('GetFlowsResponse', { flow, ...over })

function flowOf(event: HubbleEvent): ObservedFlow {
  return event.kind === 'flow' ? event.flow : expect.fail(JSON.stringify(event))
}

/** The same flow as the JSON printer writes it. */
function json(flow: Fields): Record<string, unknown> {
  const { time, ...rest } = flow
  const { seconds, nanos } = time as { seconds: number; nanos: number }
  const whole = new Date(seconds * 1_000).toISOString().slice(0, 19)
  return { ...rest, time: `${whole}.${String(nanos).padStart(9, '0')}Z` }
}

const text = fc.string({ minLength: 1, maxLength: 20 })
const port = fc.nat(70_000)
const policy = fc.record(
  { name: text, namespace: fc.option(text, { nil: undefined }), kind: fc.option(fc.constant('NetworkPolicy'), { nil: undefined }) },
  { requiredKeys: ['name'] },
)
const policies = fc.array(policy, { maxLength: 3 })
const endpoint = fc.record(
  {
    ID: fc.nat(65_535),
    identity: fc.oneof(fc.nat(10), fc.nat(100_000)),
    namespace: text,
    labels: fc.array(fc.oneof(text, fc.constant('reserved:world'), fc.constant('fqdn:api.example.com.')), { maxLength: 4 }),
    pod_name: text,
    workloads: fc.array(fc.record({ name: text, kind: text }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
)
const ports = fc.record({ source_port: port, destination_port: port }, { requiredKeys: [] })
const flags = fc.record({ SYN: fc.boolean(), ACK: fc.boolean(), FIN: fc.boolean() }, { requiredKeys: [] })
const l4 = fc.oneof(
  fc
    .tuple(ports, fc.option(flags, { nil: undefined }))
    .map(([header, bits]) => ({ TCP: bits === undefined ? header : { ...header, flags: bits } })),
  ports.map((UDP) => ({ UDP })),
  ports.map((SCTP) => ({ SCTP })),
  fc.constant({ ICMPv4: { type: 8 } }),
  fc.constant({ ICMPv6: {} }),
)
const l7 = fc
  .record(
    {
      type: fc.constantFrom('REQUEST', 'RESPONSE', 'SAMPLE'),
      latency_ns: fc.nat(2_000_000_000),
      record: fc.oneof(
        fc.record({
          http: fc.record({
            code: fc.nat(599),
            method: text,
            url: fc.webUrl({ withQueryParameters: true }),
            headers: fc.array(
              fc.record({ key: fc.constantFrom('Content-Type', 'x'), value: fc.constantFrom('application/grpc+proto', 'y') }),
            ),
          }),
        }),
        fc.record({ dns: fc.record({ query: text, rcode: fc.nat(12), qtypes: fc.array(text, { maxLength: 6 }) }) }),
        fc.record({ kafka: fc.record({ error_code: fc.integer({ min: -1, max: 80 }), api_key: text, topic: text }) }),
        fc.constant({}),
      ),
    },
    { requiredKeys: ['record'] },
  )
  .map(({ record, ...rest }) => ({ ...rest, ...record }))

const flows: fc.Arbitrary<Fields> = fc.record(
  {
    time: fc.record({ seconds: fc.nat(4_000_000_000), nanos: fc.nat(999_999_999) }),
    uuid: fc.uuid(),
    verdict: fc.constantFrom('FORWARDED', 'DROPPED', 'ERROR', 'AUDIT', 'REDIRECTED', 'TRACED', 'TRANSLATED', 9),
    drop_reason: fc.constantFrom(0, 133, 158),
    drop_reason_desc: fc.constantFrom(
      'POLICY_DENIED',
      'POLICY_DENY',
      'INVALID_SOURCE_IP',
      'SERVICE_BACKEND_NOT_FOUND',
      'DROP_REASON_UNKNOWN',
    ),
    IP: fc.record({ source: fc.oneof(fc.ipV4(), fc.ipV6(), text), destination: fc.ipV4() }, { requiredKeys: [] }),
    l4,
    source: endpoint,
    destination: endpoint,
    Type: fc.constantFrom('L3_L4', 'L7', 'SOCK'),
    node_name: fc.constantFrom('prod/worker-1', 'worker-2'),
    source_names: fc.array(text, { maxLength: 10 }),
    destination_names: fc.array(text, { maxLength: 2 }),
    l7,
    reply: fc.boolean(),
    event_type: fc.record({ type: fc.constantFrom(1, 2, 4, 5, 7, 129), sub_type: fc.constantFrom(0, 3, 133) }, { requiredKeys: [] }),
    source_service: fc.record({ name: text, namespace: text }, { requiredKeys: [] }),
    destination_service: fc.record({ name: text, namespace: text }, { requiredKeys: [] }),
    traffic_direction: fc.constantFrom('INGRESS', 'EGRESS'),
    is_reply: fc.record({ value: fc.boolean() }),
    trace_reason: fc.constantFrom('NEW', 'ESTABLISHED', 'REPLY', 'RELATED', 'REOPENED'),
    emitter: fc.record({ name: fc.constantFrom('Hubble', 'Retina') }),
    egress_allowed_by: policies,
    ingress_allowed_by: policies,
    egress_denied_by: policies,
    ingress_denied_by: policies,
    aggregate: fc.record({ ingress_flow_count: fc.nat(9), egress_flow_count: fc.nat(9) }),
    Summary: text,
    node_labels: fc.array(text),
    ethernet: fc.record({ source: text, destination: text }),
    cgroup_id: fc.maxSafeNat(),
  },
  { requiredKeys: ['time'] },
)

test('the bytes of a flow mean what its JSON means', () => {
  fc.assert(
    fc.property(flows, (flow) => {
      // Retina's answers teach a decoder something about later ones, so each gets its own.
      const fromBytes = new HubbleDecoder().decode(message(flow), 0)
      expect(fromBytes).toEqual(decodeHubbleObject({ flow: json(flow) }, 0))
    }),
    { numRuns: 500 },
  )
})

test('one decoder reads a whole stream as one for each message would', () => {
  fc.assert(
    fc.property(
      fc.array(
        flows.map(({ emitter: _emitter, ...flow }) => flow),
        { minLength: 1, maxLength: 20 },
      ),
      (stream) => {
        const decoder = new HubbleDecoder()
        for (const flow of [...stream, ...stream])
          expect(decoder.decode(message(flow), 0)).toEqual(new HubbleDecoder().decode(message(flow), 0))
      },
    ),
    { numRuns: 50 },
  )
})

describe('equal things are one object', () => {
  test('ends, whichever agent wrote them, and lists of policies', () => {
    const decoder = new HubbleDecoder()
    const by = [{ name: 'allow-web', namespace: 'shop', kind: 'NetworkPolicy', revision: 7 }]
    const first = flowOf(decoder.decode(message(aFlow({ egress_allowed_by: by })), 0))
    const second = flowOf(decoder.decode(message(aFlow({ egress_allowed_by: by, l4: { UDP: { destination_port: 53 } } })), 0))
    expect(second.source).toBe(first.source)
    expect(second.destination).toBe(first.destination)
    expect(second.policies).toBe(first.policies)
    expect(second.node).toBe(first.node)

    const elsewhere = aFlow({ source: { ...(aFlow().source as Fields), ID: 0 }, egress_allowed_by: [{ ...by[0], revision: 8 }] })
    const third = flowOf(decoder.decode(message(elsewhere), 0))
    expect(third.source).toBe(first.source)
    expect(third.policies).toBe(first.policies)
    const moved = flowOf(decoder.decode(message(aFlow({ IP: { source: '10.0.0.9', destination: '10.0.0.2' } })), 0))
    expect(moved.source).not.toBe(first.source)
    expect(moved.source.labels).toBe(first.source.labels)
  })

  test('more names than are remembered are decoded rightly and forgotten in time', () => {
    const decoder = new HubbleDecoder()
    const bytes = message(aFlow({ source: { pod_name: 'pod-000000' } }))
    const at = bytes.indexOf('pod-000000') + 4
    for (let number = 0; number < 100_000; number++) {
      bytes.write(String(number).padStart(6, '0'), at)
      const event = decoder.decode(bytes, 0)
      if (number % 9_991 === 0) expect(flowOf(event).source.pod).toBe(`pod-${String(number).padStart(6, '0')}`)
    }
  }, 60_000)
})

describe('other messages', () => {
  const decode = (fields: Fields) => new HubbleDecoder().decode(encoded('GetFlowsResponse', fields), 7)

  test('lost events say how many and where', () => {
    expect(decode({ lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: 12 } })).toEqual({
      kind: 'lost',
      count: 12,
      where: 'HUBBLE_RING_BUFFER',
    })
  })

  test('node status names nodes and what is wrong', () => {
    const status = { state_change: 'NODE_ERROR', node_names: ['prod/worker-1', 'prod/worker-2'], message: 'Unavailable: EOF' }
    expect(decode({ node_status: status })).toEqual({
      kind: 'node-status',
      status: { state: 'error', nodes: ['prod/worker-1', 'prod/worker-2'], message: 'Unavailable: EOF' },
    })
  })

  test('time and node come from the envelope where a mask left them out, and the time from now at last', () => {
    const { time: _time, node_name: _node, ...masked } = aFlow()
    expect(decode({ flow: masked, node_name: 'prod/worker-9', time: { seconds: SECONDS } })).toMatchObject({
      isTimed: true,
      flow: { time: SECONDS * 1_000, node: 'worker-9' },
    })
    expect(decode({ flow: masked })).toMatchObject({ kind: 'flow', isTimed: false, flow: { time: 7, node: null } })
  })

  test('nothing of what we know is ignored, and a flow without ends too', () => {
    expect(decode({})).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
    expect(decode({ flow: { verdict: 'FORWARDED' } })).toEqual({ kind: 'ignored', reason: 'no-endpoints' })
  })
})

describe('Retina', () => {
  const struct = (fields: Readonly<Record<string, object>>) => ({
    type_url: 'type.googleapis.com/google.protobuf.Struct',
    value: encoded('Struct', { fields }).toString('base64'),
  })
  const number = (value: number) => ({ number_value: value })
  const retina = (over: Fields = {}) => aFlow({ emitter: { name: 'Retina' }, uuid: '', ...over })

  test('bytes and packets come from the extensions, with what was not reported since the last time', () => {
    const extensions = struct({ bytes: number(60), previously_observed_bytes: number(1_440), previously_observed_packets: number(24) })
    expect(flowOf(new HubbleDecoder().decode(message(retina({ extensions })), 0))).toMatchObject({ bytes: 1_500, packets: 25 })
    expect(flowOf(new HubbleDecoder().decode(message(aFlow()), 0))).toMatchObject({ bytes: null, packets: null })
  })

  test('its "no answer" is not believed until its machine has shown that it tracks connections', () => {
    const answer = {
      IP: { source: '10.0.0.2', destination: '10.0.0.1' },
      l4: { TCP: { source_port: 80, destination_port: 40_000, flags: { ACK: true } } },
    }
    const decoder = new HubbleDecoder()
    expect(flowOf(decoder.decode(message(retina(answer)), 0))).toMatchObject({ port: 80, phase: 'reply' })
    decoder.decode(message(retina({ ...answer, is_reply: { value: true } })), 0)
    expect(flowOf(decoder.decode(message(retina(answer)), 0))).toMatchObject({ port: 40_000, phase: 'later' })
    expect(flowOf(decoder.decode(message(retina({ ...answer, node_name: 'other' })), 0))).toMatchObject({ port: 80 })
  })

  test('a rule of iptables refused; whose it was is not said, though Retina borrows the number of a default deny', () => {
    const drop = { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED', event_type: { type: 1, sub_type: 133 }, is_reply: undefined }
    const named = struct({ drop_reason: { string_value: 'IPTABLE_RULE_DROP' } })
    for (const more of [{ extensions: named }, {}]) {
      expect(flowOf(new HubbleDecoder().decode(message(retina({ ...drop, ...more })), 0))).toMatchObject({
        verdict: 'dropped',
        reason: 'policy/iptables-rule',
        rawReason: 'IPTABLE_RULE_DROP',
        event: 'drop',
      })
    }
    const other = struct({ drop_reason: { string_value: 'CONNTRACK_ADD_DROP' } })
    expect(flowOf(new HubbleDecoder().decode(message(retina({ ...drop, extensions: other })), 0))).toMatchObject({
      verdict: 'error',
      reason: 'kernel/conntrack-add',
    })
  })

  test('a retransmission that it saw is no verdict', () => {
    expect(flowOf(new HubbleDecoder().decode(message(retina({ verdict: 15 })), 0))).toMatchObject({
      verdict: 'unknown',
      rawReason: 'RETRANSMISSION',
    })
  })
})

test('damaged and random bytes end up in exactly one place, and the decoder reads on', () => {
  const decoder = new HubbleDecoder()
  const good = message(aFlow())
  const expected = new HubbleDecoder().decode(good, 0)
  const damaged = fc.tuple(flows, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })).map(([flow, changes]) => {
    const bytes = message(flow)
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte
    return bytes
  })
  const cut = fc.tuple(flows, fc.nat()).map(([flow, at]) => message(flow).subarray(0, at % 200))
  const grouped = fc.nat(5_000).map((count) => Buffer.concat([Buffer.of(0x0a, 0xff, 0x7f), Buffer.alloc(count, 0x0b)]))
  fc.assert(
    fc.property(fc.oneof(damaged, cut, grouped, fc.uint8Array({ maxLength: 300 })), (bytes) => {
      expect(['flow', 'ignored', 'rejected', 'lost', 'node-status']).toContain(decoder.decode(bytes, 0).kind)
      expect(decoder.decode(good, 0)).toEqual(expected)
    }),
    { numRuns: 2_000 },
  )
})
