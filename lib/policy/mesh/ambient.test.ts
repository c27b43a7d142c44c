import { describe, expect, test } from 'vitest'
import { aNamespace } from '../../model/testing/objects'
import { AMBIENT, ask, policy, words } from './testing/istio-shop'

describe('ambient', () => {
  const ambient = { namespace: AMBIENT }
  const get = (action: string, more: object = {}) => policy({ action, rules: [{ to: [{ operation: { methods: ['GET'], ...more } }] }] })

  test('the proxy of the machine drops ALLOW rules about requests, and DENY rules about nothing else', () => {
    expect(words(ask([get('ALLOW')], 'shop/web', 8080, ambient))).toBe('denied')
    expect(words(ask([get('DENY')], 'shop/web', 8080, ambient))).toBe('allowed')
    expect(words(ask([get('DENY', { ports: ['8080'] })], 'shop/web', 8080, ambient))).toBe('denied')
    const condition = { when: [{ key: 'request.headers[a]', values: ['b'] }], to: [{ operation: { ports: ['8080'] } }] }
    expect(words(ask([policy({ action: 'DENY', rules: [condition] })], 'shop/web', 8080, ambient))).toBe('allowed')
    expect(words(ask([policy({ action: 'DENY', rules: [{}] })], 'shop/web', 8080, ambient))).toBe('denied')
  })

  test('it does not know CUSTOM', () => {
    const custom = policy({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] })
    expect(words(ask([custom], 'shop/web', 8080, ambient))).toBe('allowed')
  })

  test('a waypoint may decide before it, for what is sent through it', () => {
    const namespace = aNamespace({ name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' } })
    const attached = policy({
      selector: undefined,
      action: 'DENY',
      rules: [{}],
      targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'waypoint' }],
    })
    expect(words(ask([attached], 'shop/web', 8080, { namespace }))).toBe('unknown mesh-waypoint')
    expect(words(ask([attached], 'shop/web', 8080, ambient))).toBe('allowed')
    expect(words(ask([attached, policy({})], 'shop/web', 8080, { namespace }))).toBe('denied')
  })

  test('a network policy that lets in the port but not the tunnel is pointed out', () => {
    const networkPolicy = (port: number) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ ports: [{ port }] }] },
    })
    const blocked = ask([networkPolicy(8080)], 'shop/web', 8080, ambient)
    expect(blocked.mesh?.notes).toMatchObject([{ code: 'hbone-blocked', policies: ['NetworkPolicy:shop/db'] }])
    expect(ask([networkPolicy(15008)], 'shop/web', 8080, ambient).mesh?.notes).toMatchObject([{ code: 'hbone-not-asked' }])
    expect(ask([networkPolicy(8080)], 'legacy/old', 8080, ambient).mesh?.notes).toEqual([])
    expect(ask([networkPolicy(8080)], 'shop/web', 8080).mesh?.notes).toEqual([])
  })
})
