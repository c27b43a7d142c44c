import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNamespace, aNode, aPod } from '../../model/testing/objects'
import { compilePolicies, type EngineOptions, type PolicyEngine } from '../engine'
import type { EvaluateAnswer } from '../types'

type Spec = Readonly<Record<string, unknown>>

const V1 = 'policy.networking.k8s.io/v1alpha1'
const EVERYBODY = { namespaces: {} }

function anAnp(spec: Spec, name = 'admin'): object {
  return { apiVersion: V1, kind: 'AdminNetworkPolicy', metadata: { name }, spec: { priority: 10, subject: EVERYBODY, ...spec } }
}

function aBanp(spec: Spec, name = 'default'): object {
  return { apiVersion: V1, kind: 'BaselineAdminNetworkPolicy', metadata: { name }, spec: { subject: EVERYBODY, ...spec } }
}

function aCnp(spec: Spec, name = 'cnp'): object {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: { tier: 'Admin', priority: 10, subject: EVERYBODY, ...spec },
  }
}

const denyAll = { action: 'Deny', from: [EVERYBODY] }

const objects = [
  aNamespace({ name: 'shop', labels: { team: 'a' } }),
  aNamespace({ name: 'pay', labels: { team: 'b' } }),
  aNode({ name: 'node-1', ip: '192.168.0.1', labels: { pool: 'core' } }),
  aNode({ name: 'node-2', ip: '192.168.0.2', labels: { pool: 'edge' } }),
  aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' }),
  aPod({
    name: 'dns',
    namespace: 'shop',
    labels: { app: 'dns' },
    ip: '10.0.0.2',
    node: 'node-1',
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns', containerPort: 5353, protocol: 'TCP' },
    ],
  }),
  aPod({ name: 'bank', namespace: 'pay', labels: { app: 'bank' }, ip: '10.0.0.3', node: 'node-2' }),
  aPod({ name: 'agent', namespace: 'pay', labels: { app: 'bank' }, ip: '192.168.0.2', node: 'node-2', hostNetwork: true }),
]

function engineOf(policies: readonly object[], options: EngineOptions = {}): PolicyEngine {
  return compilePolicies(aCluster([...objects, ...policies]), { profile: 'kubernetes', ...options })
}

function ask(engine: PolicyEngine, from: string, to: string, port = 80, protocol: 'TCP' | 'UDP' | 'ICMP' = 'TCP'): EvaluateAnswer {
  return engine.evaluate({ from, to, port, protocol })
}

const TARGETS = ['shop/dns', 'pay/bank', 'pay/agent', 'ip:192.168.0.1', 'ip:203.0.113.1'] as const

/** What the first egress rule denies, of five ends of every kind. */
function denied(to: readonly object[]): readonly string[] {
  const engine = engineOf([anAnp({ egress: [{ action: 'Deny', to }] })])
  return TARGETS.filter((target) => ask(engine, 'shop/web', target).verdict === 'denied')
}

describe('peers', () => {
  test('namespaces and pods never match host-network pods, networks match every address, nodes match machines', () => {
    expect(denied([{ namespaces: {} }])).toEqual(['shop/dns', 'pay/bank'])
    expect(denied([{ pods: { namespaceSelector: { matchLabels: { team: 'b' } }, podSelector: {} } }])).toEqual(['pay/bank'])
    expect(denied([{ networks: ['10.0.0.2/31', '192.168.0.0/24'] }])).toEqual(['shop/dns', 'pay/bank', 'pay/agent', 'ip:192.168.0.1'])
    expect(denied([{ nodes: { matchLabels: { pool: 'edge' } } }])).toEqual(['pay/agent'])
    expect(denied([{ nodes: {} }, { networks: ['203.0.113.0/24'] }])).toEqual(['pay/agent', 'ip:192.168.0.1', 'ip:203.0.113.1'])
  })

  test('networks of one family say nothing of the other', () => {
    const dual = [
      aPod({ name: 'a', namespace: 'dual', ips: ['10.1.0.1', 'fd00::1'] }),
      aPod({ name: 'b', namespace: 'dual', ips: ['10.1.0.2', 'fd00::2'] }),
    ]
    const engine = compilePolicies(aCluster([...dual, anAnp({ egress: [{ action: 'Deny', to: [{ networks: ['::/0'] }] }] })]), {
      profile: 'kubernetes',
    })
    const answer = ask(engine, 'dual/a', 'dual/b')
    expect(answer.parts?.map(({ family, answer }) => [family, answer.verdict])).toEqual([
      [4, 'allowed'],
      [6, 'denied'],
    ])
  })

  test('an early form of namespaces is read; labels compared with the subject fail closed', () => {
    const wrapped = { namespaces: { namespaceSelector: { matchLabels: { team: 'b' } } } }
    expect(denied([wrapped])).toEqual(['pay/bank'])
    const same = { namespaces: { sameLabels: ['team'] } }
    expect(denied([same])).toEqual([...TARGETS])
    const allow = engineOf([anAnp({ ingress: [{ action: 'Allow', from: [same] }] }), aBanp({ ingress: [denyAll] })])
    expect(ask(allow, 'shop/web', 'shop/dns').verdict).toBe('denied')
    expect(allow.problems).toMatchObject([{ severity: 'warning' }])
  })
})

describe('ports', () => {
  test('a name counts with every protocol that the destination has it for, and matches nothing elsewhere', () => {
    const engine = engineOf([
      anAnp({ egress: [{ action: 'Deny', to: [EVERYBODY, { networks: ['0.0.0.0/0'] }], ports: [{ namedPort: 'dns' }] }] }),
    ])
    expect(ask(engine, 'shop/web', 'shop/dns', 53, 'UDP').verdict).toBe('denied')
    expect(ask(engine, 'shop/web', 'shop/dns', 5353).verdict).toBe('denied')
    expect(ask(engine, 'shop/web', 'shop/dns', 53).verdict).toBe('allowed')
    expect(ask(engine, 'shop/web', 'pay/bank', 53, 'UDP').verdict).toBe('allowed')
    expect(ask(engine, 'shop/web', 'ip:203.0.113.1', 53, 'UDP').verdict).toBe('allowed')
  })

  test('a rule without protocols covers ICMP in ClusterNetworkPolicy; AdminNetworkPolicy leaves it open', () => {
    const to = [{ networks: ['0.0.0.0/0'] }]
    expect(ask(engineOf([aCnp({ egress: [{ action: 'Deny', to }] })]), 'shop/web', 'shop/dns', 0, 'ICMP').verdict).toBe('denied')
    const one = [{ tcp: {} }]
    expect(ask(engineOf([aCnp({ egress: [{ action: 'Deny', to, protocols: one }] })]), 'shop/web', 'shop/dns', 0, 'ICMP').verdict).toBe(
      'allowed',
    )
    expect(ask(engineOf([anAnp({ egress: [{ action: 'Deny', to }] })]), 'shop/web', 'shop/dns', 0, 'ICMP').reason).toBe(
      'protocol-not-covered',
    )
  })

  test.each<[string, Spec]>([
    ['portNumber', { portNumber: { port: 80, newer: true } }],
    ['portRange', { portRange: { start: 1, end: 80, newer: true } }],
    ['a field of its own', { newer: {} }],
  ])('an unknown field in %s fails closed', (_, port) => {
    const rule = { from: [{ namespaces: { matchLabels: { team: 'b' } } }], ports: [port] }
    expect(ask(engineOf([anAnp({ ingress: [{ action: 'Pass', ...rule }] })]), 'shop/web', 'shop/dns').verdict).toBe('denied')
    const allow = engineOf([anAnp({ ingress: [{ action: 'Allow', ...rule }] }), aBanp({ ingress: [denyAll] })])
    expect(ask(allow, 'pay/bank', 'shop/dns').verdict).toBe('denied')
  })
})

describe('layers', () => {
  const np = (spec: Spec): object => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'np', namespace: 'shop' },
    spec: { podSelector: {}, ...spec },
  })

  test('Baseline is asked only in the direction in which no NetworkPolicy selects the pod', () => {
    const engine = engineOf([
      np({ policyTypes: ['Ingress'], ingress: [{}] }),
      aBanp({ ingress: [denyAll], egress: [{ action: 'Deny', to: [EVERYBODY] }] }),
    ])
    expect(ask(engine, 'shop/web', 'shop/dns')).toMatchObject({ egress: { verdict: 'denied' }, ingress: { verdict: 'allowed' } })
  })

  test('Pass in Baseline goes on to the default, and past later Baseline policies', () => {
    const pass = aCnp({ tier: 'Baseline', priority: 1, ingress: [{ action: 'Pass', from: [EVERYBODY] }] }, 'pass')
    const deny = aCnp({ tier: 'Baseline', priority: 2, ingress: [denyAll] }, 'deny')
    expect(ask(engineOf([pass, deny]), 'shop/web', 'shop/dns').verdict).toBe('allowed')
    expect(ask(engineOf([deny]), 'shop/web', 'shop/dns').verdict).toBe('denied')
  })

  test('an Accept on one side does not override the other', () => {
    const engine = engineOf([anAnp({ egress: [{ action: 'Allow', to: [EVERYBODY] }] }), np({ policyTypes: ['Ingress'] })])
    expect(ask(engine, 'shop/web', 'shop/dns')).toMatchObject({
      verdict: 'denied',
      egress: { verdict: 'allowed' },
      ingress: { verdict: 'denied' },
    })
  })

  test('the two kinds stand in one order by priority, with a warning', () => {
    const engine = engineOf([
      anAnp({ priority: 5, ingress: [{ action: 'Allow', from: [EVERYBODY] }] }),
      aCnp({ priority: 6, ingress: [denyAll] }),
    ])
    expect(ask(engine, 'shop/web', 'shop/dns').verdict).toBe('allowed')
    expect(engine.problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('no rule says') }])
    const equal = engineOf([
      anAnp({ priority: 6, ingress: [{ action: 'Allow', from: [EVERYBODY] }] }),
      aCnp({ priority: 6, ingress: [denyAll] }),
    ])
    expect(ask(equal, 'shop/web', 'shop/dns').reason).toBe('equal-priority')
  })
})

describe('what the API server refuses', () => {
  const from = [EVERYBODY]

  test.each<[string, object]>([
    ['metadata.name', aBanp({ ingress: [denyAll] }, 'other')],
    ['spec.priority', anAnp({ priority: 1001, ingress: [denyAll] })],
    ['spec.priority', anAnp({ priority: null, ingress: [denyAll] })],
    ['spec.subject', anAnp({ subject: {}, ingress: [denyAll] })],
    ['spec.subject', anAnp({ subject: { namespaces: {}, pods: {} }, ingress: [denyAll] })],
    ['spec.ingress', anAnp({ ingress: Array.from({ length: 101 }, () => denyAll) })],
    ['spec.ingress', aCnp({ ingress: Array.from({ length: 26 }, () => denyAll) })],
    ['spec.ingress[0].from', anAnp({ ingress: [{ action: 'Deny', from: [] }] })],
    ['spec.ingress[0].from', aCnp({ ingress: [{ action: 'Deny', from: Array.from({ length: 26 }, () => EVERYBODY) }] })],
    [
      'spec.egress[0].to[0].networks',
      aCnp({ egress: [{ action: 'Deny', to: [{ networks: Array.from({ length: 26 }, () => '10.0.0.0/8') }] }] }),
    ],
    ['spec.ingress[0].action', aBanp({ ingress: [{ action: 'Pass', from }] })],
    ['spec.ingress[0].action', aCnp({ ingress: [{ action: 'Allow', from }] })],
    ['spec.ingress[0].from[0].pods', anAnp({ ingress: [{ action: 'Deny', from: [{ namespaces: {}, pods: {} }] }] })],
    ['spec.egress[0].to[0].networks[1]', anAnp({ egress: [{ action: 'Deny', to: [{ networks: ['10.0.0.0/8', '10.0.0.0'] }] }] })],
    ['spec.egress[0].to[0].domainNames', aCnp({ egress: [{ action: 'Deny', to: [{ domainNames: ['a.example.com'] }] }] })],
    ['spec.ingress[0].ports[0].portRange.start', anAnp({ ingress: [{ ...denyAll, ports: [{ portRange: { start: 9, end: 8 } }] }] })],
    [
      'spec.ingress[0].protocols[0].tcp.destinationPort.range',
      aCnp({ ingress: [{ ...denyAll, protocols: [{ tcp: { destinationPort: { number: 1, range: { start: 1, end: 2 } } } }] }] }),
    ],
    ['spec.tier', aCnp({ tier: 'Top', ingress: [denyAll] })],
  ])('%s is named and makes answers unknown', (place, policy) => {
    const engine = engineOf([policy])
    expect(engine.problems[0]).toMatchObject({ severity: 'error', message: expect.stringContaining(`: ${place}: `) })
    const verdicts = [ask(engine, 'shop/web', 'shop/dns'), ask(engine, 'shop/web', 'ip:203.0.113.1')].map(({ verdict }) => verdict)
    expect(verdicts).toContain('unknown')
    expect(verdicts).not.toContain('denied')
  })
})
