import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNamespace, aPod, aService } from '../../model/testing/objects'
import { compilePolicies } from '../engine'

const KINDS = [
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['policy.linkerd.io/v1beta3', 'Server'],
  ['policy.linkerd.io/v1beta1', 'ServerAuthorization'],
  ['policy.linkerd.io/v1alpha1', 'AuthorizationPolicy'],
  ['policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication'],
  ['policy.linkerd.io/v1alpha1', 'NetworkAuthentication'],
  ['policy.linkerd.io/v1beta3', 'HTTPRoute'],
  ['gateway.networking.k8s.io/v1', 'GRPCRoute'],
] as const

const FIELDS = [
  ...['selector', 'matchLabels', 'targetRefs', 'targetRef', 'group', 'kind', 'name', 'action', 'provider', 'rules', 'from', 'source'],
  ...['principals', 'notPrincipals', 'namespaces', 'ipBlocks', 'notIpBlocks', 'to', 'operation', 'ports', 'notPorts', 'methods', 'paths'],
  ...['when', 'key', 'values', 'notValues', 'mtls', 'mode', 'portLevelMtls', '8080'],
  ...[
    'podSelector',
    'port',
    'proxyProtocol',
    'accessPolicy',
    'server',
    'client',
    'networks',
    'cidr',
    'except',
    'unauthenticated',
    'meshTLS',
  ],
  ...['identities', 'serviceAccounts', 'requiredAuthenticationRefs', 'identityRefs', 'parentRefs', 'hostnames', 'matches', 'path'],
  ...['__proto__', 'constructor', 'toString'],
]
const LEAVES = [
  ...['ALLOW', 'DENY', 'AUDIT', 'CUSTOM', 'STRICT', 'UNSET', 'Server', 'Namespace', 'HTTPRoute', 'ServiceAccount', 'NetworkAuthentication'],
  ...[
    'source.ip',
    'request.headers[a]',
    'destination.port',
    '10.0.0.0/8',
    '10.0.0.1',
    '*',
    'a*',
    '8080',
    'http',
    'deny',
    'opaque',
    'object',
    '',
  ],
]

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.oneof(fc.constantFrom<unknown>(...LEAVES, null, true, 0, 8080, 65_536, 1.5), fc.string({ maxLength: 6 })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 4 }),
  ),
})).value

const CLUSTER = [
  aNamespace({ name: 'default', labels: { 'istio-injection': 'enabled' } }),
  aNamespace({ name: 'linkerd-shop', annotations: { 'linkerd.io/inject': 'enabled' } }),
  aPod({ name: 'a', ip: '10.0.0.1' }),
  aPod({ name: 'b', ip: 'fd00::1' }),
  aPod({ name: 'c', namespace: 'linkerd-shop', ports: [{ name: 'http', containerPort: 8080 }] }),
  aService({ name: 's' }),
]

const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 1500)

test('no mesh document makes the engine throw', () => {
  const policy = fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom('default', 'linkerd-shop', 'istio-system'), json)
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 4 }), (drawn) => {
      const policies = drawn.map(([[apiVersion, kind], namespace, spec], index) => ({
        apiVersion,
        kind,
        metadata: { name: `object-${index}`, namespace },
        spec,
      }))
      const engine = compilePolicies(aCluster([...CLUSTER, ...policies]))
      for (const to of ['default/b', 'linkerd-shop/c', 'svc:default/s', 'entity:world']) {
        for (const from of ['default/a', 'linkerd-shop/c', 'ip:192.0.2.1', 'entity:unknown', 'entity:host']) {
          engine.evaluate({ from, to, port: null, protocol: 'TCP' })
        }
      }
      const { connections, unknown } = engine.connectivity('pod')
      expect(connections.length + unknown.length).toBeGreaterThan(0)
      expect(engine.policies.every(({ subjectCount }) => subjectCount <= 3)).toBe(true)
    }),
    { numRuns: RUNS },
  )
}, 120_000)

test('an AuthorizationPolicy that has a problem never lets anything new through', () => {
  const closed = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'closed' }, spec: {} }
  let broken = 0
  fc.assert(
    fc.property(json, (spec) => {
      const engine = compilePolicies(aCluster([...CLUSTER, closed, { ...closed, metadata: { name: 'drawn' }, spec }]))
      if (!engine.problems.some(({ severity }) => severity === 'error')) return
      broken++
      const { verdict } = engine.evaluate({ from: 'linkerd-shop/c', to: 'default/a', port: 8080, protocol: 'TCP' })
      expect(verdict).not.toBe('allowed')
    }),
    { numRuns: RUNS },
  )
  expect(broken).toBeGreaterThan(0)
}, 120_000)
