import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cluster } from './cluster'
import type { KnownReading } from './known-reading'
import { readCluster, readClusterAgain, type SourceDocument } from './read-cluster'
import { writtenCluster } from './testing/written-cluster'

// More in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/model/read-cluster-again
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 300)

const name = fc.constantFrom('a', 'b', 'c')
const namespace = fc.constantFrom('shop', 'pay', undefined)
const labels = fc.constantFrom({}, { app: 'a' }, { app: 'b', 'pod-template-hash': '5d' })
const owner = fc.constantFrom(
  [],
  [{ kind: 'ReplicaSet', name: 'a-5d', controller: true }],
  [{ kind: 'Deployment', name: 'a', controller: true }],
  [{ kind: 'Job', name: 'b-28912345', controller: true }],
  [{ kind: 'CronJob', name: 'b', controller: true }],
)
const metadata = fc.record({ name, namespace, labels, ownerReferences: owner })
const template = labels.map((own) => ({ metadata: { labels: own }, spec: { containers: [{ name: 'app' }] } }))
const of = (apiVersion: string, kind: string, rest: fc.Arbitrary<object> = fc.constant({})): fc.Arbitrary<object> =>
  fc.tuple(metadata, rest).map(([meta, more]) => ({ apiVersion, kind, metadata: meta, ...more }))

/** Objects of every kind that readers treat in a way of its own, and some that are none. */
const body: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: of(
      'v1',
      'Pod',
      fc.record({
        spec: fc.constantFrom({}, { hostNetwork: true, nodeName: 'a' }, { nodeName: 7 }),
        status: fc.constantFrom(
          {},
          { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] },
          { phase: 'Succeeded' },
          { phase: 'Failed', podIP: 'x' },
        ),
      }),
    ),
  },
  { weight: 2, arbitrary: of('apps/v1', 'Deployment', fc.record({ spec: template.map((pods) => ({ replicas: 2, template: pods })) })) },
  of('apps/v1', 'ReplicaSet', fc.record({ spec: template.map((pods) => ({ template: pods })) })),
  of('apps/v1', 'DaemonSet', fc.record({ spec: template.map((pods) => ({ template: pods })) })),
  of('batch/v1', 'CronJob', fc.record({ spec: template.map((pods) => ({ jobTemplate: { spec: { template: pods } } })) })),
  of('batch/v1', 'Job', fc.record({ spec: template.map((pods) => ({ template: pods })) })),
  of('v1', 'Service', fc.record({ spec: fc.constantFrom({ clusterIP: '10.96.0.1' }, { type: 'NodePort', ports: [{ port: 'x' }] }) })),
  of('v1', 'Endpoints', fc.constant({ subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }] })),
  of('discovery.k8s.io/v1', 'EndpointSlice', fc.constant({ addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }] })),
  of('v1', 'Namespace'),
  of('v1', 'Node', fc.record({ status: fc.constantFrom({}, { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] }) })),
  of('v1', 'ConfigMap', fc.constantFrom({}, { data: { Corefile: '.' } })),
  fc.constantFrom('a', 'b').map((forward) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile: forward },
  })),
  of('v1', 'Secret', fc.constantFrom({}, { type: 'kubernetes.io/tls' })),
  of('v1', 'ServiceAccount'),
  of('networking.k8s.io/v1', 'Ingress'),
  of('extensions/v1beta1', 'Ingress'),
  of('networking.k8s.io/v1', 'IngressClass'),
  of(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    fc.record({ spec: fc.constantFrom({ podSelector: {} }, { podSelector: { matchLabels: { app: 'a' } } }) }),
  ),
  of('gateway.networking.k8s.io/v1', 'HTTPRoute'),
  of('crd.projectcalico.org/v1', 'IPPool'),
  of('example.org/v1', 'Custom'),
  fc.constant({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'customs.example.org' },
    spec: { scope: 'Cluster', group: 'example.org', names: { kind: 'Custom' } },
  }),
  fc.constantFrom(
    null,
    'text',
    {},
    { apiVersion: 'v1', kind: 'Pod' },
    { kind: 'Pod', metadata: { name: 'a' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: 3 },
  ),
)
const list = fc.array(body, { maxLength: 3 }).map((items) => ({ apiVersion: 'v1', kind: 'List', items }))
const document: fc.Arbitrary<SourceDocument> = fc
  .tuple(fc.oneof({ weight: 12, arbitrary: body }, list), fc.constantFrom(null, null, 'a.yaml', 'b.yaml'), fc.nat(9), fc.boolean())
  .map(([content, file, line, isLocated]) => ({
    body: content,
    origin: file === null ? null : { file, line, column: 1 },
    ...(isLocated && file !== null ? { locate: Object.assign(() => ({ line, column: 2 }), { textOf: () => `${line}` }) } : {}),
  }))

const edit = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'insert', 'append', 'remove', 'move', 'copy', 'repeat', 'anew', 'nothing'),
  at: fc.nat(),
  to: fc.nat(),
  document,
})
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never

function apply(documents: readonly SourceDocument[], { kind, at, to, document: other }: Edit): readonly SourceDocument[] {
  const place = documents.length === 0 ? 0 : at % documents.length
  const chosen = documents[place]
  if (chosen === undefined) return [other]
  const rest = documents.toSpliced(place, 1)
  switch (kind) {
    case 'replace':
      return documents.with(place, other)
    case 'insert':
      return documents.toSpliced(place, 0, other)
    case 'append':
      return [...documents, other]
    case 'remove':
      return rest
    case 'move':
      return rest.toSpliced(to % documents.length, 0, chosen)
    case 'copy':
      return documents.with(place, { ...chosen, body: structuredClone(chosen.body) })
    case 'repeat':
      return [...documents, chosen]
    case 'anew':
      return documents.map((one) => ({ ...one, body: structuredClone(one.body) }))
    case 'nothing':
      return [...documents]
  }
}

const options = fc.constantFrom(
  { name: 'test', source: 'live' as const },
  { name: 'test', source: 'live' as const, unread: new Map([['/Secret', new Set<string>()]]) },
  { name: 'test', source: 'live' as const, defaultNamespace: 'pay' },
)

test('a reading that follows any edits is the fresh one, and what is equal is the very value of before', () => {
  let shared = 0
  fc.assert(
    fc.property(fc.array(document, { maxLength: 12 }), fc.array(fc.tuple(edit, options), { maxLength: 8 }), (first, edits) => {
      let documents: readonly SourceDocument[] = first
      let reading: KnownReading = readClusterAgain(documents, { name: 'test', source: 'live' }, null)
      for (const [one, choice] of edits) {
        documents = apply(documents, one)
        const before = reading.cluster
        reading = readClusterAgain(documents, choice, reading)
        expect(writtenCluster(reading.cluster)).toBe(writtenCluster(readCluster(documents, choice)))
        shared += countShared(before, reading.cluster)
      }
    }),
    { numRuns: RUNS },
  )
  expect(shared).toBeGreaterThan(RUNS)
}, 300_000)

/** Checks that equal parts are one value; says how many are. */
function countShared(before: Cluster, after: Cluster): number {
  let shared = 0
  const parts: readonly (keyof Cluster)[] = [
    'namespaces',
    'nodes',
    'pods',
    'workloads',
    'services',
    'endpointSlices',
    'settings',
    'problems',
    'unread',
  ]
  for (const part of parts) {
    if (writtenCluster(before[part]) !== writtenCluster(after[part])) continue
    expect({ part, isShared: before[part] === after[part] }).toEqual({ part, isShared: true })
    shared++
  }
  for (const [ref, pod] of after.pods) {
    const old = before.pods.get(ref)
    if (old !== undefined && writtenCluster(old) === writtenCluster(pod)) expect(old).toBe(pod)
  }
  return shared
}
