import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aCluster, aLaterCluster } from '../model/testing/a-cluster'
import { changedCells } from './connectivity/changed-cells'
import { compilePolicies, type PolicyEngine, updatePolicies } from './engine'
import { clusterDocumentsOf, clusterPolicies, documentsOf, policy, randomCluster } from './testing/random-clusters'
import type { ProfileName } from './types'

// More in a longer run: SLUICE_PROPERTY_RUNS=2000 npx vitest run lib/policy/update-policies.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 40)

/** A policy over the same labels for calico and cilium, so that each has kinds of its own; kubernetes only lists the one it gets. */
const vendorPolicies = (profile: ProfileName): readonly object[] =>
  profile === 'calico'
    ? [
        {
          apiVersion: 'projectcalico.org/v3',
          kind: 'GlobalNetworkPolicy',
          metadata: { name: 'no-web' },
          spec: {
            selector: 'app == "web"',
            types: ['Ingress'],
            ingress: [{ action: 'Deny', source: { selector: 'has(team)' } }, { action: 'Pass' }],
          },
        },
      ]
    : profile === 'cilium'
      ? [
          {
            apiVersion: 'cilium.io/v2',
            kind: 'CiliumClusterwideNetworkPolicy',
            metadata: { name: 'no-web' },
            spec: { endpointSelector: { matchLabels: { app: 'web' } }, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: 'db' } }] }] },
          },
        ]
      : [{ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'listed', namespace: 'pay' }, spec: {} }]

/** One state of a cluster: any mix of pods, policies of namespaces and of the cluster, and labels of namespaces. */
const state = fc.record({
  cluster: randomCluster,
  clusterPolicies,
  labels: fc.constantFrom({}, { team: 'b' }, { team: 'a', app: 'db' }),
  hasVendor: fc.boolean(),
})
type State = typeof state extends fc.Arbitrary<infer Value> ? Value : never

/** What becomes of a state: most of it stays, so that there is something to take over. */
const edit = fc.record({
  part: fc.constantFrom('pods', 'one-pod', 'policies', 'one-policy', 'cluster-policies', 'labels', 'vendor', 'nothing'),
  from: state,
  policy,
  at: fc.nat(),
})
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never

function apply(before: State, { part, from, policy: one, at }: Edit): State {
  const { pods, policies } = before.cluster
  switch (part) {
    case 'pods':
      return { ...before, cluster: { pods: from.cluster.pods, policies } }
    case 'one-pod': {
      const other = from.cluster.pods[at % from.cluster.pods.length]
      const place = at % (pods.length + 1)
      return {
        ...before,
        cluster: {
          pods: [...pods.slice(0, place), ...(other === undefined ? [] : [{ ...other, name: `pod-${place}` }]), ...pods.slice(place + 1)],
          policies,
        },
      }
    }
    case 'policies':
      return { ...before, cluster: { pods, policies: from.cluster.policies } }
    case 'one-policy': {
      const place = at % (policies.length + 1)
      return { ...before, cluster: { pods, policies: [...policies.slice(0, place), one, ...policies.slice(place + (at % 2))] } }
    }
    case 'cluster-policies':
      return { ...before, clusterPolicies: from.clusterPolicies }
    case 'labels':
      return { ...before, labels: from.labels }
    case 'vendor':
      return { ...before, hasVendor: from.hasVendor }
    case 'nothing':
      return before
  }
}

function objectsOf({ cluster, clusterPolicies: wide, labels, hasVendor }: State, profile: ProfileName): readonly object[] {
  const documents = documentsOf(cluster).map((document) => {
    const { kind, metadata } = document as { kind: string; metadata: { name: string; labels?: object } }
    return kind === 'Namespace' && metadata.name === 'pay'
      ? { ...document, metadata: { ...metadata, labels: { ...metadata.labels, ...labels } } }
      : document
  })
  return [...documents, ...clusterDocumentsOf(wide), ...(hasVendor ? vendorPolicies(profile) : [])]
}

/** Where the objects stand says nothing here, and would differ with every edit. */
const UNPLACED = { isPlaced: false } as const

function answersOf(engine: PolicyEngine): unknown {
  const pods = [...engine.facts.classes.byPod.keys()].sort()
  return {
    verdicts: pods.flatMap((from) =>
      [...pods, 'ip:192.0.2.1'].flatMap((to) =>
        [80, null].map((port) => [from, to, port, engine.evaluate({ from, to, port, protocol: 'TCP' })]),
      ),
    ),
    pods: { connections: engine.connectivity('pod').connections, unknown: engine.connectivity('pod').unknown },
    workloads: engine.connectivity('workload').connections,
    policies: engine.policies.map(({ raw: _, ...info }) => info),
    problems: engine.problems,
    isolation: pods.map((pod) => [pod, engine.isolation(pod)]),
  }
}

/** The changed cells, pair by pair. */
function changesOf(before: PolicyEngine, after: PolicyEngine): ReadonlySet<string> {
  const pairs = changedCells(before, after).flatMap(({ src, dst, ...states }) =>
    src.flatMap((from) =>
      dst.flatMap((to) =>
        from === to
          ? []
          : [JSON.stringify([from, to, states.before.conns, states.before.unknown, states.after.conns, states.after.unknown])],
      ),
    ),
  )
  expect(new Set(pairs).size).toBe(pairs.length)
  return new Set(pairs)
}

/** The same from all rows of both. */
function differencesOf(before: PolicyEngine, after: PolicyEngine): ReadonlySet<string> {
  const pairs = new Map<string, [string, string, unknown, unknown, unknown, unknown]>()
  const read = (engine: PolicyEngine, place: 2 | 4): void => {
    const { connections, unknown } = engine.connectivity('pod', { external: false })
    for (const [rows, offset] of [
      [connections, 0],
      [unknown, 1],
    ] as const) {
      for (const { src, dst, conns } of rows) {
        const pair = pairs.get(`${src} ${dst}`) ?? [src, dst, 'none', 'none', 'none', 'none']
        pair[place + offset] = conns
        pairs.set(`${src} ${dst}`, pair)
      }
    }
  }
  read(before, 2)
  read(after, 4)
  const isChanged = ([, , a, b, c, d]: readonly unknown[]): boolean => JSON.stringify([a, b]) !== JSON.stringify([c, d])
  return new Set([...pairs.values()].filter(isChanged).map((pair) => JSON.stringify(pair)))
}

describe.each(['kubernetes', 'calico', 'cilium'] as const)('%s: an engine that follows any edits', (profile) => {
  test('says what one compiled anew says', () => {
    let kept = 0
    fc.assert(
      fc.property(state, fc.array(edit, { minLength: 1, maxLength: 6 }), (first, edits) => {
        let now = first
        let engine = compilePolicies(aCluster(objectsOf(first, profile), UNPLACED), { profile })
        for (const one of edits) {
          now = apply(now, one)
          const objects = objectsOf(now, profile)
          // Asked before the edit, so that rows are there to be taken over.
          if (one.at % 3 > 0) engine.connectivity('pod')
          const before = engine
          engine = updatePolicies(before, aLaterCluster(before.compiled.cluster, objects, UNPLACED))
          if (engine.compiled.age > 0) kept++
          expect(changesOf(before, engine)).toEqual(differencesOf(before, engine))
          expect(answersOf(engine)).toEqual(answersOf(compilePolicies(aCluster(objects, UNPLACED), { profile })))
        }
      }),
      { numRuns: RUNS },
    )
    expect(kept).toBeGreaterThan(RUNS)
  }, 300_000)
})
