import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNode, aPod } from '../../model/testing/objects'
import { compilePolicies, type PolicyEngine } from '../engine'
import type { EvaluateAnswer } from '../types'

type Spec = Readonly<Record<string, unknown>>

function calico(kind: string, name: string, spec: Spec, labels: Spec = {}): object {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name, labels }, spec }
}

function hostEndpoint(spec: Spec = {}, name = 'h1'): object {
  return calico('HostEndpoint', name, { node: 'n1', interfaceName: '*', ...spec }, { role: 'machine' })
}

const objects = [
  aNode({ name: 'n1', ip: '192.168.0.1' }),
  aNode({ name: 'n2', ip: '192.168.0.2' }),
  aPod({ name: 'a', ip: '10.0.1.1', node: 'n1', labels: { app: 'a' } }),
  aPod({ name: 'b', ip: '10.0.2.1', node: 'n2', labels: { app: 'b' } }),
  aPod({ name: 'c', ip: '10.0.1.2', node: 'n1', labels: { app: 'c' } }),
  aPod({ name: 'agent', node: 'n1', hostNetwork: true, hostIp: '192.168.0.1', labels: { app: 'agent' } }),
]

function engineOf(...more: readonly object[]): PolicyEngine {
  return compilePolicies(aCluster([...objects, ...more]), { profile: 'calico' })
}

function ask(engine: PolicyEngine, from: string, to: string, port = 80, protocol: 'TCP' | 'UDP' = 'TCP'): EvaluateAnswer {
  return engine.evaluate({ from, to, port, protocol })
}

const policy = (name: string, spec: Spec, kind = 'GlobalNetworkPolicy'): object =>
  calico(kind, name, { selector: "role == 'machine'", types: ['Ingress', 'Egress'], ...spec })
const OUTSIDE = 'ip:203.0.113.1'
const MACHINE = 'ip:192.168.0.1'

describe('traffic of the machine itself', () => {
  test('a host endpoint without policies and profile closes the machine, but for failsafe ports', () => {
    const engine = engineOf(hostEndpoint())
    expect(ask(engine, OUTSIDE, MACHINE)).toMatchObject({
      verdict: 'denied',
      ingress: { by: [{ policy: 'HostEndpoint:h1', effect: 'isolates' }] },
    })
    expect([22, 6443, 53].map((port) => ask(engine, OUTSIDE, MACHINE, port).verdict)).toEqual(['allowed', 'allowed', 'denied'])
    expect([22, 6443, 53].map((port) => ask(engine, MACHINE, OUTSIDE, port, port === 53 ? 'UDP' : 'TCP').verdict)).toEqual([
      'denied',
      'allowed',
      'allowed',
    ])
    expect(ask(engine, OUTSIDE, MACHINE, 22).ingress.by).toEqual([
      { policy: 'FelixConfiguration:default', rule: null, effect: 'allow', detail: null },
    ])
  })

  test('a host-network pod is its machine, the pods of the machine and other machines are not touched', () => {
    const engine = engineOf(hostEndpoint())
    expect(ask(engine, OUTSIDE, 'default/agent').verdict).toBe('denied')
    expect(ask(engine, OUTSIDE, 'ip:192.168.0.2').verdict).toBe('allowed')
    expect(ask(engine, OUTSIDE, 'default/a').verdict).toBe('allowed')
    expect(ask(engine, 'default/b', MACHINE).verdict).toBe('denied')
  })

  test('what stays on the machine meets no host endpoint', () => {
    const engine = engineOf(hostEndpoint())
    expect([ask(engine, 'default/a', MACHINE).verdict, ask(engine, MACHINE, 'default/a').verdict]).toEqual(['allowed', 'allowed'])
    expect(ask(engine, MACHINE, 'default/b').verdict).toBe('denied')
    expect([ask(engine, 'default/a', 'entity:host').verdict, ask(engine, OUTSIDE, 'entity:host')]).toMatchObject([
      'allowed',
      { verdict: 'unknown', reason: 'host-endpoint' },
    ])
  })

  test('an automatic host endpoint is open until a policy selects it', () => {
    const auto = hostEndpoint({ profiles: ['projectcalico-default-allow'] })
    expect(ask(engineOf(auto), OUTSIDE, MACHINE).verdict).toBe('allowed')
    const some = policy('p', { types: ['Ingress'], ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [443] } }] })
    const engine = engineOf(auto, some)
    expect([443, 80].map((port) => ask(engine, OUTSIDE, MACHINE, port).verdict)).toEqual(['allowed', 'denied'])
    expect(ask(engine, MACHINE, OUTSIDE).verdict).toBe('allowed')
  })

  test('a namespace selector, or all() beside one, keeps a policy from machines', () => {
    const auto = hostEndpoint({ profiles: ['projectcalico-default-allow'] })
    const deny = { types: ['Ingress'], ingress: [{ action: 'Deny' }] }
    const verdict = (spec: Spec): string =>
      ask(engineOf(auto, calico('GlobalNetworkPolicy', 'p', { ...deny, ...spec })), OUTSIDE, MACHINE).verdict
    expect(verdict({ selector: 'all()' })).toBe('denied')
    expect(verdict({ selector: 'all()', namespaceSelector: 'all()' })).toBe('allowed')
    expect(verdict({ selector: 'all()', namespaceSelector: "team != 'x'" })).toBe('allowed')
    expect(verdict({ namespaceSelector: "team != 'x'" })).toBe('denied')
  })

  test('failsafe ports come from the configuration', () => {
    const felix = calico('FelixConfiguration', 'default', {
      failsafeInboundHostPorts: [{ protocol: 'TCP', port: 80, net: '203.0.113.0/24' }],
      failsafeOutboundHostPorts: [],
    })
    const engine = engineOf(hostEndpoint(), felix)
    expect([
      ask(engine, OUTSIDE, MACHINE).verdict,
      ask(engine, 'ip:198.51.100.1', MACHINE).verdict,
      ask(engine, OUTSIDE, MACHINE, 22).verdict,
    ]).toEqual(['allowed', 'denied', 'denied'])
    expect(ask(engine, MACHINE, OUTSIDE, 6443).verdict).toBe('denied')
  })

  test('port names are those of the host endpoint', () => {
    const host = hostEndpoint({ expectedIPs: ['192.168.0.1'], ports: [{ name: 'metrics', port: 9100, protocol: 'TCP' }] })
    const engine = engineOf(host, policy('p', { ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: ['metrics'] } }] }))
    expect([9100, 80].map((port) => ask(engine, OUTSIDE, MACHINE, port).verdict)).toEqual(['allowed', 'denied'])
  })

  test('a machine that is no cluster node is known by the addresses of its host endpoint', () => {
    const engine = engineOf(hostEndpoint({ node: 'elsewhere', expectedIPs: ['198.51.100.9'] }))
    expect([ask(engine, OUTSIDE, 'ip:198.51.100.9').verdict, ask(engine, OUTSIDE, 'ip:198.51.100.8').verdict]).toEqual([
      'denied',
      'allowed',
    ])
  })

  test('of several interfaces the one with the address counts; when none is known they must agree', () => {
    const eth0 = hostEndpoint({ interfaceName: 'eth0', expectedIPs: ['192.168.0.1'] }, 'eth0')
    const rest = hostEndpoint({ profiles: ['projectcalico-default-allow'] }, 'rest')
    expect(ask(engineOf(eth0, rest), OUTSIDE, MACHINE).verdict).toBe('denied')
    const eth1 = hostEndpoint({ interfaceName: 'eth1' }, 'eth1')
    expect(ask(engineOf(eth1, rest), OUTSIDE, MACHINE)).toMatchObject({ verdict: 'unknown', reason: 'host-endpoint' })
    expect(ask(engineOf(eth1), OUTSIDE, MACHINE).verdict).toBe('denied')
  })
})

describe('untracked and pre-DNAT policies', () => {
  const early = { applyOnForward: true, types: ['Ingress'] }

  test('they decide before normal policies and leave the rest to them', () => {
    const engine = engineOf(
      hostEndpoint({ profiles: ['projectcalico-default-allow'] }),
      policy('normal', {
        order: 1,
        types: ['Ingress'],
        ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80, 81, 82] } }],
      }),
      policy('dnat', {
        ...early,
        order: 5,
        preDNAT: true,
        ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [81, 82] } }],
      }),
      policy('raw', {
        ...early,
        order: 9,
        doNotTrack: true,
        ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [82, 83] } }],
      }),
    )
    expect([80, 81, 82, 83, 84].map((port) => ask(engine, OUTSIDE, MACHINE, port).verdict)).toEqual([
      'allowed',
      'denied',
      'allowed',
      'allowed',
      'denied',
    ])
  })

  test('they say nothing of pods on machines without host endpoints', () => {
    const engine = engineOf(policy('raw', { ...early, selector: 'all()', doNotTrack: true, ingress: [{ action: 'Deny' }] }))
    expect(ask(engine, OUTSIDE, 'default/a').verdict).toBe('allowed')
  })

  test.each<[string, Spec]>([
    ['doNotTrack without applyOnForward', { doNotTrack: true }],
    ['both at once', { doNotTrack: true, preDNAT: true, applyOnForward: true }],
    ['preDNAT with egress rules', { preDNAT: true, applyOnForward: true, egress: [{ action: 'Deny' }] }],
  ])('%s is a problem', (_, spec) => {
    const engine = engineOf(hostEndpoint({ profiles: ['projectcalico-default-allow'] }), policy('p', spec))
    expect(engine.problems).toHaveLength(1)
    expect(ask(engine, OUTSIDE, MACHINE)).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
  })
})

describe('forwarded traffic', () => {
  const forwarding = policy('f', {
    applyOnForward: true,
    types: ['Ingress'],
    ingress: [{ action: 'Allow', protocol: 'TCP', source: { selector: "app == 'b'" }, destination: { ports: [80] } }],
  })

  test('normal policies do not touch it, applyOnForward policies do', () => {
    const normal = policy('p', { ingress: [{ action: 'Deny' }] })
    expect(ask(engineOf(hostEndpoint(), normal), 'default/b', 'default/a').verdict).toBe('allowed')
    const engine = engineOf(hostEndpoint(), forwarding)
    expect([80, 81].map((port) => ask(engine, 'default/b', 'default/a', port).verdict)).toEqual(['allowed', 'denied'])
    expect(ask(engine, OUTSIDE, 'default/a').verdict).toBe('denied')
    expect(ask(engine, 'default/a', 'default/b', 81).verdict).toBe('allowed')
  })

  test('pods of one machine talk without it', () => {
    expect(ask(engineOf(hostEndpoint(), forwarding), 'default/c', 'default/a', 81).verdict).toBe('allowed')
  })

  test('both the machine and the pod must allow, and both show', () => {
    const own = calico('GlobalNetworkPolicy', 'own', { selector: "app == 'a'", ingress: [{ action: 'Deny' }] })
    const { verdict, ingress } = ask(engineOf(hostEndpoint(), forwarding, own), 'default/b', 'default/a')
    expect(verdict).toBe('denied')
    expect(ingress.by.map(({ policy, effect }) => [policy, effect])).toEqual([
      ['GlobalNetworkPolicy:f', 'allow'],
      ['GlobalNetworkPolicy:own', 'deny'],
    ])
  })

  test('the whole connectivity counts it, for pods, workloads and outside ranges', () => {
    const engine = engineOf(hostEndpoint(), forwarding)
    const connectivity = engine.connectivity('pod')
    const { between } = connectivity
    expect(connectivity.unknown).toEqual([])
    expect([between('default/b', 'default/a'), between('default/c', 'default/a'), between('default/a', 'default/b')]).toEqual([
      { TCP: [[80, 80]] },
      'all',
      'all',
    ])
    const rows = new Map(connectivity.connections.map(({ src, dst, conns }) => [`${src} ${dst}`, conns]))
    expect([rows.get('default/b default/a'), rows.get('default/c default/a')]).toEqual([{ TCP: [[80, 80]] }, 'all'])
    expect(connectivity.connections.filter(({ src, dst }) => src.startsWith('ip:') && dst === 'default/a')).toEqual([])
    expect(engine.connectivity('workload').between('default/b[Pod]', 'default/a[Pod]')).toEqual({ TCP: [[80, 80]] })
    const cell = [...connectivity.cells()].find(({ src, dst }) => src.includes('default/b') && dst.includes('default/a'))
    expect(cell?.conns).toEqual({ TCP: [[80, 80]] })
  })

  test('what a host endpoint that cannot be read leaves open is unknown in every list', () => {
    const unreadable = hostEndpoint({ expectedIPs: ['no address'] })
    const others = ['h2', 'h3'].map((name) => hostEndpoint({ node: 'n2', interfaceName: name }, name))
    const deny = policy('deny', { applyOnForward: true, ingress: [{ action: 'Deny' }], types: ['Ingress'] })
    const found = engineOf(unreadable, ...others, deny).connectivity('pod', { external: false })
    expect(found.unknown.map(({ src, dst, reason }) => [src, dst, reason])).toEqual([
      ['default/a', 'default/b', 'host-endpoint'],
      ['default/b', 'default/a', 'unsupported-policy'],
      ['default/b', 'default/c', 'unsupported-policy'],
      ['default/c', 'default/b', 'host-endpoint'],
    ])
    expect([...found.unknownRows()]).toEqual(found.unknown)
  })

  test('outside ranges are cut where a policy of the machine names addresses', () => {
    const some = policy('f', {
      applyOnForward: true,
      types: ['Ingress'],
      ingress: [{ action: 'Allow', source: { nets: ['203.0.113.0/25'] } }],
    })
    const { connections } = engineOf(hostEndpoint(), some).connectivity('pod')
    expect(connections.filter(({ src, dst }) => src.startsWith('ip:') && dst === 'default/a')).toEqual([
      { src: 'ip:203.0.113.0-203.0.113.127', dst: 'default/a', conns: 'all' },
    ])
  })

  test('an outside range is outside, whatever in the cluster has one of its addresses', () => {
    const addressed = hostEndpoint({ expectedIPs: ['192.168.0.1'] })
    const { connections } = engineOf(addressed, forwarding).connectivity('pod')
    expect(connections.filter(({ src, dst }) => src.startsWith('ip:') && dst === 'default/a')).toEqual([])
  })
})

test('staged policies of machines show in the pending trace', () => {
  const staged = policy('s', { types: ['Ingress'], ingress: [{ action: 'Deny' }] }, 'StagedGlobalNetworkPolicy')
  const { verdict, ingress } = ask(engineOf(hostEndpoint({ profiles: ['projectcalico-default-allow'] }), staged), OUTSIDE, MACHINE)
  expect(verdict).toBe('allowed')
  expect(ingress.trace.enforced).toEqual([
    { tier: '__PROFILE__', kind: 'Profile', policy: 'projectcalico-default-allow', action: 'allow', rule: 0 },
  ])
  expect(ingress.trace.pending).toEqual([{ tier: 'default', kind: 'StagedGlobalNetworkPolicy', policy: 's', action: 'deny', rule: 0 }])
})

test('what policies say of ports counts once, on however many machines they stand', () => {
  const open = { profiles: ['projectcalico-default-allow'] }
  const web = policy('web', { ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80] } }] })
  const portsOf = (...machines: readonly string[]) => {
    const engine = engineOf(web, ...machines.map((node) => hostEndpoint({ node, ...open }, `h-${node}`)))
    return engine.facts.evaluation.hosts?.portsIn('ingress')
  }
  expect(portsOf('n1')?.length).toBeGreaterThan(1)
  expect(portsOf('n1', 'n2', 'n3', 'n4')).toEqual(portsOf('n1'))
})
