import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNamespace, aPod } from '../../model/testing/objects'
import { compilePolicies, type PolicyEngine } from '../engine'

type Spec = Readonly<Record<string, unknown>>

function calico(kind: string, name: string, spec: Spec, namespace?: string, labels: Spec = {}): object {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) }, spec }
}

function pod(name: string, ip: string, namespace = 'default', serviceAccount = 'default'): object {
  return aPod({ name, namespace, labels: { name }, ip, serviceAccount, ports: [{ name: 'http', containerPort: 8055 }] })
}

function engineOf(...objects: readonly object[]): PolicyEngine {
  return compilePolicies(aCluster(objects), { profile: 'calico' })
}

const pods = [pod('a', '10.65.0.1'), pod('b', '10.65.0.2'), pod('c', '10.65.0.3', 'other', 'robot')]

function verdict(engine: PolicyEngine, from: string, to: string, port = 8055, protocol: 'TCP' | 'UDP' | 'ICMP' = 'TCP'): string {
  return engine.evaluate({ from, to, port, protocol }).verdict
}

describe('tiers', () => {
  const tiered = (defaultAction: string): PolicyEngine =>
    engineOf(
      ...pods,
      calico('Tier', 'tier1', { order: 1, defaultAction }),
      calico(
        'NetworkPolicy',
        'tier1.p',
        { tier: 'tier1', selector: "name == 'b'", ingress: [{ action: 'Allow', source: { selector: "name == 'x'" } }] },
        'default',
      ),
    )

  test('the end of a tier denies, and shows at its last policy', () => {
    const answer = tiered('Deny').evaluate({ from: 'default/a', to: 'default/b', port: 8055, protocol: 'TCP' })
    expect(answer.verdict).toBe('denied')
    expect(answer.ingress.trace.enforced).toEqual([
      { tier: 'tier1', kind: 'NetworkPolicy', policy: 'default/tier1.p', action: 'deny', rule: -1 },
    ])
  })

  test('a tier that passes leads to the profile', () => {
    const answer = tiered('Pass').evaluate({ from: 'default/a', to: 'default/b', port: 8055, protocol: 'TCP' })
    expect(answer.verdict).toBe('allowed')
    expect(answer.ingress.trace.enforced).toEqual([
      { tier: 'tier1', kind: 'NetworkPolicy', policy: 'default/tier1.p', action: 'pass', rule: -1 },
      { tier: '__PROFILE__', kind: 'Profile', policy: 'kns.default', action: 'allow', rule: 0 },
    ])
  })

  test('the profile is that of the pod asked about, though pods of several namespaces look alike', () => {
    const engine = engineOf(...['s', 't'].map((namespace) => aPod({ name: 'a', namespace })))
    const answer = engine.evaluate({ from: 's/a', to: 't/a', port: 80, protocol: 'TCP' })
    expect([answer.egress, answer.ingress].map(({ trace }) => trace.enforced.map(({ policy }) => policy))).toEqual([['kns.s'], ['kns.t']])
  })

  test('a Tier object of a built-in name keeps what it does not state', () => {
    const order = (...tiers: readonly object[]): readonly string[] => engineOf(...pods, ...tiers).tiers.map(({ name }) => name)
    const user = calico('Tier', 'user', { order: 2_000_000 })
    expect(order(user, calico('Tier', 'default', {}), calico('Tier', 'kube-admin', {}))).toEqual(order(user))
    const allow = calico('GlobalNetworkPolicy', 'p', { tier: 'kube-admin', types: ['Ingress'] })
    expect(verdict(engineOf(...pods, allow, calico('Tier', 'kube-admin', { order: 1000 })), 'default/a', 'default/b')).toBe('allowed')
  })

  test('a policy of order 2000 still allows what a NetworkPolicy does not', () => {
    const isolate = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'i', namespace: 'default' },
      spec: { podSelector: {} },
    }
    const later = calico(
      'NetworkPolicy',
      'l',
      { order: 2000, selector: 'all()', types: ['Ingress'], ingress: [{ action: 'Allow', protocol: 'TCP' }] },
      'default',
    )
    expect(verdict(engineOf(...pods, isolate), 'default/a', 'default/b')).toBe('denied')
    expect(verdict(engineOf(...pods, isolate, later), 'default/a', 'default/b')).toBe('allowed')
    expect(verdict(engineOf(...pods, isolate, later), 'default/a', 'default/b', 8055, 'UDP')).toBe('denied')
  })

  test('policies of equal order go by name', () => {
    const allow = calico('GlobalNetworkPolicy', 'a', { order: 1, selector: 'all()', ingress: [{ action: 'Allow' }] })
    const deny = calico('GlobalNetworkPolicy', 'b', { order: 1, selector: 'all()', ingress: [{ action: 'Deny' }] })
    expect(verdict(engineOf(...pods, deny, allow), 'default/a', 'default/b')).toBe('allowed')
  })
})

describe('rules', () => {
  const deny = (rule: Spec, namespace?: string): PolicyEngine =>
    engineOf(
      ...pods,
      calico(
        namespace === undefined ? 'GlobalNetworkPolicy' : 'NetworkPolicy',
        'p',
        { types: ['Ingress', 'Egress'], ingress: [{ action: 'Deny', ...rule }, { action: 'Allow' }], egress: [{ action: 'Allow' }] },
        namespace,
      ),
      calico('NetworkSet', 'bad', { nets: ['203.0.113.0/24', '198.51.100.7'] }, 'other', { role: 'bad' }),
    )

  test('a selector in a namespaced policy is limited to its namespace, no selector is not', () => {
    const limited = deny({ source: { selector: 'all()' } }, 'default')
    expect([verdict(limited, 'default/a', 'default/b'), verdict(limited, 'other/c', 'default/b')]).toEqual(['denied', 'allowed'])
    const unlimited = deny({ source: {} }, 'default')
    expect([verdict(unlimited, 'other/c', 'default/b'), verdict(unlimited, 'ip:192.0.2.1', 'default/b')]).toEqual(['denied', 'denied'])
  })

  test('notSelector in a global policy also matches addresses that nobody knows', () => {
    const engine = deny({ source: { notSelector: "name == 'a'" } })
    expect(['default/a', 'other/c', 'ip:192.0.2.1'].map((from) => verdict(engine, from, 'default/b'))).toEqual([
      'allowed',
      'denied',
      'denied',
    ])
  })

  test('a selector also means the addresses of network sets', () => {
    const engine = deny({ source: { selector: "role == 'bad'" } })
    expect(['ip:203.0.113.9', 'ip:198.51.100.7', 'ip:198.51.100.8'].map((from) => verdict(engine, from, 'default/b'))).toEqual([
      'denied',
      'denied',
      'allowed',
    ])
  })

  test('nets and notNets look at pod addresses', () => {
    const engine = deny({ source: { nets: ['10.65.0.0/16'], notNets: ['10.65.0.1/32'] } })
    expect(['default/a', 'other/c', 'ip:192.0.2.1'].map((from) => verdict(engine, from, 'default/b'))).toEqual([
      'allowed',
      'denied',
      'allowed',
    ])
  })

  test('service accounts and namespaces are labels too', () => {
    expect(verdict(deny({ source: { serviceAccounts: { names: ['robot'] } } }), 'other/c', 'default/b')).toBe('denied')
    expect(verdict(deny({ source: { namespaceSelector: "projectcalico.org/name == 'other'" } }), 'other/c', 'default/b')).toBe('denied')
    expect(verdict(deny({ source: { namespaceSelector: 'global()' } }), 'other/c', 'default/b')).toBe('allowed')
  })

  test('ports by number, range and name, and their opposite', () => {
    const ports = (destination: Spec): string[] => {
      const engine = deny({ protocol: 'TCP', destination })
      return [80, 8055].map((port) => verdict(engine, 'default/a', 'default/b', port))
    }
    expect(ports({ ports: ['70:90'] })).toEqual(['denied', 'allowed'])
    expect(ports({ ports: ['http'] })).toEqual(['allowed', 'denied'])
    expect(ports({ notPorts: [80] })).toEqual(['allowed', 'denied'])
    expect(ports({ notPorts: ['http'] })).toEqual(['denied', 'allowed'])
  })

  test('protocols include ICMP', () => {
    const engine = deny({ protocol: 'ICMP' })
    expect([verdict(engine, 'default/a', 'default/b', 0, 'ICMP'), verdict(engine, 'default/a', 'default/b')]).toEqual(['denied', 'allowed'])
  })

  test('source ports and HTTP cannot be decided', () => {
    expect(
      deny({ protocol: 'TCP', source: { ports: [1] } }).evaluate({ from: 'default/a', to: 'default/b', port: 1, protocol: 'TCP' }),
    ).toMatchObject({
      verdict: 'unknown',
      reason: 'source-port',
    })
    expect(deny({ http: { methods: ['GET'] } }).evaluate({ from: 'default/a', to: 'default/b', port: 1, protocol: 'TCP' }).reason).toBe(
      'l7-rule',
    )
  })
})

describe('what stands beside policies', () => {
  test('staged policies show in the pending trace only', () => {
    const engine = engineOf(
      ...pods,
      calico('StagedNetworkPolicy', 's', { selector: "name == 'b'", ingress: [{ action: 'Deny' }] }, 'default'),
    )
    const answer = engine.evaluate({ from: 'default/a', to: 'default/b', port: 8055, protocol: 'TCP' })
    expect(answer.verdict).toBe('allowed')
    expect(answer.ingress.trace.pending).toEqual([
      { tier: 'default', kind: 'StagedNetworkPolicy', policy: 'default/s', action: 'deny', rule: 0 },
    ])
  })

  test.each([
    ['Set', ['allow default/s 0']],
    ['Delete', []],
    ['Learn', ['deny default/s 0']],
    ['Ignore', ['deny default/s 0']],
  ])('a staged policy of an enforced one of its name, to %s it', (stagedAction, expected) => {
    const spec = { selector: "name == 'b'", types: ['Ingress'] }
    const engine = engineOf(
      ...pods,
      calico('NetworkPolicy', 's', { ...spec, ingress: [{ action: 'Deny' }] }, 'default'),
      calico(
        'StagedNetworkPolicy',
        's',
        stagedAction === 'Delete' ? { stagedAction } : { ...spec, stagedAction, ingress: [{ action: 'Allow' }] },
        'default',
      ),
    )
    const { verdict, ingress } = engine.evaluate({ from: 'default/a', to: 'default/b', port: 8055, protocol: 'TCP' })
    expect([verdict, engine.problems]).toEqual(['denied', []])
    const steps = ingress.trace.pending.filter(({ kind }) => kind !== 'Profile')
    expect(steps.map(({ action, policy, rule }) => `${action} ${policy} ${rule}`)).toEqual(expected)
  })

  test('a staged NetworkPolicy stands where a NetworkPolicy stands', () => {
    const staged = calico(
      'StagedKubernetesNetworkPolicy',
      'k',
      { stagedAction: 'Set', podSelector: {}, policyTypes: ['Ingress'] },
      'default',
    )
    const { verdict, ingress } = engineOf(...pods, staged).evaluate({ from: 'default/a', to: 'default/b', port: 8055, protocol: 'TCP' })
    expect(verdict).toBe('allowed')
    expect(ingress.trace.pending).toEqual([
      { tier: 'default', kind: 'StagedKubernetesNetworkPolicy', policy: 'default/k', action: 'deny', rule: -1 },
    ])
  })

  test('a staged action that is none is a problem', () => {
    const staged = calico('StagedNetworkPolicy', 's', { stagedAction: 'Try' }, 'default')
    expect(engineOf(...pods, staged).problems[0]?.message).toContain('spec.stagedAction: "Try" is not one of')
  })

  test.each([
    ['AdminNetworkPolicy', 'policy.networking.k8s.io/v1alpha1', { action: 'Deny' }],
    ['ClusterNetworkPolicy', 'policy.networking.k8s.io/v1alpha2', { action: 'Deny' }],
  ])('%s with nodes fails closed', (kind, apiVersion, { action }) => {
    const spec = { tier: 'Admin', priority: 1, subject: { namespaces: {} }, egress: [{ action, to: [{ nodes: {} }] }] }
    const { tier, ...rest } = spec
    const policy = { apiVersion, kind, metadata: { name: 'p' }, spec: kind === 'ClusterNetworkPolicy' ? { tier, ...rest } : rest }
    expect(verdict(engineOf(...pods, policy), 'default/a', 'default/b')).toBe('denied')
  })

  test('objects as the cluster stores them mean the same', () => {
    const stored = {
      apiVersion: 'crd.projectcalico.org/v1',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'default.p' },
      spec: { tier: 'default', selector: "name == 'b'", types: ['Ingress'], ingress: [{ action: 'Deny' }] },
    }
    expect(verdict(engineOf(...pods, stored), 'default/a', 'default/b')).toBe('denied')
  })

  test('the profile of a service account is asked after that of its namespace', () => {
    const engine = engineOf(
      ...pods,
      calico('Profile', 'kns.other', { ingress: [{ action: 'Deny', protocol: 'UDP' }], egress: [{ action: 'Allow' }] }),
      calico('Profile', 'ksa.other.robot', { ingress: [{ action: 'Log' }, { action: 'Allow' }] }),
      calico('Profile', 'ksa.default.default', { ingress: [{ action: 'Deny' }] }),
    )
    expect(verdict(engine, 'default/a', 'other/c')).toBe('allowed')
    expect(verdict(engine, 'default/a', 'other/c', 8055, 'UDP')).toBe('denied')
    expect(verdict(engine, 'other/c', 'default/a')).toBe('allowed')
  })

  test('a Profile object replaces the open profile of its namespace', () => {
    const engine = engineOf(...pods, aNamespace({ name: 'default' }), calico('Profile', 'kns.default', { egress: [{ action: 'Allow' }] }))
    expect([verdict(engine, 'default/a', 'other/c'), verdict(engine, 'other/c', 'default/a')]).toEqual(['allowed', 'denied'])
  })

  test('types follow the rules: egress rules alone do not isolate ingress', () => {
    const engine = engineOf(...pods, calico('NetworkPolicy', 'p', { selector: "name == 'b'", egress: [{ action: 'Deny' }] }, 'default'))
    expect([verdict(engine, 'default/a', 'default/b'), verdict(engine, 'default/b', 'default/a')]).toEqual(['allowed', 'denied'])
  })

  test('a selector that cannot be parsed makes answers unknown', () => {
    const engine = engineOf(...pods, calico('NetworkPolicy', 'p', { selector: 'name = b', ingress: [] }, 'default'))
    expect(engine.problems[0]?.message).toContain('spec.selector: column 6')
    expect(verdict(engine, 'default/a', 'default/b')).toBe('unknown')
  })
})
