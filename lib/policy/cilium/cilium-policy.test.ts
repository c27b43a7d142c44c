import { describe, expect, test } from 'vitest'
import { aCnp, ask, engineOf, type Spec, verdicts } from './testing/cilium-shop'

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
