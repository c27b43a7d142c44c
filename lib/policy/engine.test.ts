import { describe, expect, test } from 'vitest'
import type { PodRef } from '../model/names'
import { aPod } from '../model/testing/objects'
import type { PolicyEngine } from './engine'
import { aPolicy, ask, cart, cartFromWeb, engineOf, type Spec, web } from './testing/shop'
import type { EvaluateAnswer } from './types'

describe('what cannot be understood', () => {
  test.each<[string, Spec]>([
    ['an unknown field in a rule', { podSelector: {}, ingress: [{ form: [] }] }],
    ['an empty peer', { podSelector: {}, ingress: [{ from: [{}] }] }],
    ['a broken CIDR', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/33' } }] }] }],
    ['an operator that does not exist', { podSelector: { matchExpressions: [{ key: 'app', operator: 'Like', values: ['x'] }] } }],
    ['rules that are no list', { podSelector: {}, ingress: { from: [] } }],
    ['a port out of range', { podSelector: {}, ingress: [{ ports: [{ port: 65536 }] }] }],
    ['endPort without port', { podSelector: {}, ingress: [{ ports: [{ endPort: 80 }] }] }],
    [
      'an except outside its block',
      { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/9'] } }] }] },
    ],
  ])('%s is a problem with its place and makes answers unknown', (_, spec) => {
    const engine = engineOf([web, cart, aPolicy('broken', spec)])
    expect(engine.problems[0]).toMatchObject({ file: 'test.yaml', line: 3, severity: 'error' })
    expect(engine.problems[0]?.message).toMatch(/^NetworkPolicy shop\/broken: spec/)
    expect(ask(engine, 'shop/web', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
    expect(engine.connectivity('pod', { external: false }).connections).toEqual([])
    expect(engine.connectivity('pod', { external: false }).unknown[0]).toMatchObject({ conns: 'all', reason: 'unsupported-policy' })
  })

  test('it changes nothing that another policy allows for sure', () => {
    const engine = engineOf([web, cart, aPolicy('broken', { podSelector: {}, ingress: [{ from: [{}] }] }), cartFromWeb])
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('allowed')
    expect(ask(engine, 'shop/web', 'shop/cart', 9090).verdict).toBe('unknown')
  })

  test('a port number in quotes is read, with a warning', () => {
    const engine = engineOf([web, cart, aPolicy('quoted', { podSelector: {}, ingress: [{ ports: [{ port: '8080' }] }] })])
    expect(engine.problems.map(({ severity }) => severity)).toEqual(['warning'])
    expect([ask(engine, 'shop/web', 'shop/cart').verdict, ask(engine, 'shop/web', 'shop/cart', 80).verdict]).toEqual(['allowed', 'denied'])
  })

  test('ICMP is not covered by NetworkPolicy: open pods stay open, isolated ones are unknown', () => {
    const engine = engineOf([web, cart, cartFromWeb])
    const ping = (to: string): EvaluateAnswer => engine.evaluate({ from: 'shop/web', to, port: null, protocol: 'ICMP' })
    expect(ping('shop/web').verdict).toBe('allowed')
    expect(ping('shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'protocol-not-covered' })
    const closed = engineOf([web, cart, aPolicy('closed', { podSelector: {} })])
    expect(closed.evaluate({ from: 'shop/web', to: 'shop/cart', port: null, protocol: 'ICMP' }).reason).toBe('protocol-not-covered')
  })
})

describe('cluster-scoped policies', () => {
  const clusterPolicy = (name: string, tier: string, priority: number, ingress: object): object => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: { tier, priority, subject: { namespaces: {} }, ingress: [{ from: [{ namespaces: {} }], ...ingress }] },
  })

  test('Pass skips every later Admin policy', () => {
    const engine = engineOf([
      web,
      cart,
      clusterPolicy('pass', 'Admin', 100, { action: 'Pass' }),
      clusterPolicy('accept', 'Admin', 101, { action: 'Accept' }),
      clusterPolicy('deny', 'Baseline', 1, { action: 'Deny' }),
    ])
    const answer = ask(engine, 'shop/web', 'shop/cart')
    expect(answer.verdict).toBe('denied')
    expect(answer.ingress.by.map(({ policy, effect }) => [policy, effect])).toEqual([
      ['ClusterNetworkPolicy:pass', 'pass'],
      ['ClusterNetworkPolicy:deny', 'deny'],
    ])
  })

  test('equal priorities that disagree are unknown, equal ones that agree are not', () => {
    const accept = clusterPolicy('accept', 'Admin', 5, { action: 'Accept' })
    const deny = clusterPolicy('deny', 'Admin', 5, { action: 'Deny', protocols: [{ tcp: { destinationPort: { number: 80 } } }] })
    const engine = engineOf([web, cart, accept, deny])
    expect(ask(engine, 'shop/web', 'shop/cart', 80)).toMatchObject({ verdict: 'unknown', reason: 'equal-priority' })
    expect(ask(engine, 'shop/web', 'shop/cart', 81).verdict).toBe('allowed')
    expect(engine.connectivity('pod', { external: false }).unknown).toContainEqual({
      src: 'shop/web',
      dst: 'shop/cart',
      conns: { TCP: [[80, 80]] },
      reason: 'equal-priority',
    })
  })

  test('a field of a newer version fails closed: accept matches nothing, anything else denies everything', () => {
    const newer = { protocols: [{ quic: {} }] }
    const accept = clusterPolicy('accept', 'Admin', 1, { action: 'Accept', ...newer })
    const pass = clusterPolicy('pass', 'Admin', 2, { action: 'Pass', ...newer })
    expect(ask(engineOf([web, cart, accept]), 'shop/web', 'shop/cart').ingress.by).toEqual([])
    expect(ask(engineOf([web, cart, pass]), 'shop/web', 'shop/cart').verdict).toBe('denied')
  })

  test('a rule for a DNS name is known only when the traffic flows', () => {
    const policy = {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'names' },
      spec: {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        egress: [
          { action: 'Accept', to: [{ domainNames: ['*.example.com'] }] },
          { action: 'Deny', to: [{ networks: ['0.0.0.0/0', '::/0'] }] },
        ],
      },
    }
    const engine = engineOf([web, policy])
    expect(ask(engine, 'shop/web', 'dns:api.example.com')).toMatchObject({ verdict: 'unknown', reason: 'fqdn-rule' })
    expect(ask(engine, 'shop/web', 'dns:example.com').verdict).toBe('denied')
    expect(ask(engine, 'shop/web', 'ip:203.0.113.5')).toMatchObject({ verdict: 'unknown', reason: 'fqdn-rule' })
  })
})

describe('kinds of other vendors', () => {
  const calico = (spec: Spec): object => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: 'deny-all' },
    spec,
  })
  const cilium = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'x', namespace: 'shop' },
    spec: { endpointSelector: {}, ingress: [{}] },
  }

  test('count for nothing under a profile that does not know them', () => {
    const engine = engineOf([web, cart, calico({ selector: 'all()', types: ['Ingress'] }), cilium])
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('allowed')
    expect(engine.policies.map(({ enforcement }) => enforcement)).toEqual(['other-plugin', 'other-plugin'])
  })

  test('isolation and subjects follow the policies', () => {
    const engine = engineOf([web, cart, cartFromWeb])
    expect(engine.isolation('shop/cart' as PodRef)).toEqual({ ingress: ['NetworkPolicy:shop/cart'], egress: [], isComplete: true })
    expect(engine.isolation('shop/web' as PodRef)).toEqual({ ingress: [], egress: [], isComplete: true })
    expect(engine.policies[0]).toMatchObject({ subjectCount: 1, isolates: ['ingress'], ruleCounts: { ingress: 1, egress: 0 } })
  })

  const subjectsIn = (engine: PolicyEngine): readonly unknown[] =>
    engine.policies.map((policy) => [engine.subjectsOf(policy), engine.subjects(policy.ref), policy.subjectCount])

  const ofMesh = { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', spec: {} }
  test.each([cilium, ofMesh])('$kind: where nobody enforces them, the pods of their own namespace are their subjects', (object) => {
    const pods = ['t', 'u'].map((namespace) => aPod({ name: 'a', namespace }))
    const foreign = ['t', 'u'].map((namespace) => ({ ...object, metadata: { name: 'x', namespace } }))
    expect(subjectsIn(engineOf([...pods, ...foreign]))).toEqual([
      [['t/a'], ['t/a'], 1],
      [['u/a'], ['u/a'], 1],
    ])
  })

  test('policies select the pods that they name also where no policy is enforced', () => {
    const policy = aPolicy('web', { podSelector: { matchLabels: { app: 'web' } } })
    const engine = engineOf([web, cart, aPod({ name: 'other', namespace: 'pay', labels: { app: 'web' } }), policy], {
      profile: 'cilium',
      assumptions: { enablePolicy: 'never' },
    })
    expect(subjectsIn(engine)).toEqual([[['shop/web'], ['shop/web'], 1]])
    expect(ask(engine, 'shop/cart', 'shop/web').verdict).toBe('allowed')
  })
})
