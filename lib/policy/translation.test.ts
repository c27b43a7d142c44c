import { describe, expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aNode, aPod, aService } from '../model/testing/objects'
import type { Assumptions } from './assumptions'
import { compilePolicies } from './engine'
import type { EvaluateAnswer, ProfileName } from './types'

const objects = [
  aNode({ name: 'node-1', ip: '192.168.0.1' }),
  aPod({ name: 'web', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' }),
  aPod({ name: 'cart', labels: { app: 'cart' }, ip: '10.0.0.2', node: 'node-1' }),
  aService({ name: 'cart', clusterIp: '10.96.0.10' }),
]

function aPolicy(spec: object): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'default' }, spec }
}

function answer(
  others: readonly object[],
  { from = 'default/web', to = 'svc:default/cart', profile = 'kubernetes', assumptions = {} as Partial<Assumptions> } = {},
): EvaluateAnswer {
  const engine = compilePolicies(aCluster([...objects, ...others]), { profile: profile as ProfileName, assumptions })
  return engine.evaluate({ from, to, port: 80, protocol: 'TCP' })
}

const egressTo = (cidr: string): object =>
  aPolicy({ podSelector: { matchLabels: { app: 'web' } }, egress: [{ to: [{ ipBlock: { cidr } }] }] })

describe('an ipBlock against the address of a Service', () => {
  test.each([
    ['only the Service', '10.96.0.0/16', 'unknown'],
    ['only the endpoint', '10.0.0.0/24', 'unknown'],
    ['both', '10.0.0.0/8', 'allowed'],
    ['neither', '172.16.0.0/12', 'denied'],
  ])('that covers %s', (_, cidr, verdict) => {
    expect(answer([egressTo(cidr)])).toMatchObject({ verdict, reason: verdict === 'unknown' ? 'nat-dependent' : null })
    // The pod itself is asked without any translation.
    expect(answer([egressTo(cidr)], { to: 'default/cart' }).verdict).toBe(cidr.startsWith('10.0') ? 'allowed' : 'denied')
  })

  test('is known where the plugin is', () => {
    expect(answer([egressTo('10.96.0.0/16')], { assumptions: { cidrAfterTranslation: true } }).verdict).toBe('denied')
    expect(answer([egressTo('10.0.0.0/24')], { profile: 'calico' }).verdict).toBe('allowed')
  })

  test('does not matter where labels decide', () => {
    const byLabel = aPolicy({ podSelector: { matchLabels: { app: 'web' } }, egress: [{ to: [{ podSelector: {} }] }] })
    expect(answer([byLabel]).verdict).toBe('allowed')
  })
})

test('the address of a Service means the Service', () => {
  expect(answer([], { to: 'ip:10.96.0.10' }).endpoints?.map(({ ref }) => ref)).toEqual(['default/cart'])
  expect(answer([egressTo('10.96.0.0/16')], { to: 'ip:10.96.0.10' }).reason).toBe('nat-dependent')
})

describe('a client outside that comes in through the machines', () => {
  const fromOutside = aPolicy({
    podSelector: { matchLabels: { app: 'cart' } },
    ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }],
  })
  const nodePort = (spec: object): object => aService({ name: 'front', type: 'NodePort', selector: { app: 'cart' }, spec })
  const ask = (from: string, spec: object): EvaluateAnswer => answer([fromOutside, nodePort(spec)], { from, to: 'svc:default/front' })

  test('may be seen with the address of a machine', () => {
    expect(ask('ip:203.0.113.1', {})).toMatchObject({ verdict: 'unknown', reason: 'nat-dependent' })
    expect(ask('ip:198.51.100.1', {}).verdict).toBe('denied')
  })

  test('keeps its address with externalTrafficPolicy Local', () => {
    expect(ask('ip:203.0.113.1', { externalTrafficPolicy: 'Local' }).verdict).toBe('allowed')
  })
})
