import { describe, expect, test } from 'vitest'
import { ask, peerAuthentication, policy, words } from './testing/istio-shop'

describe('PeerAuthentication', () => {
  const strict = (namespace: string, name = 'strict') => peerAuthentication(namespace, name, { mtls: { mode: 'STRICT' } })

  test('STRICT refuses clients without a certificate, whatever AuthorizationPolicies say', () => {
    const answer = ask([strict('shop'), policy({ rules: [{}] })], 'legacy/old', 8080)
    expect(words(answer)).toBe('denied')
    expect(answer.mesh?.by).toMatchObject([{ policy: 'PeerAuthentication:shop/strict', effect: 'deny', detail: 'plain-text' }])
    expect(words(ask([strict('shop')], 'shop/web', 8080))).toBe('allowed')
    expect(words(ask([strict('shop')], 'ip:192.0.2.1', 8080))).toBe('denied')
  })

  test('the port counts before the pod, the namespace and the mesh, and UNSET inherits', () => {
    const onDb = (spec: object) => peerAuthentication('shop', 'db', { selector: { matchLabels: { app: 'db' } }, ...spec })
    const open = { mtls: { mode: 'PERMISSIVE' } }
    expect(words(ask([strict('istio-system')], 'legacy/old', 8080))).toBe('denied')
    expect(words(ask([strict('istio-system'), peerAuthentication('shop', 'ns', open)], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([strict('istio-system'), peerAuthentication('shop', 'ns', {})], 'legacy/old', 8080))).toBe('denied')
    expect(words(ask([strict('shop'), onDb(open)], 'legacy/old', 8080))).toBe('allowed')
    const ports = onDb({ portLevelMtls: { 8080: { mode: 'PERMISSIVE' }, 5432: { mode: 'UNSET' } } })
    expect(words(ask([strict('shop'), ports], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([strict('shop'), ports], 'legacy/old', 5432))).toBe('denied')
  })

  test('a selector in the root namespace does not reach other namespaces', () => {
    const spec = { selector: { matchLabels: { app: 'db' } }, mtls: { mode: 'STRICT' } }
    expect(words(ask([peerAuthentication('istio-system', 'db', spec)], 'legacy/old', 8080))).toBe('allowed')
  })

  test('the oldest of a level counts, and without ages nobody can tell', () => {
    const open = (createdAt: string) => peerAuthentication('shop', 'open', { mtls: { mode: 'PERMISSIVE' } }, createdAt)
    expect(words(ask([strict('shop'), open('2026-02-01T00:00:00Z')], 'legacy/old', 8080))).toBe('denied')
    expect(words(ask([strict('shop'), open('2025-02-01T00:00:00Z')], 'legacy/old', 8080))).toBe('allowed')
    expect(words(ask([strict('shop'), open('')], 'legacy/old', 8080))).toBe('unknown equal-priority')
  })

  test('DISABLE takes the names from clients', () => {
    const disable = peerAuthentication('shop', 'plain', { mtls: { mode: 'DISABLE' } })
    const named = policy({ rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })
    expect(words(ask([named], 'shop/web', 8080))).toBe('allowed')
    expect(words(ask([named, disable], 'shop/web', 8080))).toBe('denied')
  })

  test('what cannot be understood leaves the answer of clients without a certificate open', () => {
    const broken = peerAuthentication('shop', 'odd', { mtls: { mode: 'MAYBE' } })
    expect(words(ask([broken], 'legacy/old', 8080))).toBe('unknown unsupported-policy')
    expect(words(ask([broken], 'shop/web', 8080))).toBe('allowed')
  })
})
