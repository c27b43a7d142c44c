import fc from 'fast-check'
import type { ScopedPeer, ScopedPolicy, ScopedPort, ScopedRule } from './naive-kubernetes'
import { portName, portNumber, protocol, selector } from './random-clusters'
import { WORLD_CIDRS } from './random-world'

// Everybody is meant often, so that rules and policies meet and contradict each other.
const podsPeer: fc.Arbitrary<ScopedPeer> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<ScopedPeer>({ namespaces: {} }) },
  { weight: 1, arbitrary: fc.record({ namespaces: selector }) },
  { weight: 2, arbitrary: fc.record({ namespaceSelector: selector, podSelector: selector }).map((pods) => ({ pods })) },
)
const networks = fc
  .uniqueArray(fc.constantFrom(...WORLD_CIDRS), { minLength: 1, maxLength: 2 })
  .map((networks): ScopedPeer => ({ networks }))
const nodes: fc.Arbitrary<ScopedPeer> = fc
  .constantFrom({}, { matchLabels: { pool: 'edge' } }, { matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] })
  .map((nodes) => ({ nodes }))
const domains: fc.Arbitrary<ScopedPeer> = fc.constant({ domainNames: ['*.example.com'] })

const range = fc.tuple(portNumber, portNumber).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))

const oldPort: fc.Arbitrary<ScopedPort> = fc.oneof(
  fc.record({ port: portNumber, protocol }, { requiredKeys: ['port'] }).map((portNumber) => ({ portNumber })),
  fc.tuple(range, protocol).map(([ports, protocol]) => ({ portRange: { protocol, ...ports } })),
  portName.map((namedPort) => ({ namedPort })),
)
const newPort: fc.Arbitrary<ScopedPort> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('tcp', 'udp', 'sctp'),
      fc.oneof(
        fc.constant({}),
        portNumber.map((number) => ({ destinationPort: { number } })),
        range.map((range) => ({ destinationPort: { range } })),
      ),
    )
    .map(([transport, match]) => ({ [transport]: match })),
  portName.map((destinationNamedPort) => ({ destinationNamedPort })),
)

function rule(
  direction: 'ingress' | 'egress',
  words: { readonly allow: string; readonly pass: boolean; readonly isOld: boolean },
): fc.Arbitrary<ScopedRule> {
  const actions = [words.allow, 'Deny', ...(words.pass ? ['Pass'] : [])]
  const peer = direction === 'ingress' ? podsPeer : fc.oneof({ weight: 3, arbitrary: podsPeer }, networks, nodes)
  const ports = fc.oneof(fc.constant([]), fc.array(words.isOld ? oldPort : newPort, { minLength: 1, maxLength: 2 }))
  const plain = fc.record({ action: fc.constantFrom(...actions), peers: fc.array(peer, { minLength: 1, maxLength: 2 }), ports })
  const named = fc.record({ action: fc.constant(words.allow), peers: fc.tuple(domains, peer).map(([a, b]) => [a, b]), ports })
  const any = direction === 'ingress' ? plain : fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: named })
  return any.map(({ action, peers, ports }) => ({
    action,
    ...(direction === 'ingress' ? { from: peers } : { to: peers }),
    ...(ports.length === 0 ? {} : words.isOld ? { ports } : { protocols: ports }),
  }))
}

/** Few values, so that some policies have the same. */
const priority = fc.constantFrom(0, 7, 7, 7, 7, 1000)

function policyOf(
  kind: string,
  apiVersion: string,
  more: fc.Arbitrary<object>,
  words: Parameters<typeof rule>[1],
): fc.Arbitrary<ScopedPolicy & object> {
  return fc
    .record({
      subject: podsPeer,
      more,
      ingress: fc.array(rule('ingress', words), { minLength: 1, maxLength: 3 }),
      egress: fc.array(rule('egress', words), { minLength: 1, maxLength: 3 }),
    })
    .map(({ more, ...spec }) => ({ apiVersion, kind, spec: { ...spec, ...more } }))
}

function named(policies: readonly (ScopedPolicy & object)[]): readonly ScopedPolicy[] {
  return policies.map((policy, index) => ({
    ...policy,
    metadata: { name: policy.kind === 'BaselineAdminNetworkPolicy' ? 'default' : `p${index}` },
  }))
}

const V1 = 'policy.networking.k8s.io/v1alpha1'
const admin = policyOf(
  'AdminNetworkPolicy',
  V1,
  priority.map((priority) => ({ priority })),
  { allow: 'Allow', pass: true, isOld: true },
)
const baseline = policyOf('BaselineAdminNetworkPolicy', V1, fc.constant({}), { allow: 'Allow', pass: false, isOld: true })
const cluster = policyOf(
  'ClusterNetworkPolicy',
  'policy.networking.k8s.io/v1alpha2',
  fc.record({ priority, tier: fc.constantFrom('Admin', 'Admin', 'Baseline') }),
  { allow: 'Accept', pass: true, isOld: false },
)

/** AdminNetworkPolicies and at most one BaselineAdminNetworkPolicy, as documents. */
export const adminPolicies = fc
  .noBias(fc.tuple(fc.array(admin, { minLength: 1, maxLength: 3 }), fc.array(baseline, { maxLength: 1 })))
  .map(([above, below]) => named([...above, ...below]))

/** ClusterNetworkPolicies of both tiers, as documents. */
export const clusterScopedPolicies = fc.noBias(fc.array(cluster, { minLength: 2, maxLength: 4 })).map(named)
