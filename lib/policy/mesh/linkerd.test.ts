import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNamespace, aPod } from '../../model/testing/objects'
import type { Assumptions } from '../assumptions'
import { compilePolicies } from '../engine'
import type { EvaluateAnswer } from '../types'

const ANNOTATIONS = { 'linkerd.io/inject': 'enabled' }
const MESHED = aNamespace({ name: 'shop', annotations: ANNOTATIONS })
const OUTSIDE = aNamespace({ name: 'legacy' })
const DB_PORTS = [{ name: 'http', containerPort: 8080 }]
const PODS = [
  aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', serviceAccount: 'web' }),
  aPod({ name: 'db', namespace: 'shop', labels: { app: 'db' }, ip: '10.0.0.2', ports: DB_PORTS }),
  aPod({ name: 'old', namespace: 'legacy', ip: '10.0.1.1' }),
]

function linkerd(kind: string, name: string, spec: object, metadata: object = {}): object {
  return { apiVersion: 'policy.linkerd.io/v1beta3', kind, metadata: { name, namespace: 'shop', ...metadata }, spec }
}

function server(spec: object = {}, metadata: object = {}): object {
  return linkerd('Server', 'db', { podSelector: { matchLabels: { app: 'db' } }, port: 'http', proxyProtocol: 'HTTP/1', ...spec }, metadata)
}

function authorize(refs: readonly object[], targetRef: object = { group: 'policy.linkerd.io', kind: 'Server', name: 'db' }): object {
  return linkerd('AuthorizationPolicy', 'db', { targetRef, requiredAuthenticationRefs: refs })
}

const WEB = { kind: 'ServiceAccount', name: 'web' }

function engineOf(policies: readonly object[], namespace = MESHED, assumptions: Partial<Assumptions> = {}) {
  return compilePolicies(aCluster([namespace, OUTSIDE, ...PODS, ...policies]), { assumptions })
}

function ask(policies: readonly object[], from: string, port = 8080, namespace = MESHED): EvaluateAnswer {
  return engineOf(policies, namespace).evaluate({ from, to: 'shop/db', port, protocol: 'TCP' })
}

function words({ verdict, reason }: EvaluateAnswer): string {
  return reason === null ? verdict : `${verdict} ${reason}`
}

describe('ports without a Server', () => {
  test('are open to everybody unless the mesh, the namespace or the pod says otherwise', () => {
    expect(words(ask([], 'legacy/old'))).toBe('allowed')
    const annotated = (policy: string) =>
      aNamespace({ name: 'shop', annotations: { ...ANNOTATIONS, 'config.linkerd.io/default-inbound-policy': policy } })
    const refused = ask([], 'legacy/old', 8080, annotated('all-authenticated'))
    expect(words(refused)).toBe('denied')
    expect(refused.mesh?.by).toMatchObject([{ policy: null, detail: 'default-policy' }])
    expect(words(ask([], 'shop/web', 8080, annotated('all-authenticated')))).toBe('allowed')
    expect(words(ask([], 'ip:192.0.2.1', 8080, annotated('cluster-unauthenticated')))).toBe('denied')
    expect(words(ask([], 'legacy/old', 8080, annotated('cluster-unauthenticated')))).toBe('allowed')
    expect(words(ask([], 'shop/web', 8080, annotated('deny')))).toBe('denied')
    expect(words(ask([], 'shop/web', 8080, annotated('sometimes')))).toBe('unknown unsupported-policy')
    const engine = engineOf([], MESHED, { linkerdDefaultInboundPolicy: 'deny' })
    expect(words(engine.evaluate({ from: 'shop/web', to: 'shop/db', port: 8080, protocol: 'TCP' }))).toBe('denied')
  })

  test('let in health checks of the machine, which go to some paths only', () => {
    const namespace = aNamespace({ name: 'shop', annotations: { ...ANNOTATIONS, 'config.linkerd.io/default-inbound-policy': 'deny' } })
    expect(words(ask([], 'entity:host', 8080, namespace))).toBe('unknown l7-rule')
  })
})

describe('ports with a Server', () => {
  test('are closed to clients that no authorization names', () => {
    const answer = ask([server()], 'shop/web')
    expect(words(answer)).toBe('denied')
    expect(answer.mesh?.by).toMatchObject([{ policy: 'Server:shop/db', effect: 'isolates', detail: 'no-authorization' }])
    expect(words(ask([server()], 'shop/web', 9999))).toBe('allowed')
    expect(words(ask([server({ accessPolicy: 'all-unauthenticated' })], 'legacy/old'))).toBe('allowed')
  })

  test('open to those that an AuthorizationPolicy names: all that it requires must hold', () => {
    expect(words(ask([server(), authorize([WEB])], 'shop/web'))).toBe('allowed')
    expect(words(ask([server(), authorize([WEB])], 'legacy/old'))).toBe('denied')
    expect(words(ask([server(), authorize([])], 'legacy/old'))).toBe('allowed')
    const net = linkerd('NetworkAuthentication', 'net', { networks: [{ cidr: '10.0.0.0/24', except: ['10.0.0.1/32'] }] })
    const both = [WEB, { kind: 'NetworkAuthentication', name: 'net' }]
    expect(words(ask([server(), net, authorize(both)], 'shop/web'))).toBe('denied')
    expect(words(ask([server(), net, authorize([both[1] ?? {}])], 'ip:10.0.0.9'))).toBe('allowed')
  })

  test.each([
    [{ identities: ['*'] }, 'allowed'],
    [{ identities: ['*.shop.serviceaccount.identity.linkerd.cluster.local'] }, 'allowed'],
    [{ identities: ['web.shop.serviceaccount.identity.linkerd.cluster.local'] }, 'allowed'],
    [{ identities: ['*.pay.serviceaccount.identity.linkerd.cluster.local'] }, 'denied'],
    [{ identityRefs: [{ kind: 'Namespace', name: 'shop' }] }, 'allowed'],
    [{ identityRefs: [{ kind: 'ServiceAccount', name: 'web' }] }, 'allowed'],
    [{ identityRefs: [{ kind: 'ServiceAccount', name: 'web', namespace: 'pay' }] }, 'denied'],
  ])('a MeshTLSAuthentication %j: %s', (spec, verdict) => {
    const tls = linkerd('MeshTLSAuthentication', 'tls', spec)
    const policies = [server(), tls, authorize([{ kind: 'MeshTLSAuthentication', name: 'tls' }])]
    expect(words(ask(policies, 'shop/web'))).toBe(verdict)
    expect(words(ask(policies, 'legacy/old'))).toBe('denied')
  })

  test('a policy that requires something that does not exist is left out, with a warning', () => {
    const engine = engineOf([server(), authorize([{ kind: 'MeshTLSAuthentication', name: 'gone' }])])
    expect(words(engine.evaluate({ from: 'shop/web', to: 'shop/db', port: 8080, protocol: 'TCP' }))).toBe('denied')
    expect(engine.problems).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('there is no MeshTLSAuthentication shop/gone') },
    ])
  })

  test.each([
    [{ unauthenticated: true }, 'allowed', 'allowed'],
    [{ meshTLS: { unauthenticatedTLS: true } }, 'allowed', 'denied'],
    [{ meshTLS: { serviceAccounts: [{ name: 'web' }] } }, 'allowed', 'denied'],
    [{ meshTLS: { serviceAccounts: [{ name: 'web', namespace: 'pay' }] } }, 'denied', 'denied'],
    [{ unauthenticated: true, networks: [{ cidr: '10.0.1.0/24' }] }, 'denied', 'allowed'],
  ])('a ServerAuthorization %j: %s for a member, %s for others', (client, member, other) => {
    const byName = linkerd('ServerAuthorization', 'db', { server: { name: 'db' }, client })
    expect(words(ask([server(), byName], 'shop/web'))).toBe(member)
    expect(words(ask([server(), byName], 'legacy/old'))).toBe(other)
    const bySelector = linkerd('ServerAuthorization', 'db', { server: { selector: { matchLabels: { tier: 'a' } } }, client })
    expect(words(ask([server({}, { labels: { tier: 'a' } }), bySelector], 'shop/web'))).toBe(member)
    expect(words(ask([server(), bySelector], 'shop/web'))).toBe('denied')
  })

  test('routes open some requests only, and a request without a route is refused', () => {
    const route = (rules: readonly object[]) => linkerd('HTTPRoute', 'api', { parentRefs: [{ kind: 'Server', name: 'db' }], rules })
    const toRoute = authorize([WEB], { group: 'policy.linkerd.io', kind: 'HTTPRoute', name: 'api' })
    const some = ask([server(), route([{ matches: [{ path: { value: '/api' } }] }]), toRoute], 'shop/web')
    expect(words(some)).toBe('unknown l7-rule')
    expect(some.mesh?.requests).toEqual([{ policy: 'HTTPRoute:shop/api', rule: null, effect: 'allow', conditions: ['/api'] }])
    expect(words(ask([server(), route([{}]), toRoute], 'shop/web'))).toBe('allowed')
    expect(words(ask([server(), route([{}]), toRoute], 'legacy/old'))).toBe('denied')
    expect(words(ask([server(), route([{ matches: [{ path: { value: '/api' } }] }]), authorize([WEB])], 'shop/web'))).toBe(
      'unknown l7-rule',
    )
    expect(
      words(ask([server({ proxyProtocol: 'opaque' }), route([{ matches: [{ path: { value: '/api' } }] }]), authorize([WEB])], 'shop/web')),
    ).toBe('allowed')
  })

  test('of several Servers for one port the oldest counts', () => {
    const at = (creationTimestamp: string) => ({ creationTimestamp })
    const open = (age: object) => server({ accessPolicy: 'all-unauthenticated' }, { name: 'open', ...age })
    const closed = (age: object) => server({}, age)
    expect(words(ask([open(at('2026-01-02T00:00:00Z')), closed(at('2026-01-01T00:00:00Z'))], 'shop/web'))).toBe('denied')
    expect(words(ask([open(at('2026-01-01T00:00:00Z')), closed(at('2026-01-02T00:00:00Z'))], 'shop/web'))).toBe('allowed')
    expect(words(ask([open({}), closed({})], 'shop/web'))).toBe('unknown equal-priority')
  })

  test.each([
    [server({ port: undefined }), 'Server shop/db: spec.port'],
    [server({ proxyProtocol: 'SPDY' }), 'Server shop/db: spec.proxyProtocol'],
    [authorize([{ kind: 'Secret', name: 'a' }]), 'AuthorizationPolicy shop/db: spec.requiredAuthenticationRefs[0].kind'],
    [authorize([WEB, { kind: 'ServiceAccount', name: 'db' }]), 'AuthorizationPolicy shop/db: spec.requiredAuthenticationRefs'],
    [linkerd('ServerAuthorization', 'db', { server: { name: 'db' }, client: {} }), 'ServerAuthorization shop/db: spec.client'],
    [linkerd('MeshTLSAuthentication', 'tls', { identities: 'all' }), 'MeshTLSAuthentication shop/tls: spec.identities'],
  ])('what cannot be understood is a problem at its place and leaves the answer open: %j', (object, place) => {
    const { kind } = object as { kind: string }
    const required = authorize([{ kind: 'MeshTLSAuthentication', name: 'tls' }])
    const objects = kind === 'Server' ? [object] : kind === 'MeshTLSAuthentication' ? [server(), required, object] : [server(), object]
    const engine = engineOf(objects)
    expect(engine.problems[0]?.message).toContain(place)
    expect(words(engine.evaluate({ from: 'shop/web', to: 'shop/db', port: 8080, protocol: 'TCP' }))).toBe('unknown unsupported-policy')
  })
})

test('ports that are skipped go around the proxy', () => {
  const pods = [
    PODS[0] ?? {},
    aPod({ name: 'db', namespace: 'shop', labels: { app: 'db' }, annotations: { 'config.linkerd.io/skip-inbound-ports': '8000-8090' } }),
  ]
  const engine = compilePolicies(aCluster([MESHED, ...pods, server({ port: 8080 })]))
  const answer = engine.evaluate({ from: 'shop/web', to: 'shop/db', port: 8080, protocol: 'TCP' })
  expect(answer).toMatchObject({ verdict: 'allowed', mesh: { mesh: 'linkerd', exemption: 'excluded-port' } })
})

test('lists know what mesh policies are for', () => {
  const istio = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'a', namespace: 'shop' },
    spec: { rules: [{}, {}] },
  }
  const engine = engineOf([server(), authorize([WEB]), linkerd('HTTPLocalRateLimitPolicy', 'limit', {}), istio])
  const listed = engine.policies.map(({ kind, tier, ruleCounts, subjectCount, enforcement }) => [
    kind,
    tier,
    ruleCounts.ingress,
    subjectCount,
    enforcement,
  ])
  expect(listed).toEqual([
    ['Server', 'Mesh', 1, 1, 'enforced'],
    ['AuthorizationPolicy', 'Mesh', 1, 1, 'enforced'],
    ['HTTPLocalRateLimitPolicy', 'Unreadable', 0, 2, 'mesh'],
    ['AuthorizationPolicy', 'Mesh', 2, 0, 'enforced'],
  ])
  const [, policy] = engine.policies
  expect(policy === undefined ? [] : engine.subjectsOf(policy)).toEqual(['shop/db'])
})
