import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aNode, aPod, aService } from '../model/testing/objects'
import { compilePolicies } from './engine'

const KINDS = [
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'],
  ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy'],
  ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy'],
  ['projectcalico.org/v3', 'NetworkPolicy'],
  ['projectcalico.org/v3', 'GlobalNetworkPolicy'],
  ['projectcalico.org/v3', 'StagedKubernetesNetworkPolicy'],
  ['projectcalico.org/v3', 'StagedGlobalNetworkPolicy'],
  ['projectcalico.org/v3', 'Tier'],
  ['projectcalico.org/v3', 'GlobalNetworkSet'],
  ['projectcalico.org/v3', 'Profile'],
  ['cilium.io/v2', 'CiliumNetworkPolicy'],
  ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy'],
  ['cilium.io/v2', 'CiliumCIDRGroup'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
] as const

const FIELDS = [
  ...[
    'podSelector',
    'matchLabels',
    'matchExpressions',
    'key',
    'operator',
    'values',
    'policyTypes',
    'ingress',
    'egress',
    'from',
    'to',
    'ports',
  ],
  ...[
    'port',
    'endPort',
    'protocol',
    'ipBlock',
    'cidr',
    'except',
    'namespaceSelector',
    'subject',
    'namespaces',
    'pods',
    'priority',
    'tier',
    'action',
  ],
  ...[
    'networks',
    'nodes',
    'domainNames',
    'protocols',
    'tcp',
    'destinationPort',
    'number',
    'range',
    'start',
    'end',
    'portNumber',
    'namedPort',
  ],
  ...[
    'selector',
    'notSelector',
    'order',
    'types',
    'source',
    'destination',
    'nets',
    'notPorts',
    'services',
    'serviceAccounts',
    'http',
    'stagedAction',
  ],
  ...[
    'endpointSelector',
    'ingressDeny',
    'fromEndpoints',
    'toEntities',
    'fromCIDRSet',
    'toFQDNs',
    'toPorts',
    'rules',
    'icmps',
    'fields',
    'specs',
    'spec',
  ],
  ...['__proto__', 'constructor', 'toString'],
]
const LEAVES = [
  'Ingress',
  'Egress',
  'Allow',
  'Accept',
  'Deny',
  'Pass',
  'Admin',
  'TCP',
  'UDP',
  'ANY',
  'In',
  'Exists',
  'all()',
  "a == 'b'",
  '10.0.0.0/8',
  '::/0',
]

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.oneof(fc.constantFrom<unknown>(...LEAVES, '', '80', 'http', null, true, 0, 80, 65_536, -1, 1.5), fc.string({ maxLength: 6 })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 4 }),
  ),
})).value

test('no document makes the engine throw, whatever the profile', () => {
  const policy = fc.tuple(fc.constantFrom(...KINDS), json).map(([[apiVersion, kind], spec]) => ({
    apiVersion,
    kind,
    metadata: { name: kind === 'Profile' ? 'kns.default' : 'p', namespace: 'default' },
    spec,
  }))
  const others = [
    aNode({ name: 'n', ip: '192.168.0.1' }),
    aPod({ name: 'a', ip: '10.0.0.1', node: 'n' }),
    aPod({ name: 'b', ip: 'fd00::1' }),
    aService({ name: 's' }),
  ]
  fc.assert(
    fc.property(
      fc.array(policy, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('kubernetes', 'calico', 'cilium'),
      (policies, profile) => {
        const engine = compilePolicies(aCluster([...others, ...policies]), { profile })
        for (const to of ['default/b', 'svc:default/s', 'ip:203.0.113.1', 'entity:world', 'dns:example.com', 'default']) {
          engine.evaluate({ from: 'default/a', to, port: null, protocol: 'TCP' })
        }
        const { connections, unknown } = engine.connectivity('pod')
        expect(connections.length + unknown.length).toBeGreaterThanOrEqual(0)
        expect(engine.policies.length).toBeLessThanOrEqual(policies.length + 10)
      },
    ),
    { numRuns: Number(process.env.SLUICE_PROPERTY_RUNS ?? 1500) },
  )
}, 120_000)

test('a NetworkPolicy that has a problem never lets anything new through', () => {
  const pods = [aPod({ name: 'a' }), aPod({ name: 'b' })]
  fc.assert(
    fc.property(json, (spec) => {
      const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'default' }, spec }
      const isolate = {
        ...policy,
        metadata: { name: 'isolate', namespace: 'default' },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      }
      const engine = compilePolicies(aCluster([...pods, isolate, policy]), { profile: 'kubernetes' })
      const isBroken = engine.problems.some(({ severity }) => severity === 'error')
      if (isBroken) expect(engine.connectivity('pod', { external: false }).connections).toEqual([])
    }),
    { numRuns: 1000 },
  )
})
