import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aPod, aService } from '../../model/testing/objects'
import { compilePolicies, type PolicyEngine } from '../engine'
import type { EvaluateAnswer } from '../types'

type Spec = Readonly<Record<string, unknown>>

function calico(kind: string, name: string, spec: Spec, namespace?: string, labels: Spec = {}): object {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) }, spec }
}

function engineOf(...objects: readonly object[]): PolicyEngine {
  return compilePolicies(aCluster(objects), { profile: 'calico' })
}

type Question = {
  readonly from?: string
  readonly to?: string
  readonly port?: number
  readonly protocol?: 'TCP' | 'UDP' | 'ICMP' | 'OTHER'
}

function ask(engine: PolicyEngine, { from = 'default/a', to = 'default/b', port = 80, protocol = 'TCP' }: Question = {}): EvaluateAnswer {
  return engine.evaluate({ from, to, port, protocol })
}

const a = aPod({ name: 'a', labels: { name: 'a' }, ips: ['10.65.0.1', 'fd00::1'] })
const b = aPod({ name: 'b', labels: { name: 'b' }, ips: ['10.65.0.2', 'fd00::2'], ports: [{ name: 'http', containerPort: 80 }] })

/** Denies ingress by one rule and allows the rest. */
function denying(rule: Spec, ...more: readonly object[]): PolicyEngine {
  const spec = { types: ['Ingress'], ingress: [{ action: 'Deny', ...rule }, { action: 'Allow' }] }
  return engineOf(a, b, calico('GlobalNetworkPolicy', 'p', spec), ...more)
}

/** Allows egress by one rule only. */
function allowingEgress(rule: Spec, ...more: readonly object[]): PolicyEngine {
  return engineOf(a, b, calico('GlobalNetworkPolicy', 'p', { types: ['Egress'], egress: [{ action: 'Allow', ...rule }] }), ...more)
}

describe('address families', () => {
  const verdicts = (engine: PolicyEngine): readonly string[] =>
    ['ip:192.0.2.1', 'ip:2001:db8::1'].map((from) => ask(engine, { from }).verdict)

  test('ipVersion keeps a rule to one family', () => {
    expect(verdicts(denying({ ipVersion: 4 }))).toEqual(['denied', 'allowed'])
    expect(verdicts(denying({ ipVersion: 6 }))).toEqual(['allowed', 'denied'])
  })

  test('a pod without a known address counts as IPv4', () => {
    const engine = (ipVersion: number): PolicyEngine =>
      engineOf(
        aPod({ name: 'a' }),
        aPod({ name: 'b' }),
        calico('GlobalNetworkPolicy', 'p', { ingress: [{ action: 'Deny', ipVersion }, { action: 'Allow' }] }),
      )
    expect([ask(engine(4)).verdict, ask(engine(6)).verdict]).toEqual(['denied', 'allowed'])
  })

  test('notNets of one family make no rule for the other', () => {
    expect(verdicts(denying({ source: { notNets: ['fd00::/8'] } }))).toEqual(['allowed', 'denied'])
    expect(verdicts(denying({ source: { notNets: ['0.0.0.0/0'] } }))).toEqual(['allowed', 'allowed'])
  })
})

describe('protocols and ports', () => {
  test('source ports decide nothing when they leave out none or all', () => {
    const source = (ports: Spec): string => ask(denying({ protocol: 'TCP', source: ports })).verdict
    expect([source({ ports: ['1:65535'] }), source({ notPorts: ['0:65535'] }), source({ notPorts: [7] })]).toEqual([
      'denied',
      'allowed',
      'unknown',
    ])
  })

  test('a rule with source ports never matches ICMP', () => {
    expect(ask(denying({ protocol: 'TCP', source: { ports: [7] } }), { protocol: 'ICMP', port: 0 }).verdict).toBe('allowed')
  })

  test('icmp types leave it open whether a rule matches, notICMP without a type does not', () => {
    const icmp = { protocol: 'ICMP', port: 0 } as const
    expect(ask(denying({ protocol: 'ICMP', icmp: { type: 8 } }), icmp)).toMatchObject({
      verdict: 'unknown',
      reason: 'protocol-not-covered',
    })
    expect(ask(denying({ protocol: 'ICMP', notICMP: {} }), icmp).verdict).toBe('denied')
  })

  test('protocols by number, and protocols that are none of the known', () => {
    expect(ask(denying({ protocol: 6 })).verdict).toBe('denied')
    expect(ask(denying({ notProtocol: 6 })).verdict).toBe('allowed')
    expect(ask(denying({ notProtocol: 'TCP' }), { protocol: 'OTHER', port: 0 }).verdict).toBe('denied')
    expect(ask(denying({ protocol: 47 }), { protocol: 'OTHER', port: 0 }).verdict).toBe('unknown')
  })

  test('a port name alone stands for the protocol of the container port', () => {
    const engine = denying({ destination: { ports: ['http'] } })
    expect([ask(engine).verdict, ask(engine, { protocol: 'UDP' }).verdict]).toEqual(['denied', 'allowed'])
  })

  test('port names of init containers count', () => {
    const spec = { containers: [{ name: 'app' }], initContainers: [{ name: 'init', ports: [{ name: 'first', containerPort: 80 }] }] }
    const policy = calico('GlobalNetworkPolicy', 'p', {
      ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: ['first'] } }, { action: 'Allow' }],
    })
    expect(ask(engineOf(a, aPod({ name: 'b', spec }), policy)).verdict).toBe('denied')
  })

  test('with a selector a port name means endpoints that have the labels, not addresses of a network set', () => {
    const set = calico('GlobalNetworkSet', 's', { nets: ['10.65.0.2/32', 'fd00::2'] }, undefined, { role: 'set' })
    const egress = (ports: readonly unknown[]): string =>
      ask(allowingEgress({ protocol: 'TCP', destination: { selector: "role == 'set'", ports } }, set)).verdict
    expect([egress(['http']), egress([80]), egress(['http', 80])]).toEqual(['denied', 'allowed', 'allowed'])
    const except = allowingEgress({ protocol: 'TCP', destination: { selector: "role == 'set'", notPorts: ['http'] } }, set)
    expect(ask(except).verdict).toBe('allowed')
  })
})

describe('services in rules', () => {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 's-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 's' } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.65.0.3'], conditions: { ready: false } }],
  }
  const services = { services: { name: 's', namespace: 'default' } }

  test('egress to a service means its endpoints and their ports', () => {
    const engine = allowingEgress(
      { destination: services },
      aService({ name: 's', selector: null, ports: [{ port: 8080, targetPort: 80 }] }),
      slice,
      aPod({ name: 'c', ip: '10.65.0.3' }),
    )
    const to = 'default/c'
    expect([ask(engine, { to }).verdict, ask(engine, { to, port: 8080 }).verdict, ask(engine, { to: 'ip:10.65.0.9' }).verdict]).toEqual([
      'allowed',
      'denied',
      'denied',
    ])
  })

  test('a service that does not exist is nobody, and its rule still counts', () => {
    const engine = allowingEgress({ destination: services })
    expect(engine.policies[0]?.ruleCounts).toEqual({ ingress: 0, egress: 1 })
    expect(ask(engine).egress.by).toEqual([
      { policy: 'GlobalNetworkPolicy:p', rule: null, effect: 'isolates', detail: 'no-rule-selects-peer' },
    ])
  })

  test('each endpoint counts with its own port', () => {
    const pods = [80, 81].map((containerPort, index) =>
      aPod({ name: `s${index}`, labels: { app: 's' }, ip: `10.65.1.${index}`, ports: [{ name: 'web', containerPort }] }),
    )
    const engine = allowingEgress(
      { protocol: 'TCP', destination: services },
      ...pods,
      aService({ name: 's', ports: [{ port: 80, targetPort: 'web' }] }),
    )
    const verdicts = ['default/s0', 'default/s1'].map((to) => [80, 81].map((port) => ask(engine, { to, port }).verdict))
    expect(verdicts).toEqual([
      ['allowed', 'denied'],
      ['denied', 'allowed'],
    ])
    expect(engine.policies[0]?.ruleCounts.egress).toBe(1)
  })

  test('pods of manifests stand behind a service by its selector', () => {
    const pod = aPod({ name: 's0', labels: { app: 's' }, ports: [{ name: 'web', containerPort: 81 }] })
    const engine = allowingEgress({ destination: services }, pod, aService({ name: 's', ports: [{ port: 80, targetPort: 'web' }] }))
    expect([80, 81].map((port) => ask(engine, { to: 'default/s0', port }).verdict)).toEqual(['denied', 'allowed'])
  })

  test('ingress from a service means its endpoints on any port', () => {
    const engine = denying({ source: services }, aService({ name: 's', selector: { name: 'a' } }))
    expect([ask(engine, { port: 4711 }).verdict, ask(engine, { from: 'ip:10.65.0.9' }).verdict]).toEqual(['denied', 'allowed'])
  })
})

describe('what a rule refers to', () => {
  test('service accounts without names and selector ask nothing', () => {
    expect(ask(denying({ source: { serviceAccounts: {} } }), { from: 'ip:192.0.2.1' }).verdict).toBe('denied')
  })

  test('labels of a profile are labels of its pods', () => {
    const profile = calico('Profile', 'kns.default', {
      labelsToApply: { zone: 'x' },
      ingress: [{ action: 'Allow' }],
      egress: [{ action: 'Allow' }],
    })
    expect(ask(denying({ source: { selector: "zone == 'x'" } }, profile)).verdict).toBe('denied')
    expect(ask(denying({ source: { selector: "zone == 'x'" } })).verdict).toBe('allowed')
  })

  test('a machine has the labels of its host endpoint, by address', () => {
    const host = calico('HostEndpoint', 'h', { node: 'n', interfaceName: 'eth0', expectedIPs: ['192.0.2.1'] }, undefined, {
      role: 'machine',
    })
    expect(ask(denying({ source: { selector: "role == 'machine'" } }, host), { from: 'ip:192.0.2.1' }).verdict).toBe('denied')
    expect(ask(denying({ source: { namespaceSelector: 'global()' } }, host), { from: 'ip:192.0.2.1' }).verdict).toBe('denied')
  })

  test('what depends on a network set that cannot be read is unknown, the rest is not', () => {
    const set = calico('GlobalNetworkSet', 's', { nets: ['192.0.2.0/99'] }, undefined, { role: 'set' })
    const engine = denying({ source: { selector: "role == 'set'" } }, set)
    expect(engine.problems[0]?.message).toBe('GlobalNetworkSet s: spec.nets: "192.0.2.0/99" is no address and no CIDR')
    expect(ask(engine, { from: 'ip:192.0.2.1' })).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
    expect(ask(denying({ source: { selector: "role == 'other'" } }, set), { from: 'ip:192.0.2.1' }).verdict).toBe('allowed')
  })

  test('policies of a tier that cannot be read may stand anywhere', () => {
    const tier = calico('Tier', 't', { order: 'first' })
    const policy = calico('GlobalNetworkPolicy', 't.p', { tier: 't', order: 1, ingress: [{ action: 'Allow' }] })
    const engine = denying({}, tier, policy)
    expect(engine.problems.map(({ message }) => message)).toEqual(['Tier t: spec.order: must be a number'])
    expect(ask(engine)).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
  })
})

test.each<[string, Spec]>([
  ['an unknown field', { source: { cidr: '10.0.0.0/8' } }],
  ['an unknown action', { action: 'Permit' }],
  ['a port range that runs backwards', { protocol: 'TCP', destination: { ports: ['9:1'] } }],
  ['a source port that is none', { protocol: 'TCP', source: { ports: ['http?'] } }],
  ['ports without a protocol', { destination: { ports: [80] } }],
  ['ports of ICMP', { protocol: 'ICMP', destination: { ports: [80] } }],
  ['icmp without its protocol', { icmp: { type: 8 } }],
  ['an ICMP type that is none', { protocol: 'ICMP', icmp: { type: 300 } }],
  ['a protocol that is none', { protocol: 'QUIC' }],
  ['an address family that is none', { ipVersion: 5 }],
  ['services in the destination of an ingress rule', { destination: { services: { name: 's', namespace: 'default' } } }],
  ['services beside a selector', { source: { selector: 'all()', services: { name: 's', namespace: 'default' } } }],
  ['services without a namespace', { source: { services: { name: 's' } } }],
  ['HTTP on UDP', { protocol: 'UDP', http: { methods: ['GET'] } }],
  ['a selector that ends too early', { source: { selector: "a == 'b' &&" } }],
  ['a CIDR that is none', { source: { notNets: ['10.0.0.0/33'] } }],
])('%s is a problem, and the answer unknown', (_, rule) => {
  const engine = denying(rule)
  expect(engine.problems.some(({ severity, line }) => severity === 'error' && line !== 0)).toBe(true)
  expect(ask(engine)).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
})
