import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ONLY_OBJECTS } from '../../detect/circumstances'
import { detectFindings } from '../../detect/detect-findings'
import { PROTOCOLS } from '../../model/protocol'
import { readCluster } from '../../model/read-cluster'
import { compilePolicies, type PolicyEngine } from '../../policy/engine'
import { calicoDocumentsOf } from '../../policy/testing/calico-documents'
import { randomCalicoWorld } from '../../policy/testing/random-calico'
import { ciliumDocuments, ciliumPolicies } from '../../policy/testing/random-cilium'
import { clusterDocumentsOf, clusterPolicies, documentsOf, randomCluster } from '../../policy/testing/random-clusters'
import { istioDocumentsOf, randomIstio } from '../../policy/testing/random-istio'
import { linkerdDocumentsOf, randomLinkerd } from '../../policy/testing/random-linkerd'
import { adminPolicies, clusterScopedPolicies } from '../../policy/testing/random-scoped'
import { calicoPolicies, ciliumPolicies as vendorCiliumPolicies } from '../../policy/testing/random-vendor-policies'
import { randomWorld, worldDocuments } from '../../policy/testing/random-world'
import type { ProfileName } from '../../policy/types'
import { aRecording } from '../testing/a-recording'
import { maskRecording } from './mask-recording'
import type { Digest } from './pseudonyms'

// More in a longer run: SLUICE_PROPERTY_RUNS=1000 npx vitest run lib/bundle/mask
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 12)

const digest: Digest = (text) => createHmac('sha256', 'a key').update(text).digest()
const OUTSIDE = [
  '9.255.255.255',
  '10.0.0.0',
  '10.0.0.7',
  '10.0.0.8',
  '192.0.2.1',
  '192.0.2.127',
  '192.0.2.128',
  '198.51.100.7',
  'fd00::9',
  '2001:db8::1',
]
const PORTS = [1, 53, 80, 81, 443, 8080, 65_535]

/** What is different in what the policies and the detectors say of a cluster and of the masked one; empty when nothing is. */
function differences(objects: readonly object[], profile?: ProfileName): readonly string[] {
  const documents = objects.map((body) => ({ body: structuredClone(body), origin: null }))
  const { recording, mask } = maskRecording(aRecording({ documents }), digest)
  const options = profile === undefined ? {} : { profile }
  const naming = { name: 'test', source: 'live' } as const
  const [cluster, masked] = [readCluster(documents, naming), readCluster(recording.documents, naming)]
  const [before, after] = [compilePolicies(cluster, options), compilePolicies(masked, options)]
  const rename = (ref: string): string => mask.text(ref)
  const rows = (engine: PolicyEngine, name: (ref: string) => string): readonly string[] => {
    const found = engine.connectivity('pod', { external: false })
    return [
      ...[...found.rows()].map(({ src, dst, conns }) => `${name(src)} -> ${name(dst)} ${JSON.stringify(conns)}`),
      ...[...found.unknownRows()].map(({ src, dst, ...rest }) => `${name(src)} ?> ${name(dst)} ${JSON.stringify(rest)}`),
    ].sort()
  }
  const findings = (engine: PolicyEngine, name: (ref: string) => string): readonly string[] => {
    const isOriginal = engine === before
    const found = detectFindings(isOriginal ? cluster : masked, engine, ONLY_OBJECTS, isOriginal ? documents : recording.documents)
    // Of two that contradict each other, one is named for both: the first by name.
    return found.map(({ id, severity, object, field }) => `${id} ${severity} ${ID_ALONE.has(id) ? '' : name(object.ref)} ${field}`).sort()
  }
  const problems = (engine: PolicyEngine): readonly string[] => engine.problems.map(({ severity }) => severity).sort()
  return [
    ...differing('problems', problems(before), problems(after)),
    ...differing(
      'connectivity',
      rows(before, rename),
      rows(after, (ref) => ref),
    ),
    ...differing(
      'findings',
      findings(before, rename),
      findings(after, (ref) => ref),
    ),
    ...differing(
      'outside',
      outside(before, (ref) => ref),
      outside(after, rename),
    ),
  ]
}

/** Verdicts between some pods and addresses outside, each asked for by its name there. */
function outside(engine: PolicyEngine, name: (ref: string) => string): readonly string[] {
  const pods = pods4(engine, name)
  return OUTSIDE.flatMap((ip, index) =>
    pods.flatMap((pod) =>
      [PORTS[index % PORTS.length] ?? 80, 80].flatMap((port) =>
        [PROTOCOLS[index % 3] ?? 'TCP', 'TCP' as const].flatMap((protocol) => {
          const question = { protocol, port }
          const there = engine.evaluate({ from: name(pod), to: name(`ip:${ip}`), ...question }).verdict
          const back = engine.evaluate({ from: name(`ip:${ip}`), to: name(pod), ...question }).verdict
          return `${pod} ${ip} ${protocol} ${port} ${there} ${back}`
        }),
      ),
    ),
  )
}

const ID_ALONE: ReadonlySet<string> = new Set(['NP-17'])

let asked: readonly string[] = []
/** The first pods of the cluster by their own names, for both clusters the same. */
function pods4(engine: PolicyEngine, name: (ref: string) => string): readonly string[] {
  if (name('x') === 'x') asked = [...engine.compiled.cluster.pods.keys()].slice(0, 4)
  return asked
}

function differing(what: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const [was, is] = [new Set(before), new Set(after)]
  const gone = before.filter((row) => !is.has(row)).map((row) => `${what} only before: ${row}`)
  const come = after.filter((row) => !was.has(row)).map((row) => `${what} only after: ${row}`)
  return [...gone, ...come].slice(0, 6)
}

function holdsFor<Value>(arbitrary: fc.Arbitrary<Value>, objectsOf: (value: Value) => readonly object[], profile?: ProfileName) {
  fc.assert(
    fc.property(arbitrary, (value) => {
      expect(differences(objectsOf(value), profile)).toEqual([])
    }),
    { numRuns: RUNS },
  )
}

describe('the policies and the detectors say of a masked cluster what they say of the cluster', () => {
  test('NetworkPolicy', () => holdsFor(randomCluster, documentsOf), 120_000)
  test(
    'ClusterNetworkPolicy',
    () => holdsFor(fc.tuple(randomCluster, clusterPolicies), ([c, p]) => [...documentsOf(c), ...clusterDocumentsOf(p)]),
    120_000,
  )
  test(
    'AdminNetworkPolicy',
    () => holdsFor(fc.tuple(randomWorld, adminPolicies), ([world, p]) => [...worldDocuments(world), ...p]),
    120_000,
  )
  test(
    'all fields of ClusterNetworkPolicy',
    () => holdsFor(fc.tuple(randomWorld, clusterScopedPolicies), ([w, p]) => [...worldDocuments(w), ...p]),
    120_000,
  )
  test('Calico', () => holdsFor(randomCalicoWorld, (world) => calicoDocumentsOf(world), 'calico'), 120_000)
  test(
    'Calico with sets',
    () => holdsFor(fc.tuple(randomCluster, calicoPolicies), ([c, p]) => [...documentsOf(c), ...p], 'calico'),
    120_000,
  )
  test(
    'Cilium',
    () => holdsFor(fc.tuple(randomWorld, ciliumPolicies), ([w, p]) => [...worldDocuments(w), ...ciliumDocuments(p)], 'cilium'),
    120_000,
  )
  test(
    'Cilium with several specs',
    () => holdsFor(fc.tuple(randomCluster, vendorCiliumPolicies), ([c, p]) => [...documentsOf(c), ...p], 'cilium'),
    120_000,
  )
  test('Istio', () => holdsFor(randomIstio, istioDocumentsOf), 120_000)
  test('Linkerd', () => holdsFor(randomLinkerd, linkerdDocumentsOf), 120_000)
})
