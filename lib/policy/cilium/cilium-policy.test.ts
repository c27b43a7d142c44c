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
    expect(verdicts([], 'shop/cart', { enablePolicy: 'always' })).toEqual(['denied', 'denied', 'denied', 'allowed'])
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

describe('what an address and a port cannot decide', () => {
  const http = { toPorts: [{ ports: [{ port: '80' }], rules: { http: [{ method: 'GET' }] } }] }

  test('request rules are unknown unless another rule allows without them', () => {
    expect(ask(engineOf([aCnp({ ingress: [http] })]), 'shop/web', 'shop/cart')).toMatchObject({ verdict: 'unknown', reason: 'l7-rule' })
    expect(ask(engineOf([aCnp({ ingress: [http] })]), 'shop/web', 'shop/cart', 81).verdict).toBe('denied')
    expect(ask(engineOf([aCnp({ ingress: [http, { fromEndpoints: [{}] }] })]), 'shop/web', 'shop/cart').verdict).toBe('allowed')
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
