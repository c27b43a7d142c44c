import { describe, expect, test } from 'vitest'
import type { Cluster } from '../../model/cluster'
import { aCluster } from '../../model/testing/a-cluster'
import { aNamespace, aPod } from '../../model/testing/objects'
import { compilePolicies } from '../engine'
import { AMBIENT, MESHED, OUTSIDE, PODS, peerAuthentication, policy, SERVICE } from './testing/istio-shop'

type Unread = Readonly<Record<string, readonly string[]>>

function engineOf(objects: readonly object[], unread: Unread) {
  const cluster: Cluster = aCluster(objects)
  const hidden = Object.entries(unread).map(([kind, readable]) => [kind, new Set(readable)] as const)
  return compilePolicies({ ...cluster, unread: new Map(hidden) })
}

function answerOf(objects: readonly object[], unread: Unread, from: string, port: number) {
  const { verdict, reason, mesh } = engineOf(objects, unread).evaluate({ from, to: 'shop/db', port, protocol: 'TCP' })
  return { words: reason === null ? verdict : `${verdict} ${reason}`, by: mesh?.by.map(({ message }) => message) ?? [] }
}

describe('policies of Istio that could not be read', () => {
  const AUTHORIZATIONS: Unread = { 'security.istio.io/AuthorizationPolicy': [] }
  const AUTHENTICATIONS: Unread = { 'security.istio.io/PeerAuthentication': [] }
  const shop = [MESHED, OUTSIDE, ...PODS, SERVICE]
  const ask = (unread: Unread, from: string, ...policies: readonly object[]) => answerOf([...shop, ...policies], unread, from, 8080)

  test('may allow or deny what members are asked', () => {
    expect(ask({}, 'shop/web').words).toBe('allowed')
    expect(ask(AUTHORIZATIONS, 'shop/web')).toEqual({
      words: 'unknown policies-not-read',
      by: ['Not every AuthorizationPolicy could be read: one of them may allow or deny anything.'],
    })
    const onlyOld = policy({ rules: [{ from: [{ source: { namespaces: ['legacy'] } }] }] })
    expect(ask({}, 'shop/web', onlyOld).words).toBe('denied')
    expect(ask(AUTHORIZATIONS, 'shop/web', onlyOld).words).toBe('unknown policies-not-read')
  })

  test('change nothing where a policy that was read denies', () => {
    const deny = policy({ action: 'DENY', rules: [{}] })
    expect(ask(AUTHORIZATIONS, 'shop/web', deny).words).toBe('denied')
  })

  test('change nothing outside the mesh, nor on ports that pass the proxy by', () => {
    const engine = engineOf(shop, AUTHORIZATIONS)
    expect(engine.evaluate({ from: 'shop/web', to: 'legacy/old', port: 80, protocol: 'TCP' }).verdict).toBe('allowed')
    expect(answerOf(shop, AUTHORIZATIONS, 'shop/web', 15090).words).toBe('allowed')
  })

  test('play no role where the namespace and that of the mesh could be read', () => {
    const limited = (...readable: readonly string[]): Unread => ({ 'security.istio.io/AuthorizationPolicy': readable })
    expect(ask(limited('shop', 'istio-system'), 'shop/web').words).toBe('allowed')
    expect(ask(limited('shop'), 'shop/web').words).toBe('unknown policies-not-read')
    expect(ask(limited('istio-system'), 'shop/web').words).toBe('unknown policies-not-read')
  })

  test('may want certificates: that concerns clients without one', () => {
    expect(ask(AUTHENTICATIONS, 'shop/web').words).toBe('allowed')
    expect(ask(AUTHENTICATIONS, 'legacy/old')).toEqual({
      words: 'unknown policies-not-read',
      by: ['A PeerAuthentication that could not be read may want mutual TLS, and this client shows no certificate of the mesh.'],
    })
    const strict = peerAuthentication('istio-system', 'default', { mtls: { mode: 'STRICT' } })
    expect(ask({}, 'legacy/old', strict).words).toBe('denied')
    expect(ask(AUTHENTICATIONS, 'legacy/old', strict).words).toBe('unknown policies-not-read')
  })

  test('of the whole mesh stand behind what a namespace says', () => {
    const strict = peerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } })
    const limited: Unread = { 'security.istio.io/PeerAuthentication': ['shop'] }
    expect(ask(limited, 'legacy/old', strict).words).toBe('denied')
  })

  test('may stand at the waypoint of ambient pods', () => {
    const ambient = [
      { ...AMBIENT, metadata: { name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'w' } } },
    ]
    const way = (...readable: readonly string[]): Unread => ({ 'security.istio.io/AuthorizationPolicy': readable })
    const labels = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'w', 'istio.io/use-waypoint-namespace': 'ways' }
    const elsewhere = [aNamespace({ name: 'shop', labels }), OUTSIDE, ...PODS, SERVICE]
    expect(answerOf([...ambient, OUTSIDE, ...PODS, SERVICE], way('shop', 'istio-system'), 'shop/web', 8080).words).toBe('allowed')
    expect(answerOf(elsewhere, way('shop', 'istio-system'), 'shop/web', 8080).words).toBe('unknown policies-not-read')
    expect(answerOf(elsewhere, way('shop', 'istio-system', 'ways'), 'shop/web', 8080).words).toBe('allowed')
  })

  test('DestinationRules that could not be read leave open whether clients encrypt', () => {
    const answer = engineOf(shop, { 'networking.istio.io/DestinationRule': [] }).evaluate({
      from: 'shop/web',
      to: 'shop/db',
      port: 8080,
      protocol: 'TCP',
    })
    expect(answer.verdict).toBe('allowed')
    expect(answer.mesh?.encryption).toEqual({
      mutualTls: 'unknown',
      because: 'Not every DestinationRule could be read: one may tell clients otherwise.',
    })
  })

  test('make the whole picture as uncertain as single answers', () => {
    const unknown = (unread: Unread) =>
      engineOf(shop, unread)
        .connectivity('pod')
        .unknown.map(({ src, dst }) => `${src} ${dst}`)
    expect(unknown({})).not.toContain('shop/web shop/db')
    expect(unknown(AUTHORIZATIONS)).toContain('shop/web shop/db')
    expect(unknown(AUTHORIZATIONS)).not.toContain('shop/web legacy/old')
  })
})

describe('policies of Linkerd that could not be read', () => {
  const namespace = { ...aNamespace({ name: 'shop' }), metadata: { name: 'shop', annotations: { 'linkerd.io/inject': 'enabled' } } }
  const pods = ['web', 'db'].map((name, index) =>
    aPod({ name, namespace: 'shop', labels: { app: name }, ip: `10.0.0.${index + 1}`, serviceAccount: name }),
  )
  const server = {
    apiVersion: 'policy.linkerd.io/v1beta3',
    kind: 'Server',
    metadata: { name: 'db', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'db' } }, port: 80, proxyProtocol: 'opaque' },
  }
  const ask = (unread: Unread, ...objects: readonly object[]) => answerOf([namespace, ...pods, ...objects], unread, 'shop/web', 80)
  const not = (kind: string, ...readable: readonly string[]): Unread => ({ [`policy.linkerd.io/${kind}`]: readable })

  test('Servers may guard any port', () => {
    expect(ask({}).words).toBe('allowed')
    expect(ask(not('Server'))).toEqual({
      words: 'unknown policies-not-read',
      by: ['Not every Server could be read: one of them may allow or deny anything.'],
    })
    expect(ask(not('Server', 'shop')).words).toBe('allowed')
  })

  test('authorizations may let in whom none that was read names', () => {
    expect(ask({}, server).words).toBe('denied')
    for (const kind of ['ServerAuthorization', 'AuthorizationPolicy', 'MeshTLSAuthentication', 'NetworkAuthentication']) {
      expect([kind, ask(not(kind), server).words]).toEqual([kind, 'unknown policies-not-read'])
      expect([kind, ask(not(kind, 'shop'), server).words]).toEqual([kind, 'denied'])
    }
    // Without a Server there is nothing to authorize for.
    expect(ask(not('AuthorizationPolicy')).words).toBe('allowed')
  })

  test('routes may take requests out of what holds for a Server', () => {
    const open = { ...server, spec: { ...server.spec, proxyProtocol: 'HTTP/1', accessPolicy: 'all-unauthenticated' } }
    expect(ask({}, open).words).toBe('allowed')
    expect(ask(not('HTTPRoute'), open).words).toBe('unknown policies-not-read')
    expect(ask({ 'gateway.networking.k8s.io/HTTPRoute': [] }, open).words).toBe('unknown policies-not-read')
    const opaque = { ...server, spec: { ...server.spec, accessPolicy: 'all-unauthenticated' } }
    expect(ask(not('HTTPRoute'), opaque).words).toBe('allowed')
  })
})
