import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNamespace, aNode, aPod, aService } from '../../model/testing/objects'
import type { Assumptions } from '../assumptions'
import { compilePolicies, type PolicyEngine } from '../engine'
import type { EvaluateAnswer } from '../types'
import { matchesFqdnPattern } from './fqdn-pattern'

type Spec = Readonly<Record<string, unknown>>

function aCnp(spec: Spec, name = 'p', namespace = 'shop'): object {
  return { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace }, spec: { endpointSelector: {}, ...spec } }
}

function aCcnp(spec: Spec): object {
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumClusterwideNetworkPolicy',
    metadata: { name: 'c' },
    spec: { endpointSelector: {}, ...spec },
  }
}

const objects = [
  aNamespace({ name: 'shop', labels: { team: 'a' } }),
  aNamespace({ name: 'pay', labels: { team: 'b' } }),
  aNode({ name: 'node-1', ip: '192.168.0.1' }),
  aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' }),
  aPod({ name: 'cart', namespace: 'shop', labels: { app: 'cart' }, ip: '10.0.0.2', node: 'node-1' }),
  aPod({ name: 'bank', namespace: 'pay', labels: { app: 'bank' }, ip: '10.0.0.3', node: 'node-1', serviceAccount: 'teller' }),
]

function engineOf(policies: readonly object[], assumptions: Partial<Assumptions> = {}): PolicyEngine {
  return compilePolicies(aCluster([...objects, ...policies]), { profile: 'cilium', assumptions })
}

function ask(engine: PolicyEngine, from: string, to: string, port = 80, protocol: 'TCP' | 'ICMP' = 'TCP'): EvaluateAnswer {
  return engine.evaluate({ from, to, port, protocol })
}

function verdicts(policies: readonly object[], to: string, assumptions: Partial<Assumptions> = {}): readonly string[] {
  const engine = engineOf(policies, assumptions)
  return ['shop/web', 'pay/bank', 'ip:203.0.113.1', 'ip:192.168.0.1'].map((from) => ask(engine, from, to).verdict)
}

describe('isolation', () => {
  const cart = { endpointSelector: { matchLabels: { app: 'cart' } } }

  test.each<[string, Spec, readonly string[]]>([
    ['a rule without peers and ports selects nothing', { ingress: [{}] }, ['denied', 'denied', 'denied', 'allowed']],
    ['an empty list has no effect', { ingress: [] }, ['allowed', 'allowed', 'allowed', 'allowed']],
    ['an empty list of peers matches nobody', { ingress: [{ fromEndpoints: [] }] }, ['denied', 'denied', 'denied', 'allowed']],
    ['the empty selector is the own namespace', { ingress: [{ fromEndpoints: [{}] }] }, ['allowed', 'denied', 'denied', 'allowed']],
    [
      'ports alone are for everybody',
      { ingress: [{ toPorts: [{ ports: [{ port: '80' }] }] }] },
      ['allowed', 'allowed', 'allowed', 'allowed'],
    ],
    ['deny rules alone isolate too', { ingressDeny: [{ fromEntities: ['world'] }] }, ['denied', 'denied', 'denied', 'allowed']],
    [
      'unless default deny is off',
      { ingressDeny: [{ fromEntities: ['world'] }], enableDefaultDeny: { ingress: false } },
      ['allowed', 'allowed', 'denied', 'allowed'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(verdicts([aCnp({ ...cart, ...spec })], 'shop/cart')).toEqual(expected)
  })

  test('the modes always and never', () => {
    const cart = { endpointSelector: { matchLabels: { app: 'cart' } } }
    // The own node comes in by the ingress rules of a policy: without any it is closed out too.
    expect(verdicts([], 'shop/cart', { enablePolicy: 'always' })).toEqual(['denied', 'denied', 'denied', 'denied'])
    expect(verdicts([aCnp({ ...cart, ingress: [{}] })], 'shop/cart', { enablePolicy: 'always' })[3]).toBe('allowed')
    expect(verdicts([aCnp({ ...cart, egress: [{}] })], 'shop/cart', { enablePolicy: 'always' })[3]).toBe('denied')
    expect(verdicts([aCnp({ ingress: [{}] })], 'shop/cart', { enablePolicy: 'never' })).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'allowed',
    ])
    expect(verdicts([aCnp({ ingress: [{}] })], 'shop/cart', { allowLocalhost: 'policy' })[3]).toBe('denied')
  })
})

describe('peers', () => {
  const from = (peers: Spec): readonly string[] => verdicts([aCnp({ ingress: [peers] })], 'shop/cart')

  test('selectors see namespaces, their labels and service accounts', () => {
    const label = (key: string, value: string): Spec => ({ fromEndpoints: [{ matchLabels: { [key]: value } }] })
    expect(from(label('k8s:io.kubernetes.pod.namespace', 'pay')).slice(0, 2)).toEqual(['denied', 'allowed'])
    expect(from(label('io.cilium.k8s.namespace.labels.team', 'b')).slice(0, 2)).toEqual(['denied', 'allowed'])
    expect(from(label('io.cilium.k8s.policy.serviceaccount', 'teller')).slice(0, 2)).toEqual(['denied', 'denied'])
    expect(from(label('any:app', 'web')).slice(0, 2)).toEqual(['allowed', 'denied'])
  })

  test('clusterwide policies speak of every namespace', () => {
    expect(verdicts([aCcnp({ ingress: [{ fromEndpoints: [{}] }] })], 'shop/cart').slice(0, 3)).toEqual(['allowed', 'allowed', 'denied'])
  })

  test('entities', () => {
    expect(from({ fromEntities: ['cluster'] }).slice(0, 3)).toEqual(['allowed', 'allowed', 'denied'])
    expect(from({ fromEntities: ['world'] }).slice(0, 3)).toEqual(['denied', 'denied', 'allowed'])
    expect(from({ fromEntities: ['none'] }).slice(0, 3)).toEqual(['denied', 'denied', 'denied'])
  })

  test('selectors by reserved labels mean what has them', () => {
    const reserved = (selector: Spec): readonly string[] => from({ fromEndpoints: [selector] }).slice(0, 3)
    expect(reserved({ matchLabels: { 'reserved:world': '' } })).toEqual(['denied', 'denied', 'allowed'])
    expect(reserved({ matchExpressions: [{ key: 'reserved:host', operator: 'Exists' }] })).toEqual(['denied', 'denied', 'denied'])
    expect(reserved({ matchExpressions: [{ key: 'reserved:world', operator: 'DoesNotExist' }] })).toEqual(['allowed', 'allowed', 'denied'])
    // Pods have no reserved labels: such a policy selects none of them.
    expect(verdicts([aCnp({ endpointSelector: { matchLabels: { 'reserved:ingress': '' } }, ingress: [{}] })], 'shop/cart')).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'allowed',
    ])
  })

  test('the own namespace by name', () => {
    expect(from({ fromEntities: ['namespace'] }).slice(0, 3)).toEqual(['allowed', 'denied', 'denied'])
    const engine = engineOf([aCcnp({ ingress: [{ fromEntities: ['namespace'] }] })])
    expect(['shop/web', 'pay/bank'].map((source) => ask(engine, source, 'shop/cart').verdict)).toEqual(['allowed', 'denied'])
    expect(engine.connectivity('pod', { external: false }).connections.map(({ src, dst }) => `${src} ${dst}`)).toEqual([
      'shop/cart shop/web',
      'shop/web shop/cart',
    ])
  })

  test('a namespaced policy selects pods of its own namespace, whatever its selector says', () => {
    const foreign = { endpointSelector: { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'pay', app: 'cart' } }, ingress: [{}] }
    const engine = engineOf([aCnp(foreign)])
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('denied')
    expect(ask(engine, 'shop/web', 'pay/bank').verdict).toBe('allowed')
    expect(engine.problems).toMatchObject([{ severity: 'warning' }])
  })

  test('machines: the own one and others, by name or address', () => {
    const other = [
      aNode({ name: 'node-2', ip: '192.168.0.2', labels: { pool: 'edge' } }),
      aPod({ name: 'agent', namespace: 'shop', hostNetwork: true, ip: '192.168.0.2', node: 'node-2' }),
    ]
    const to = (peers: Spec, assumptions: Partial<Assumptions> = {}): readonly string[] => {
      const engine = compilePolicies(aCluster([...objects, ...other, aCnp({ egress: [peers] })]), { profile: 'cilium', assumptions })
      return ['ip:192.168.0.1', 'ip:192.168.0.2', 'shop/agent', 'shop/cart'].map((name) => ask(engine, 'shop/web', name).verdict)
    }
    expect(to({ toEntities: ['host'] })).toEqual(['allowed', 'denied', 'denied', 'denied'])
    expect(to({ toEntities: ['remote-node'] })).toEqual(['denied', 'allowed', 'allowed', 'denied'])
    expect(to({ toNodes: [{ matchLabels: { pool: 'edge' } }] })).toEqual(['denied', 'allowed', 'allowed', 'denied'])
    expect(to({ toNodes: [{}] }, { nodeSelectorLabels: false })).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  })

  test('the API server is known by the endpoints of its Service', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['203.0.113.1'] }],
      ports: [{ port: 6443 }],
    }
    const engine = engineOf([slice, aCnp({ egress: [{ toEntities: ['kube-apiserver'] }] })])
    expect(['ip:203.0.113.1', 'ip:203.0.113.2', 'entity:kube-apiserver'].map((to) => ask(engine, 'shop/web', to).verdict)).toEqual([
      'allowed',
      'denied',
      'allowed',
    ])
  })

  test('CIDRs mean what is outside the cluster', () => {
    const everywhere = aCnp({ egress: [{ toCIDRSet: [{ cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] }] }] })
    const to = (engine: PolicyEngine): readonly string[] =>
      ['shop/cart', 'ip:192.168.0.1', 'ip:203.0.113.1', 'ip:198.51.100.1'].map((name) => ask(engine, 'shop/web', name).verdict)
    expect(to(engineOf([everywhere]))).toEqual(['denied', 'denied', 'denied', 'allowed'])
    expect(to(engineOf([everywhere], { policyCIDRMatchMode: 'nodes,pods' }))).toEqual(['allowed', 'allowed', 'denied', 'allowed'])
  })

  test('CIDR groups', () => {
    const group = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumCIDRGroup',
      metadata: { name: 'g' },
      spec: { externalCIDRs: ['203.0.113.0/24'] },
    }
    const engine = engineOf([group, aCnp({ egress: [{ toCIDRSet: [{ cidrGroupRef: 'g' }] }] })])
    expect(['ip:203.0.113.1', 'ip:198.51.100.1'].map((to) => ask(engine, 'shop/web', to).verdict)).toEqual(['allowed', 'denied'])
  })

  test('services are their pods', () => {
    const service = aService({ name: 'bank', namespace: 'pay', selector: { app: 'bank' } })
    const engine = engineOf([service, aCnp({ egress: [{ toServices: [{ k8sService: { serviceName: 'bank', namespace: 'pay' } }] }] })])
    expect(['pay/bank', 'shop/cart'].map((to) => ask(engine, 'shop/web', to).verdict)).toEqual(['allowed', 'denied'])
  })

  test('a Service without namespace is meant in every namespace, one without selector by its addresses', () => {
    const services = [
      aService({ name: 'bank', namespace: 'pay', selector: { app: 'bank' } }),
      aService({ name: 'outside', namespace: 'pay', selector: null }),
    ]
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'outside-1', namespace: 'pay', labels: { 'kubernetes.io/service-name': 'outside' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['203.0.113.1'] }],
      ports: [{ port: 80 }],
    }
    const to = (service: Spec): readonly string[] => {
      const engine = engineOf([...services, slice, aCnp({ egress: [{ toServices: [service] }] })])
      return ['pay/bank', 'ip:203.0.113.1', 'shop/cart'].map((name) => ask(engine, 'shop/web', name).verdict)
    }
    expect(to({ k8sService: { serviceName: 'bank' } })).toEqual(['allowed', 'denied', 'denied'])
    expect(to({ k8sService: { serviceName: 'outside', namespace: 'pay' } })).toEqual(['denied', 'allowed', 'denied'])
    expect(to({ k8sServiceSelector: { selector: {}, namespace: 'pay' } })).toEqual(['allowed', 'allowed', 'denied'])
    expect(to({ k8sService: { serviceName: 'bank', namespace: 'shop' } })).toEqual(['denied', 'denied', 'denied'])
  })

  test('a rule with peers of two kinds is refused', () => {
    const engine = engineOf([aCnp({ ingress: [{ fromEndpoints: [{}], fromEntities: ['world'] }] })])
    expect(engine.problems[0]?.message).toContain('spec.ingress[0].fromEntities')
    expect(ask(engine, 'shop/web', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
  })
})

describe('order', () => {
  const allowAll = aCnp({ ingress: [{ fromEntities: ['all'] }] }, 'allow')

  test('a deny rule beats every allow rule, and is named', () => {
    const engine = engineOf([allowAll, aCnp({ ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }] }, 'deny')])
    const answer = ask(engine, 'shop/web', 'shop/cart')
    expect(answer.ingress).toMatchObject({ verdict: 'denied', by: [{ rule: 'ingressDeny[0]', effect: 'deny' }] })
    expect(engine.connectivity('pod', { external: false }).between('shop/web', 'shop/cart')).toBe('none')
    expect(ask(engine, 'pay/bank', 'shop/cart').verdict).toBe('allowed')
  })

  test('NetworkPolicies stand in the same union', () => {
    const np = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'np', namespace: 'shop' },
      spec: { podSelector: {} },
    }
    expect(ask(engineOf([np]), 'pay/bank', 'shop/cart').verdict).toBe('denied')
    expect(ask(engineOf([np, allowAll]), 'pay/bank', 'shop/cart').verdict).toBe('allowed')
  })
})

describe('policies for machines', () => {
  const others = [
    aNode({ name: 'node-2', ip: '192.168.0.2', labels: { pool: 'edge' } }),
    aPod({ name: 'agent', namespace: 'shop', hostNetwork: true, ip: '192.168.0.2', node: 'node-2' }),
  ]
  const closed = aCcnp({
    endpointSelector: undefined,
    nodeSelector: { matchLabels: { pool: 'edge' } },
    ingress: [
      { fromEndpoints: [{ matchLabels: { app: 'web' } }], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] },
      { fromEntities: ['remote-node'] },
    ],
    egress: [{ toEntities: ['cluster'] }],
  })
  const verdicts = (assumptions: Partial<Assumptions>): readonly string[] => {
    const engine = compilePolicies(aCluster([...objects, ...others, closed]), { profile: 'cilium', assumptions })
    return [
      ask(engine, 'shop/web', 'ip:192.168.0.2'),
      ask(engine, 'shop/web', 'shop/agent', 81),
      ask(engine, 'shop/cart', 'shop/agent'),
      ask(engine, 'ip:192.168.0.1', 'shop/agent'),
      ask(engine, 'shop/agent', 'shop/cart'),
      ask(engine, 'shop/agent', 'ip:203.0.113.1'),
      ask(engine, 'shop/cart', 'ip:192.168.0.1'),
      ask(engine, 'shop/cart', 'shop/web'),
    ].map(({ verdict }) => verdict)
  }

  test('count with the host firewall, and never for pods', () => {
    const [first, ...rest] = verdicts({ hostFirewall: true })
    expect([first, ...rest]).toEqual(['allowed', 'denied', 'denied', 'allowed', 'allowed', 'denied', 'allowed', 'allowed'])
    expect(new Set(verdicts({}))).toEqual(new Set(['allowed']))
    expect(new Set(verdicts({ hostFirewall: true, enablePolicy: 'never' }))).toEqual(new Set(['allowed']))
  })

  test('select no pods, and harm none when they are broken', () => {
    const broken = aCcnp({ endpointSelector: undefined, nodeSelector: {}, ingress: [{ fromEntities: ['mars'] }] })
    const engine = compilePolicies(aCluster([...objects, ...others, broken]), { profile: 'cilium', assumptions: { hostFirewall: true } })
    expect(engine.policies[0]).toMatchObject({ subjectCount: 0, enforcement: 'unreadable' })
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('allowed')
    expect(ask(engine, 'shop/web', 'shop/agent').reason).toBe('unsupported-policy')
  })
})

describe('NetworkPolicies on Cilium', () => {
  const np = (spec: Spec): object => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'np', namespace: 'shop' },
    spec: { podSelector: {}, ...spec },
  })

  test('a rule without ports covers ICMP, one with ports does not', () => {
    const ping = (spec: Spec): string => ask(engineOf([np(spec)]), 'shop/web', 'shop/cart', 0, 'ICMP').verdict
    expect(ping({ ingress: [{ from: [{ podSelector: {} }] }] })).toBe('allowed')
    expect(ping({ ingress: [{ ports: [{ port: 80 }] }] })).toBe('denied')
    expect(ping({})).toBe('denied')
  })
})

test('a ClusterNetworkPolicy for DNS names also admits the questions about them', () => {
  const names = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'names' },
    spec: {
      tier: 'Admin',
      priority: 1,
      subject: { namespaces: {} },
      egress: [
        { action: 'Accept', to: [{ domainNames: ['*.example.com'] }] },
        { action: 'Deny', to: [{ namespaces: {} }] },
      ],
    },
  }
  const dns = aPod({
    name: 'dns',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns' },
    ip: '10.0.0.9',
    ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }],
  })
  const engine = engineOf([dns, names])
  const answer = engine.evaluate({ from: 'shop/web', to: 'kube-system/dns', port: 53, protocol: 'UDP' })
  expect(answer).toMatchObject({
    verdict: 'unknown',
    reason: 'l7-rule',
    egress: { by: [{ restriction: 'DNS *.example.com' }, { effect: 'deny' }] },
  })
  expect(ask(engine, 'shop/web', 'kube-system/dns', 53).verdict).toBe('denied')
  expect(engine.policies[0]?.ruleCounts.egress).toBe(2)
})

describe('Baseline', () => {
  const accept = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'base' },
    spec: {
      tier: 'Baseline',
      priority: 1,
      subject: { namespaces: {} },
      ingress: [{ action: 'Accept', from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }],
    },
  }
  const np = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'np', namespace: 'shop' }, spec: {} }
  const answers = (policies: readonly object[], assumptions: Partial<Assumptions> = {}): readonly string[] => {
    const engine = engineOf(policies, assumptions)
    const { connections } = engine.connectivity('pod', { external: false })
    expect(connections.some(({ src, dst }) => src === 'shop/web' && dst === 'shop/cart')).toBe(
      ask(engine, 'shop/web', 'shop/cart').verdict === 'allowed',
    )
    return [80, 81].map((port) => ask(engine, 'shop/web', 'shop/cart', port).verdict)
  }

  test("the isolation of Cilium's own policies waits for it", () => {
    expect(answers([accept, aCnp({ ingress: [{}] })])).toEqual(['allowed', 'denied'])
    expect(answers([aCnp({ ingress: [{}] })])).toEqual(['denied', 'denied'])
    const { ingress } = ask(
      engineOf([accept, aCnp({ ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: '82' }] }] }] })]),
      'shop/web',
      'shop/cart',
      81,
    )
    expect(ingress.by).toEqual([
      { policy: 'CiliumNetworkPolicy:shop/p', rule: null, effect: 'isolates', detail: 'rule-selects-peer-but-not-ports' },
    ])
    expect(ingress.nearMisses).toHaveLength(2)
  })

  test('the isolation of a NetworkPolicy does so only when told', () => {
    expect(answers([accept, np])).toEqual(['denied', 'denied'])
    expect(answers([accept, np], { baselineBeforeIsolation: true })).toEqual(['allowed', 'denied'])
  })
})

describe('policies that Cilium refuses', () => {
  const port = { port: '80', protocol: 'TCP' }

  test.each<[string, Spec]>([
    ['spec.nodeSelector', { nodeSelector: {}, ingress: [{}] }],
    ['spec.ingress[0].icmps', { ingress: [{ toPorts: [{ ports: [port] }], icmps: [{ fields: [{ type: 8 }] }] }] }],
    ['spec.ingress[0].fromRequires', { ingress: [{ fromRequires: [{}] }] }],
    ['spec.ingress[0].toPorts[0].rules', { ingress: [{ toPorts: [{ ports: [port], rules: { dns: [{ matchName: 'a' }] } }] }] }],
    ['spec.ingressDeny[0].toPorts[0].rules', { ingressDeny: [{ toPorts: [{ ports: [port], rules: { http: [{}] } }] }] }],
    ['spec.egressDeny[0].toFQDNs', { egressDeny: [{ toFQDNs: [{ matchName: 'a' }] }] }],
    ['spec.ingressDeny[0].authentication', { ingressDeny: [{ fromEndpoints: [{}], authentication: { mode: 'required' } }] }],
    ['spec.egress[0].toCIDRSet[0].except[0]', { egress: [{ toCIDRSet: [{ cidr: '10.0.0.0/8', except: ['11.0.0.0/8'] }] }] }],
    ['spec.egress[0].toCIDRSet[0].cidrGroupRef', { egress: [{ toCIDRSet: [{ cidr: '10.0.0.0/8', cidrGroupRef: 'g' }] }] }],
    ['spec.egress[0].toCIDR[1]', { egress: [{ toCIDR: ['10.0.0.0/8', '10.0.0.0/33'] }] }],
    ['spec.egress[0].toEntities[0]', { egress: [{ toEntities: ['mars'] }] }],
    ['spec.ingress[0].toPorts[0].ports[0].port', { ingress: [{ toPorts: [{ ports: [{ ...port, port: '0' }], rules: { http: [{}] } }] }] }],
    ['spec.ingress[0].toPorts[0].ports[0].protocol', { ingress: [{ toPorts: [{ ports: [{ port: '80' }], rules: { http: [{}] } }] }] }],
    ['spec.ingress[0].toPorts[0].ports[0].endPort', { ingress: [{ toPorts: [{ ports: [{ ...port, endPort: 79 }] }] }] }],
    ['spec.ingress[0].toPorts[0].ports', { ingress: [{ toPorts: [{ ports: Array.from({ length: 41 }, () => port) }] }] }],
    ['spec.ingress[0].authentication.mode', { ingress: [{ fromEndpoints: [{}], authentication: { mode: 'maybe' } }] }],
    ['spec.ingress[0].fromSomebody', { ingress: [{ fromSomebody: [] }] }],
  ])('%s is named, and every answer it could influence is unknown', (place, spec) => {
    const engine = engineOf([aCnp(spec)])
    expect(engine.problems.find(({ severity }) => severity === 'error')?.message).toContain(`shop/p: ${place}: `)
    expect(ask(engine, 'shop/web', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'unsupported-policy' })
    expect(ask(engine, 'pay/bank', 'pay/bank').verdict).toBe('allowed')
  })

  test('a group with a broken entry makes the rules unknown that name it', () => {
    const group = { apiVersion: 'cilium.io/v2', kind: 'CiliumCIDRGroup', metadata: { name: 'g' }, spec: { externalCIDRs: ['10.0.0.0/40'] } }
    const engine = engineOf([group, aCnp({ egress: [{ toCIDRSet: [{ cidrGroupRef: 'g' }] }] })])
    expect(engine.problems.map(({ message }) => message.split(': ').slice(0, 2).join(': '))).toEqual([
      'CiliumCIDRGroup g: spec.externalCIDRs[0]',
      'CiliumNetworkPolicy shop/p: spec.egress[0].toCIDRSet[0].cidrGroupRef',
    ])
    expect(ask(engine, 'shop/web', 'shop/cart').reason).toBe('unsupported-policy')
  })

  test('a policy without rules has no effect and says so', () => {
    const engine = engineOf([aCnp({ enableDefaultDeny: { ingress: true } })])
    expect(ask(engine, 'shop/web', 'shop/cart').verdict).toBe('allowed')
    expect(engine.problems).toMatchObject([{ severity: 'warning' }])
  })
})

describe('what an address and a port cannot decide', () => {
  const http = { toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'GET' }] } }] }

  test('request rules are unknown unless another rule allows without them', () => {
    expect(ask(engineOf([aCnp({ ingress: [http] })]), 'shop/web', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'l7-rule' })
    expect(ask(engineOf([aCnp({ ingress: [http] })]), 'shop/web', 'shop/cart', 81).verdict).toBe('denied')
    expect(ask(engineOf([aCnp({ ingress: [http, { fromEndpoints: [{}] }] })]), 'shop/web', 'shop/cart').verdict).toBe('allowed')
  })

  test('the part about requests is shown', () => {
    const post = { ...http, toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'POST', path: '/x' }] } }] }
    expect(ask(engineOf([aCnp({ ingress: [http, post] })]), 'shop/web', 'shop/cart').ingress.by).toMatchObject([
      { rule: 'ingress[0]', effect: 'allow', restriction: 'HTTP GET' },
      { rule: 'ingress[1]', effect: 'allow', restriction: 'HTTP POST /x' },
      { effect: 'isolates' },
    ])
  })

  test('mutual authentication that one rule requires is required whatever else allows the connection', () => {
    const strict = { fromEndpoints: [{}], authentication: { mode: 'required' } }
    const never = { fromEndpoints: [{}], authentication: { mode: 'test-always-fail' } }
    const open = { fromEntities: ['all'] }
    expect(ask(engineOf([aCnp({ ingress: [strict, open] })]), 'shop/web', 'shop/cart').reason).toBe('authentication-required')
    expect(ask(engineOf([aCnp({ ingress: [strict, open] })]), 'pay/bank', 'shop/cart').verdict).toBe('allowed')
    expect(ask(engineOf([aCnp({ ingress: [never] })]), 'shop/web', 'shop/cart').verdict).toBe('denied')
    expect(ask(engineOf([aCnp({ ingress: [never, open] })]), 'shop/web', 'shop/cart').verdict).toBe('denied')
  })

  test('names, mutual authentication and cloud groups', () => {
    const fqdn = engineOf([aCnp({ egress: [{ toFQDNs: [{ matchPattern: '*.example.com' }] }] })])
    expect(ask(fqdn, 'shop/web', 'ip:203.0.113.1').reason).toBe('fqdn-rule')
    expect(ask(fqdn, 'shop/web', 'dns:a.b.example.com').verdict).toBe('denied')
    expect(ask(fqdn, 'shop/web', 'shop/cart').verdict).toBe('denied')
    const authenticated = engineOf([aCnp({ ingress: [{ fromEndpoints: [{}], authentication: { mode: 'required' } }] })])
    expect(ask(authenticated, 'shop/web', 'shop/cart').reason).toBe('authentication-required')
    expect(ask(engineOf([aCnp({ ingress: [{ fromGroups: [{ aws: {} }] }] })]), 'shop/web', 'shop/cart').reason).toBe('cloud-group')
  })

  test('rules without ports cover ICMP, rules with ports do not', () => {
    const ping = (spec: Spec): string => ask(engineOf([aCnp({ ingress: [spec] })]), 'shop/web', 'shop/cart', 0, 'ICMP').verdict
    expect(ping({ fromEndpoints: [{}] })).toBe('allowed')
    expect(ping({ toPorts: [{ ports: [{ port: '80' }] }] })).toBe('denied')
  })
})

test.each([
  ['*.example.com', 'a.example.com', true],
  ['*.example.com', 'a.b.example.com', false],
  ['**.example.com', 'a.b.example.com', true],
  ['**.example.com', 'example.com', false],
  ['api-*.example.com.', 'API-1.example.com', true],
  ['*', 'anything.at.all', true],
  ['*a*b', 'xxaxxb', true],
  ['a*', 'a.b', false],
])('pattern %s on %s is %s', (pattern, domain, expected) => {
  expect(matchesFqdnPattern(pattern, domain)).toBe(expected)
})
