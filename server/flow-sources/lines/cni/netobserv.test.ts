import { expect, test } from 'vitest'
import { flowOf } from '../../testing/decode-flows'
import { LineMemory } from '../line-memory'
import { sampleLine } from '../testing/sample-lines'

test('bytes are scaled by the sampling, the backend is the end, and an answer is turned round', () => {
  expect(flowOf(sampleLine('netobserv'))).toMatchObject({
    verdict: 'unknown',
    bytes: 5_000,
    packets: 100,
    source: { pod: 'web-1' },
    destination: { ip: '192.0.2.20', addressed: { ip: '198.51.100.7', port: 53 } },
    l7: { protocol: 'dns', code: 'NXDomain' },
  })
  expect(flowOf(sampleLine('netobserv', 1))).toMatchObject({
    source: { pod: 'web-1' },
    destination: { pod: 'cart-1' },
    port: 8080,
    phase: 'reply',
  })
})

test('events of OVN state verdict and policy; a drop by netfilter is not called a refusal', () => {
  expect(flowOf(sampleLine('netobserv', 2))).toMatchObject({
    verdict: 'dropped',
    policies: [{ policy: 'NetworkPolicy:shop/cart' }],
    direction: 'ingress',
  })
  expect(flowOf(sampleLine('netobserv', 3))).toMatchObject({ verdict: 'error', reason: 'kernel/netfilter-drop', policies: [] })
  const inWords = sampleLine('netobserv', 2).replace(
    /"NetworkEvents":\[.*?\]/,
    '"NetworkEvents":["Dropped by network policy cart, direction Egress"]',
  )
  expect(flowOf(inWords)).toMatchObject({ verdict: 'dropped', policies: [], direction: 'egress' })
})

const record = (over: object): string => JSON.stringify({ ...JSON.parse(sampleLine('netobserv', 1)), Sampling: 0, Flags: 2, ...over })

test.each([
  ['192.0.2.20', '198.51.100.7'],
  ['2001:db8::20', '2001:db8:ff::7'],
])("the port is the one of the pod behind the Service's address (%s)", (pod, service) => {
  const translated = {
    SrcAddr: pod.replace('20', '1'),
    SrcPort: 41_000,
    DstAddr: service,
    DstPort: 80,
    XlatDstAddr: pod,
    XlatDstPort: 8080,
    Proto: 6,
  }
  expect(flowOf(record(translated))).toMatchObject({
    port: 8080,
    sourcePort: 41_000,
    destination: { ip: pod, addressed: { ip: service, port: 80 } },
  })
  expect(flowOf(record({ ...translated, XlatDstPort: 0 }))).toMatchObject({ port: 80 })
  expect(flowOf(record({ ...translated, XlatDstAddr: service, XlatDstPort: 8080 }))).toMatchObject({ port: 80 })
})

test('a conversation says its bytes both ways', () => {
  const sums = { Bytes: undefined, Packets: undefined, Bytes_AB: 100, Bytes_BA: 900, Packets_AB: 1, Packets_BA: 2, Sampling: 50 }
  expect(flowOf(record({ ...sums, _RecordType: 'endConnection', _HashId: 'a' }))).toMatchObject({ bytes: 50_000, packets: 150 })
  expect(flowOf(record({ ...sums, Bytes_BA: undefined }))).toMatchObject({ bytes: 5_000 })
})

test.each([
  [
    { AgentIP: '192.0.2.201', IfDirections: [1] },
    { AgentIP: '192.0.2.202', IfDirections: [0] },
  ],
  [{ IfDirections: [1] }, { IfDirections: [0] }],
  [
    { AgentIP: '2001:db8:f::1', IfDirections: [1, 0] },
    { AgentIP: '2001:db8:f::2', IfDirections: [0, 1] },
  ],
])('without a direction the bytes of one machine count: %j, %j', (first, second) => {
  const memory = new LineMemory()
  const start = 1_777_888_800_000
  const at = (seconds: number, by: object) =>
    flowOf(
      record({
        FlowDirection: undefined,
        TimeFlowStartMs: start + seconds * 1_000,
        TimeFlowEndMs: start + seconds * 1_000 + 900,
        ...by,
        Bytes: 100,
      }),
      { memory },
    ).bytes
  expect([at(0, first), at(0.01, second), at(5, second), at(5.01, first)]).toEqual([100, null, null, 100])
  expect(at(1_000, second)).toBe(100)
  expect(at(0, { SrcPort: 5, ...first })).toBe(100)
})

test('a window that comes twice brings its bytes once, and the end of a conversation only what its parts did not', () => {
  const memory = new LineMemory()
  expect([1, 2].map(() => flowOf(sampleLine('netobserv'), { memory: memory }).bytes)).toEqual([5_000, null])
  const record = (type: string, start: number) =>
    sampleLine('netobserv').replace('"TimeFlowStartMs":1777888800000', `"_RecordType":"${type}","_HashId":"7","TimeFlowStartMs":${start}`)
  expect(flowOf(record('newConnection', 1), { memory: memory }).bytes).toBeNull()
  expect(flowOf(record('endConnection', 2), { memory: memory }).bytes).toBe(5_000)
  expect(flowOf(record('flowLog', 3), { memory: memory }).bytes).toBe(5_000)
  expect(flowOf(record('endConnection', 4), { memory: memory }).bytes).toBeNull()
})
