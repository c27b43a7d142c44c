import { describe, expect, test } from 'vitest'
import { aPod } from '../model/testing/objects'
import { aPolicy, ask, cart, cartFromWeb, engineOf, web } from './testing/shop'

describe('why', () => {
  test('an allowed connection names every rule that allows it', () => {
    const answer = ask(engineOf([web, cart, cartFromWeb, aPolicy('all', { podSelector: {}, ingress: [{}] })]), 'shop/web', 'shop/cart')
    expect(answer.verdict).toBe('allowed')
    expect(answer.ingress.by).toEqual([
      { policy: 'NetworkPolicy:shop/all', rule: 'ingress[0]', effect: 'allow', detail: null },
      { policy: 'NetworkPolicy:shop/cart', rule: 'ingress[0]', effect: 'allow', detail: null },
    ])
    expect(answer.egress).toMatchObject({ verdict: 'allowed', isolated: false, by: [] })
  })

  test('a wrong port names the isolating policy and what the rule allows', () => {
    const answer = ask(engineOf([web, cart, cartFromWeb]), 'shop/web', 'shop/cart', 9090)
    expect(answer.verdict).toBe('denied')
    expect(answer.ingress.by).toEqual([
      { policy: 'NetworkPolicy:shop/cart', rule: null, effect: 'isolates', detail: 'rule-selects-peer-but-not-ports' },
    ])
    expect(answer.ingress.nearMisses[0]?.message).toBe('rule allows the port named "http", you asked TCP 9090')
  })

  test('a wrong label is told in one sentence', () => {
    const webapp = aPod({ name: 'webapp', namespace: 'shop', labels: { app: 'webapp' } })
    const answer = ask(engineOf([webapp, cart, cartFromWeb]), 'shop/webapp', 'shop/cart')
    expect(answer.ingress.nearMisses).toEqual([
      { policy: 'NetworkPolicy:shop/cart', rule: 'ingress[0]', cause: 'peer', message: 'label app=webapp, rule wants app=web' },
    ])
  })

  test('the nearest miss comes first', () => {
    const policy = aPolicy('cart', {
      podSelector: { matchLabels: { app: 'cart' } },
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: 'x', tier: 'y' } } }] },
        { from: [{ podSelector: {} }], ports: [{ port: 80 }] },
        { from: [{ namespaceSelector: { matchLabels: { team: 'ops' } } }] },
      ],
    })
    const answer = ask(engineOf([web, cart, policy]), 'shop/web', 'shop/cart')
    expect(answer.ingress.nearMisses.map(({ rule, cause, message }) => [rule, cause, message])).toEqual([
      ['ingress[1]', 'port', 'rule allows TCP 80, you asked TCP 8080'],
      ['ingress[2]', 'namespace', 'namespace shop has no label team, rule wants team=ops'],
      ['ingress[0]', 'peer', 'label app=web, rule wants app=x; no label tier, rule wants tier=y'],
    ])
  })

  test.each(['kubernetes', 'calico', 'cilium'] as const)('%s: the namespace that is told is that of the pod asked about', (profile) => {
    const others = ['first', 'second'].map((namespace) => aPod({ name: 'web', namespace, labels: { app: 'web' } }))
    const engine = engineOf([...others, cart, cartFromWeb], { profile })
    const told = (pod: string): string | undefined => ask(engine, pod, 'shop/cart').ingress.nearMisses[0]?.message
    expect(['first/web', 'second/web', 'first', 'second'].map(told)).toEqual([
      'namespace first, rule wants its own namespace shop',
      'namespace second, rule wants its own namespace shop',
      'namespace first, rule wants its own namespace shop',
      'namespace second, rule wants its own namespace shop',
    ])
  })

  test('the trace ends with the step that decided', () => {
    const answer = ask(engineOf([web, cart, cartFromWeb]), 'shop/web', 'shop/cart', 9090)
    expect(answer.ingress.trace.enforced).toEqual([
      { tier: 'NetworkPolicy', kind: 'NetworkPolicy', policy: 'shop/cart', action: 'deny', rule: -1 },
    ])
  })
})
