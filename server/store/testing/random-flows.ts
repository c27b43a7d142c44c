import fc from 'fast-check'
import type { Flow, FlowEndpoint, FlowL7, FlowPolicy } from '@/lib/flows/flow'
import { VERDICTS } from '@/lib/flows/flow'
import { aFlow, aPodEnd } from '@/lib/flows/testing/a-flow'
import { policyRef, serviceRef } from '@/lib/model/names'

const namespaces = ['shop', 'pay', 'dns', 'a_b', 'näme']
const names = ['web', 'cart', 'card', 'c%t', "o'brien", 'back\\slash']

const podEnd = fc
  .tuple(
    fc.constantFrom(...namespaces),
    fc.constantFrom(...names),
    fc.constantFrom(null, '10.0.0.7', '10.1.2.3', '2001:db8::7'),
    fc.boolean(),
  )
  .map(([namespace, name, ip, hasService]): FlowEndpoint => {
    const end = aPodEnd(namespace, name, ip)
    return hasService ? { ...end, service: serviceRef(namespace, name) } : end
  })

const outside: fc.Arbitrary<FlowEndpoint> = fc.constantFrom('198.51.100.7', '203.0.113.9', '2001:db8:1::1').map((ip) => ({
  ...aPodEnd('x', 'x'),
  ref: `ip:${ip}`,
  namespace: null,
  workload: null,
  pod: null,
  ip,
  group: `cidr:${ip}/24`,
  identity: 'resolved',
}))

const uncertain: fc.Arbitrary<FlowEndpoint> = fc.constant({
  ...aPodEnd('shop', 'web'),
  ref: 'entity:unknown',
  namespace: null,
  workload: null,
  pod: null,
  identity: 'uncertain',
  candidates: ['shop/web', 'pay/web'],
})

const named: fc.Arbitrary<FlowEndpoint> = fc.constantFrom('dns:api.example.com', 'entity:world', 'entity:host').map((ref) => ({
  ...aPodEnd('x', 'x'),
  ref,
  namespace: null,
  workload: null,
  pod: null,
}))

const end = fc.oneof({ arbitrary: podEnd, weight: 6 }, outside, uncertain, named)

const policy: fc.Arbitrary<FlowPolicy> = fc.record({
  policy: fc.constantFrom(
    policyRef('NetworkPolicy', 'shop', 'cart'),
    policyRef('GlobalNetworkPolicy', null, 'default-deny'),
    policyRef('NetworkPolicy', 'pay', 'o"quoted'),
  ),
  rule: fc.constantFrom(null, 'ingress[0]', 'egress[2]'),
  confidence: fc.constantFrom('stated', 'inferred'),
})

const l7: fc.Arbitrary<FlowL7> = fc.record({
  protocol: fc.constantFrom('http', 'dns', 'grpc', 'kafka'),
  type: fc.constantFrom('request', 'response'),
  method: fc.constantFrom(null, 'GET', 'post', 'AAAA'),
  path: fc.constantFrom(null, '/api/{id}', '/a%b_c', '/quo"te', 'api.example.com', '/ünï'),
  code: fc.constantFrom(null, '200', '404', '503', 'NXDOMAIN'),
  latencyMs: fc.constantFrom(null, 0, 1.5, 250),
})

const number = fc.constantFrom(null, 0, 1, 80, 4_000_000)

/** Any flow that could be stored, at some moment of `[from, from + ms)`. */
export function randomFlow(from: number, ms: number): fc.Arbitrary<Flow> {
  const over = fc.record({
    time: fc.integer({ min: from, max: from + ms - 1 }),
    source: end,
    destination: end,
    protocol: fc.constantFrom<Flow['protocol'][]>('TCP', 'UDP', 'SCTP', 'ICMP', 'OTHER'),
    port: fc.constantFrom(null, 53, 80, 443, 8080),
    sourcePort: fc.constantFrom(null, 40_000, 65_535),
    verdict: fc.constantFrom(...VERDICTS),
    reason: fc.constantFrom(null, 'policy/default-deny', 'kernel/no-route'),
    rawReason: fc.constantFrom(null, 'POLICY_DENIED', 'a\ttab\nand "quotes"'),
    direction: fc.constantFrom<Flow['direction'][]>(null, 'ingress', 'egress'),
    policies: fc.array(policy, { maxLength: 2 }),
    l7: fc.option(l7, { freq: 2 }),
    bytes: number,
    packets: number,
    count: fc.constantFrom(1, 1, 1, 7),
    guessedOrder: fc.boolean(),
    node: fc.constantFrom(null, 'worker-1', 'worker-2'),
    reporter: fc.constantFrom('hubble', 'file 2'),
    computed: fc.constantFrom<Flow['computed'][]>(null, 'allowed', 'denied', 'unknown'),
  })
  return fc.tuple(over, fc.constantFrom(1, 1, 8)).map(([flow, weight]) => aFlow(weight === 1 ? flow : { ...flow, weight }))
}
