import { describe, expect, test } from 'vitest'
import { aCnp, ask, engineOf, type Spec } from './testing/cilium-shop'

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
