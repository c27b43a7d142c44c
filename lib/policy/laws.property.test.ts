import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import type { Connectivity } from './connectivity/connectivity'
import { compilePolicies } from './engine'
import type { CiliumPolicy } from './testing/naive-cilium'
import type { ScopedPolicy } from './testing/naive-kubernetes'
import { ciliumDocuments, ciliumPolicies } from './testing/random-cilium'
import { policy } from './testing/random-clusters'
import { adminPolicies, clusterScopedPolicies } from './testing/random-scoped'
import { randomWorld, worldDocuments } from './testing/random-world'
import type { ConnectionSet, ProfileName } from './types'

const networkPolicies = fc.array(policy, { maxLength: 4 }).map((policies) =>
  policies.map(({ namespace, spec }, index) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${index}`, namespace },
    spec,
  })),
)

type Documents = fc.Arbitrary<readonly object[]>
const together = (...parts: readonly Documents[]): Documents => fc.tuple(...parts).map((lists) => lists.flat())

const FAMILIES: readonly (readonly [string, ProfileName, Documents])[] = [
  ['NetworkPolicy', 'kubernetes', networkPolicies],
  ['AdminNetworkPolicy', 'kubernetes', together(networkPolicies, adminPolicies)],
  ['ClusterNetworkPolicy', 'kubernetes', together(networkPolicies, clusterScopedPolicies)],
  ['Cilium', 'cilium', together(networkPolicies, clusterScopedPolicies, ciliumPolicies.map(ciliumDocuments))],
]

function connectivityOf(documents: readonly object[], profile: ProfileName): Connectivity {
  return compilePolicies(aCluster(documents), { profile }).connectivity('pod')
}

/** Every row as text, so that their order plays no role. */
function rowsOf({ connections, unknown }: Connectivity): readonly string[] {
  const text = (state: string) => (row: { src: string; dst: string; conns: ConnectionSet }) =>
    `${row.src} -> ${row.dst} ${state} ${JSON.stringify(row.conns)}`
  return [...connections.map(text('allowed')), ...unknown.map(text('unknown'))].sort()
}

test.each(FAMILIES)('%s: the order of documents plays no role', (_, profile, policies) => {
  fc.assert(
    fc.property(randomWorld, policies, fc.nat(), (world, documents, turn) => {
      const all = [...worldDocuments(world), ...documents]
      const place = turn % all.length
      const turned = [...all.slice(place), ...all.slice(0, place)].reverse()
      expect(rowsOf(connectivityOf(turned, profile))).toEqual(rowsOf(connectivityOf(all, profile)))
    }),
    { numRuns: 40 },
  )
})

/** Other names for namespaces, pods and policies, in another order; what refers to them follows. */
function renamed(text: string): string {
  return text
    .replaceAll(/"(shop|pay|constructor)"/g, (_, name: string) => `"${NAMES.get(name)}"`)
    .replaceAll(/"(pod-|policy-|p|c)(\d)"/g, (_, kind: string, digit: string) => `"${kind}${9 - Number(digit)}x"`)
}

const NAMES = new Map([
  ['shop', 'zoo'],
  ['pay', 'able'],
  ['constructor', 'prototype'],
])

test.each(FAMILIES)('%s: other names for namespaces, pods and policies change nothing', (_, profile, policies) => {
  fc.assert(
    fc.property(randomWorld, policies, (world, documents) => {
      const all = [...worldDocuments(world), ...documents]
      const rows = rowsOf(connectivityOf(all, profile)).map((row) =>
        row.replaceAll(
          /(shop|pay|constructor)\/pod-(\d)/g,
          (_, namespace: string, digit: string) => `${NAMES.get(namespace)}/pod-${9 - Number(digit)}x`,
        ),
      )
      const others = JSON.parse(renamed(JSON.stringify(all))) as readonly object[]
      expect(rowsOf(connectivityOf(others, profile))).toEqual([...rows].sort())
    }),
    { numRuns: 40 },
  )
})

/** Asserts that nothing that was surely allowed is surely denied afterwards. */
function expectNothingCloses(before: Connectivity, after: Connectivity): void {
  const open = compilePairs(after)
  for (const { src, dst, conns } of before.connections) {
    for (const [protocol, ranges] of entriesOf(conns)) {
      for (const port of ranges.flat())
        expect([src, dst, protocol, port, open(src, dst, protocol, port)]).toEqual([src, dst, protocol, port, true])
    }
  }
}

function entriesOf(conns: ConnectionSet): readonly (readonly [string, readonly (readonly [number, number])[]])[] {
  if (conns === 'none') return []
  return conns === 'all' ? ['TCP', 'UDP', 'SCTP'].map((protocol) => [protocol, [[1, 65_535]]]) : Object.entries(conns)
}

function compilePairs({ connections, unknown }: Connectivity): (src: string, dst: string, protocol: string, port: number) => boolean {
  const rows = new Map<string, ConnectionSet[]>()
  for (const { src, dst, conns } of [...connections, ...unknown]) rows.set(`${src} ${dst}`, [...(rows.get(`${src} ${dst}`) ?? []), conns])
  return (src, dst, protocol, port) =>
    (rows.get(`${src} ${dst}`) ?? []).some((conns) =>
      entriesOf(conns).some(([name, ranges]) => name === protocol && ranges.some(([low, high]) => low <= port && port <= high)),
    )
}

/** The policies with more rules of one that already has some in that direction. */
function withMore<Spec extends object>(spec: Spec, donor: Spec, field: keyof Spec, wanted: (rule: object) => boolean): Spec {
  const own = spec[field] as readonly object[] | undefined
  const more = ((donor[field] ?? []) as readonly object[]).filter(wanted)
  return own === undefined || own.length === 0 ? spec : { ...spec, [field]: [...more, ...own] }
}

test('one more rule that allows never closes anything: cluster-scoped kinds', () => {
  const isAllow = (rule: object): boolean => 'action' in rule && (rule.action === 'Allow' || rule.action === 'Accept')
  const add = (policies: readonly ScopedPolicy[], donors: readonly ScopedPolicy[]): readonly object[] =>
    policies.map((one, index) => {
      const donor = donors[index % Math.max(donors.length, 1)]?.spec
      if (donor === undefined) return one
      return { ...one, spec: withMore(withMore(one.spec, donor, 'ingress', isAllow), donor, 'egress', isAllow) }
    })
  for (const scoped of [adminPolicies, clusterScopedPolicies]) {
    fc.assert(
      fc.property(randomWorld, networkPolicies, scoped, scoped, (world, namespaced, policies, donors) => {
        const around = [...worldDocuments(world), ...namespaced]
        const before = connectivityOf([...around, ...policies], 'kubernetes')
        expectNothingCloses(withoutOutside(before), withoutOutside(connectivityOf([...around, ...add(policies, donors)], 'kubernetes')))
      }),
      { numRuns: 30 },
    )
  }
})

test('one more rule that allows never closes anything: Cilium', () => {
  const isPlain = (rule: object): boolean => !('authentication' in rule)
  const add = (policies: readonly CiliumPolicy[], donors: readonly CiliumPolicy[]): readonly CiliumPolicy[] =>
    policies.map(({ namespace, specs }, index) => {
      const donor = donors[index % Math.max(donors.length, 1)]?.specs[0]
      if (donor === undefined) return { namespace, specs }
      return { namespace, specs: specs.map((spec) => withMore(withMore(spec, donor, 'ingress', isPlain), donor, 'egress', isPlain)) }
    })
  fc.assert(
    fc.property(randomWorld, ciliumPolicies, ciliumPolicies, (world, policies, donors) => {
      const before = connectivityOf([...worldDocuments(world), ...ciliumDocuments(policies)], 'cilium')
      const after = connectivityOf([...worldDocuments(world), ...ciliumDocuments(add(policies, donors))], 'cilium')
      expectNothingCloses(withoutOutside(before), withoutOutside(after))
    }),
    { numRuns: 40 },
  )
})

/** Ranges outside are cut where policies name them, so that rows of two sets of policies cannot be compared by name. */
function withoutOutside(connectivity: Connectivity): Connectivity {
  const isInside = ({ src, dst }: { src: string; dst: string }): boolean => !src.startsWith('ip:') && !dst.startsWith('ip:')
  return { ...connectivity, connections: connectivity.connections.filter(isInside), unknown: connectivity.unknown.filter(isInside) }
}
