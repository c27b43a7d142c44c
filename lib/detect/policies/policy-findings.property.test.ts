import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../../policy/engine'
import { clusterDocumentsOf, clusterPolicies, documentsOf, randomCluster } from '../../policy/testing/random-clusters'
import { calicoPolicies, ciliumPolicies } from '../../policy/testing/random-vendor-policies'
import type { ProfileName } from '../../policy/types'
import { detectFindings } from '../detect-findings'
import type { Finding } from '../finding'

// More in a longer run: SLUICE_PROPERTY_RUNS=2000 npx vitest run lib/detect
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 60)

const PROFILES: readonly [ProfileName, fc.Arbitrary<readonly object[]>][] = [
  ['kubernetes', fc.constant([])],
  ['calico', calicoPolicies],
  ['cilium', ciliumPolicies],
]

type Judged = { readonly engine: PolicyEngine; readonly findings: readonly Finding[] }

function judge(documents: readonly object[], profile: ProfileName): Judged {
  const cluster = aCluster(documents)
  const engine = compilePolicies(cluster, { profile })
  return { engine, findings: detectFindings(cluster, engine) }
}

function randomDocuments(own: fc.Arbitrary<readonly object[]>): fc.Arbitrary<readonly object[]> {
  return fc
    .tuple(randomCluster, clusterPolicies, own)
    .map(([cluster, layered, policies]) => [...documentsOf(cluster), ...clusterDocumentsOf(layered), ...policies, NAMES_ADDRESSES])
}

/** Selects nobody, so that all sets of policies that are compared tell IPv4 and IPv6 apart. */
const NAMES_ADDRESSES = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'addresses', namespace: 'shop' },
  spec: { podSelector: { matchLabels: { nobody: 'has-this' } }, ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }] },
}

function withoutOrigin(findings: readonly Finding[]): readonly object[] {
  return findings.map(({ origin: _origin, ...finding }) => finding)
}

test.each(PROFILES)(
  'under %s findings do not depend on the order of the documents',
  (profile, own) => {
    fc.assert(
      fc.property(
        randomDocuments(own).chain((documents) =>
          fc.tuple(fc.constant(documents), fc.shuffledSubarray([...documents], { minLength: documents.length })),
        ),
        ([documents, shuffled]) => {
          expect(withoutOrigin(judge(shuffled, profile).findings)).toEqual(withoutOrigin(judge(documents, profile).findings))
        },
      ),
      { numRuns: RUNS },
    )
  },
  300_000,
)

/** The same document with one of its fields, somewhere below `spec`, replaced by something else. */
function damaged(document: object, place: readonly number[], value: unknown): object {
  const edit = (node: unknown, depth: number): unknown => {
    const entries = node !== null && typeof node === 'object' ? Object.entries(node) : []
    const chosen = entries.length === 0 ? undefined : entries[(place[depth] ?? 0) % entries.length]
    if (chosen === undefined || depth >= place.length) return value
    const [key, inner] = chosen
    const edited = edit(inner, depth + 1)
    if (Array.isArray(node)) return node.map((item, index) => (String(index) === key ? edited : item))
    return { ...(node as object), [key]: edited }
  }
  return { ...document, spec: edit((document as { readonly spec?: unknown }).spec, 0) }
}

test.each(PROFILES)(
  'under %s no damage to the documents throws',
  (profile, own) => {
    const damage = fc.record({
      at: fc.nat(30),
      place: fc.array(fc.nat(5), { maxLength: 6 }),
      value: fc.oneof(
        fc.constantFrom<unknown>(null, [], {}, [null], [{}], '', 'x', -1, 70_000, { matchLabels: 3 }, ['0.0.0.0/99']),
        fc.jsonValue(),
      ),
    })
    fc.assert(
      fc.property(randomDocuments(own), fc.array(damage, { minLength: 1, maxLength: 4 }), (documents, damages) => {
        const broken = damages.reduce<readonly object[]>(
          (all, { at, place, value }) =>
            all.map((document, index) => (index === all.length - 1 - (at % all.length) ? damaged(document, place, value) : document)),
          documents,
        )
        for (const { message, why, fix } of judge(broken, profile).findings)
          expect([message, why, fix].every((text) => text.length > 0)).toBe(true)
      }),
      { numRuns: RUNS * 3 },
    )
  },
  300_000,
)

type Policy = {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec: Readonly<Record<string, unknown>>
}

function isPolicyOf(document: object, { object }: Finding): boolean {
  const { kind, metadata } = document as Policy
  return kind === object.kind && metadata.name === object.name && (metadata.namespace ?? null) === object.namespace
}

/** The documents without what the findings are about: whole policies, or single rules of them. */
function withoutFound(documents: readonly object[], findings: readonly Finding[]): readonly object[] {
  return documents.flatMap((document) => {
    const own = findings.filter((finding) => isPolicyOf(document, finding))
    if (own.some(({ field }) => field === null)) return []
    return own.length === 0 ? [document] : withoutParts(document as Policy, own)
  })
}

/** Without rules and whole specs; nothing is left of an object without any spec. */
function withoutParts(policy: Policy, findings: readonly Finding[]): readonly object[] {
  const edited = withoutRules(policy, findings)
  const dropped = new Set(findings.map(({ field }) => field))
  const { specs } = edited as { readonly specs?: readonly object[] }
  if (specs === undefined) return [edited]
  const kept = specs.filter((_, index) => !dropped.has(`specs[${index}]`))
  return kept.length === 0 && policy.spec === undefined ? [] : [{ ...edited, specs: kept }]
}

function withoutRules(policy: Policy, findings: readonly Finding[]): object {
  const places = findings.map(({ field }) => /^(spec|specs\[(\d+)\])\.(\w+)\[(\d+)\]$/.exec(field ?? ''))
  const edit = (spec: Readonly<Record<string, unknown>>, number: string | undefined): object =>
    Object.fromEntries(
      Object.entries(spec).map(([key, value]) => {
        const dropped = places.flatMap((place) => (place?.[2] === number && place?.[3] === key ? Number(place[4]) : []))
        return [key, Array.isArray(value) ? value.filter((_, index) => !dropped.includes(index)) : value]
      }),
    )
  const { specs } = policy as { readonly specs?: readonly Readonly<Record<string, unknown>>[] }
  return {
    ...policy,
    ...(policy.spec === undefined ? {} : { spec: edit(policy.spec, undefined) }),
    ...(specs === undefined ? {} : { specs: specs.map((spec, index) => edit(spec, String(index))) }),
  }
}

/** Every connection and everything unknown, outside addresses included. */
function everything({ engine }: Judged): object {
  const { connections, unknown } = engine.connectivity('pod')
  return { connections, unknown: unknown.map(({ src, dst, conns }) => ({ src, dst, conns })) }
}

test.each(PROFILES)(
  'under %s nothing changes without all that never decides or is called needless at once',
  (profile, own) => {
    let found = 0
    fc.assert(
      fc.property(randomDocuments(own), (documents) => {
        const judged = judge(documents, profile)
        // Without its last rule a policy of some kinds says nothing of a direction at all, isolation included.
        const needless = judged.findings.filter(({ id, fix }) => id === 'NP-16' || (id === 'NP-15' && !fix.includes('would not isolate')))
        found += needless.length
        if (needless.length > 0) expect(everything(judge(withoutFound(documents, needless), profile))).toEqual(everything(judged))
      }),
      { numRuns: RUNS * 3 },
    )
    expect(found).toBeGreaterThan(0)
  },
  300_000,
)

test.each(PROFILES)(
  'under %s nothing changes without a rule that never decides',
  (profile, own) => {
    let found = 0
    fc.assert(
      fc.property(randomDocuments(own), (documents) => {
        const judged = judge(documents, profile)
        // Without its last rule a policy of some kinds says nothing of a direction at all, isolation included.
        const removable = judged.findings.filter(({ id, fix }) => id === 'NP-15' && !fix.includes('would not isolate'))
        for (const finding of removable.slice(0, 2)) {
          found++
          expect(everything(judge(withoutFound(documents, [finding]), profile))).toEqual(everything(judged))
        }
      }),
      { numRuns: RUNS * 3 },
    )
    expect(found).toBeGreaterThan(0)
  },
  300_000,
)

test('a Service of a workload that is said to admit nobody answers nobody', () => {
  let found = 0
  fc.assert(
    fc.property(randomDocuments(fc.constant([])), (documents) => {
      const pods = documents.flatMap((document) => ((document as Policy).kind === 'Pod' ? [(document as Policy).metadata] : []))
      const services = pods.map(({ name, namespace }) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { selector: { pod: name }, ports: [{ port: 80 }] },
      }))
      const labelled = documents.map((document) => {
        const { kind, metadata } = document as Policy & { readonly metadata: { readonly labels?: object } }
        return kind === 'Pod' ? { ...document, metadata: { ...metadata, labels: { ...metadata.labels, pod: metadata.name } } } : document
      })
      const { engine, findings } = judge([...labelled, ...services], 'kubernetes')
      for (const { object } of findings.filter(({ id }) => id === 'NP-03')) {
        found++
        const to = `${object.namespace}/${object.name}`
        for (const { name, namespace } of pods) {
          const from = `${namespace}/${name}`
          if (from !== to) expect(engine.evaluate({ from, to, protocol: 'TCP', port: 80 }).verdict).not.toBe('allowed')
        }
        expect(engine.evaluate({ from: 'ip:198.51.100.7', to, protocol: 'TCP', port: 80 }).verdict).not.toBe('allowed')
      }
    }),
    { numRuns: RUNS },
  )
  expect(found).toBeGreaterThan(0)
}, 300_000)
