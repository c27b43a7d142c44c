import fc from 'fast-check'
import type { NaiveEnd, NaivePeer, NaivePod, NaivePolicy, NaivePort, NaiveSelector } from './naive-network-policy'
import type { NaiveClusterPeer, NaiveClusterPolicy, NaiveClusterRule } from './naive-tiers'

/** A small cluster with NetworkPolicies, in the plain form that both evaluators start from. */
export type RandomCluster = { readonly pods: readonly NaivePod[]; readonly policies: readonly NaivePolicy[] }

const NAMESPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  shop: { 'kubernetes.io/metadata.name': 'shop', team: 'a' },
  pay: { 'kubernetes.io/metadata.name': 'pay', team: 'b' },
  constructor: { 'kubernetes.io/metadata.name': 'constructor' },
}

// Names that collide with what every JavaScript object has, because they are valid label keys.
const KEYS = ['app', 'toString', 'team'] as const
const VALUES = ['web', 'db', ''] as const

export const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 2, noNullPrototype: true })
export const namespace = fc.constantFrom(...Object.keys(NAMESPACES))
export const protocol = fc.constantFrom('TCP', 'UDP', 'SCTP')
export const portNumber = fc.constantFrom(1, 53, 80, 81, 443, 8080, 65535)
export const portName = fc.constantFrom('http', 'dns')

const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom(...KEYS),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
)
export const selector: fc.Arbitrary<NaiveSelector> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ matchLabels: labels }) },
  { weight: 2, arbitrary: fc.record({ matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }) }) },
)

const cidrs = [
  { cidr: '0.0.0.0/0' },
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/29', '10.0.0.3/32'] },
  { cidr: '10.0.0.0/29' },
  { cidr: '10.0.0.0/29', except: ['10.0.0.2/31'] },
  { cidr: '10.0.0.4/32' },
  { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] },
  { cidr: '::/0' },
  { cidr: 'fd00::/126', except: ['fd00::1/128'] },
] as const

/** Every bound that a random rule can have, and its neighbours. */
export const ASKED_PORTS: readonly number[] = [1, 2, 52, 53, 54, 79, 80, 81, 82, 443, 8079, 8080, 8081, 65534, 65535]

/** Every bound of the random CIDRs, from both sides. */
export const OUTSIDE: readonly NaiveEnd[] = [
  ...['9.255.255.255', '10.0.0.0', '10.0.0.7', '10.0.0.8', '192.0.1.255', '192.0.2.0', '192.0.2.127', '192.0.2.128', '192.0.3.0'],
  ...['fcff::', 'fd00::', 'fd00::3', 'fd00::4'],
].map((ip) => ({ kind: 'address', ip }))

const peer: fc.Arbitrary<NaivePeer> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ podSelector: selector }) },
  { weight: 2, arbitrary: fc.record({ namespaceSelector: selector }) },
  { weight: 2, arbitrary: fc.record({ namespaceSelector: selector, podSelector: selector }) },
  { weight: 2, arbitrary: fc.constantFrom(...cidrs).map((ipBlock) => ({ ipBlock })) },
)

export const port: fc.Arbitrary<NaivePort> = fc.oneof(
  fc.record({ port: portNumber, protocol }, { requiredKeys: ['port'] }),
  fc.tuple(portNumber, portNumber, protocol).map(([a, b, p]) => ({ port: Math.min(a, b), endPort: Math.max(a, b), protocol: p })),
  fc.record({ port: portName, protocol }, { requiredKeys: ['port'] }),
  fc.record({ protocol }),
)

const ports = fc.option(fc.array(port, { maxLength: 3 }), { nil: undefined })
const peers = fc.option(fc.array(peer, { maxLength: 3 }), { nil: undefined })
const from = fc.tuple(peers, ports).map(([from, ports]) => ({ ...(from && { from }), ...(ports && { ports }) }))
const to = fc.tuple(peers, ports).map(([to, ports]) => ({ ...(to && { to }), ...(ports && { ports }) }))

export const policy: fc.Arbitrary<NaivePolicy> = fc.record({
  namespace,
  spec: fc.record(
    {
      podSelector: selector,
      policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'], []),
      ingress: fc.array(from, { maxLength: 3 }),
      egress: fc.array(to, { maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
})

const podShape = fc.record({
  namespace,
  labels,
  ports: fc.uniqueArray(fc.record({ name: portName, port: fc.constantFrom(53, 80, 8080), protocol }), {
    maxLength: 2,
    selector: ({ port, protocol }) => `${port}${protocol}`,
  }),
})

export const randomCluster: fc.Arbitrary<RandomCluster> = fc.record({
  pods: fc.array(podShape, { minLength: 2, maxLength: 6 }).map((shapes) =>
    shapes.map(
      (shape, index): NaivePod => ({
        kind: 'pod',
        name: `pod-${index}`,
        namespaceLabels: NAMESPACES[shape.namespace] ?? {},
        // Every third pod speaks IPv6 only.
        ip: index % 3 === 2 ? `fd00::${index}` : `10.0.0.${index + 1}`,
        ...shape,
      }),
    ),
  ),
  policies: fc.array(policy, { maxLength: 6 }),
})

const clusterPeer = fc.record({ namespaceSelector: selector, podSelector: selector }).map((pods): NaiveClusterPeer => ({ pods }))

const clusterRule: fc.Arbitrary<NaiveClusterRule> = fc.record({
  action: fc.constantFrom('Accept', 'Deny', 'Pass'),
  peers: fc.array(clusterPeer, { minLength: 1, maxLength: 2 }),
  ports: fc.array(port, { maxLength: 2 }),
})

/** Cluster-scoped policies, each with a priority of its own. */
export const clusterPolicies: fc.Arbitrary<readonly NaiveClusterPolicy[]> = fc
  .array(
    fc.record({
      tier: fc.constantFrom<'Admin' | 'Baseline'>('Admin', 'Baseline'),
      subject: clusterPeer,
      ingress: fc.array(clusterRule, { maxLength: 3 }),
      egress: fc.array(clusterRule, { maxLength: 3 }),
    }),
    { maxLength: 5 },
  )
  .map((policies) => policies.map((policy, index) => ({ ...policy, priority: (index * 7) % 11 })))

/** The same policies as documents. */
export function clusterDocumentsOf(policies: readonly NaiveClusterPolicy[]): readonly object[] {
  const protocols = (ports: readonly NaivePort[]): object =>
    ports.length === 0
      ? {}
      : {
          protocols: ports.map(({ protocol = 'TCP', port, endPort = port }) => {
            if (typeof port === 'string') return { destinationNamedPort: port }
            const destinationPort = port === endPort ? { number: port } : { range: { start: port, end: endPort } }
            return { [protocol.toLowerCase()]: port === undefined ? {} : { destinationPort } }
          }),
        }
  return policies.map(({ tier, priority, subject, ingress, egress }, index) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `cluster-policy-${index}` },
    spec: {
      tier,
      priority,
      subject,
      ingress: ingress.map(({ action, peers, ports }) => ({ action, from: peers, ...protocols(ports) })),
      egress: egress.map(({ action, peers, ports }) => ({ action, to: peers, ...protocols(ports) })),
    },
  }))
}

/** The same cluster as Kubernetes documents. */
export function documentsOf({ pods, policies }: RandomCluster): readonly object[] {
  return [
    ...Object.entries(NAMESPACES).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...pods.map((pod) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: pod.name, namespace: pod.namespace, labels: pod.labels },
      spec: {
        containers: [{ name: 'app', ports: pod.ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })) }],
      },
      status: { phase: 'Running', podIPs: [{ ip: pod.ip }] },
    })),
    ...policies.map(({ namespace, spec }, index) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${index}`, namespace },
      spec,
    })),
  ]
}
