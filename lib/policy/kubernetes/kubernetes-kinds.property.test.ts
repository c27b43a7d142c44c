import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies } from '../engine'
import { addTallies, compareWithNaive, NO_DECISIONS } from '../testing/compare-with-naive'
import { type KubernetesPolicies, naiveKubernetes, type ScopedPolicy } from '../testing/naive-kubernetes'
import type { NaivePolicy } from '../testing/naive-network-policy'
import { policy } from '../testing/random-clusters'
import { adminPolicies, clusterScopedPolicies } from '../testing/random-scoped'
import { randomWorld, type World, worldDocuments } from '../testing/random-world'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=3000 npx vitest run lib/policy/kubernetes/kubernetes-kinds.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 60)

const switches = fc.record({
  ipBlockMatchesPodIPs: fc.boolean(),
  networksMatchPodIPs: fc.boolean(),
  ipBlockMatchesNodes: fc.boolean(),
})

function documentsOf(world: World, { scoped, namespaced }: KubernetesPolicies): readonly object[] {
  const policies = namespaced.map(({ namespace, spec }, index) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${index}`, namespace },
    spec,
  }))
  return [...worldDocuments(world), ...policies, ...scoped]
}

const NOTHING: fc.Arbitrary<readonly ScopedPolicy[]> = fc.constant([])

test.each<[string, fc.Arbitrary<readonly ScopedPolicy[]>, number]>([
  ['NetworkPolicy', NOTHING, 6],
  ['AdminNetworkPolicy and BaselineAdminNetworkPolicy', adminPolicies, 3],
  ['ClusterNetworkPolicy', clusterScopedPolicies, 3],
])(
  '%s agrees with a naive second evaluator on every pair, port bound and address bound',
  (kind, scopedPolicies, most) => {
    let tally = NO_DECISIONS
    fc.assert(
      fc.property(
        randomWorld,
        scopedPolicies,
        fc.array(policy, { maxLength: most }),
        switches,
        (world, scoped, namespaced: readonly NaivePolicy[], assumptions) => {
          const policies = { scoped, namespaced }
          const engine = compilePolicies(aCluster(documentsOf(world, policies)), { profile: 'kubernetes', assumptions })
          expect(engine.problems).toEqual([])
          const machines = assumptions.ipBlockMatchesNodes
          const open = {
            ipBlock: { pods: assumptions.ipBlockMatchesPodIPs, machines },
            networks: { pods: assumptions.networksMatchPodIPs, machines },
          }
          tally = addTallies(
            tally,
            compareWithNaive(world, engine, (packet) => naiveKubernetes(world, policies, packet, open), 7),
          )
        },
      ),
      { numRuns: RUNS },
    )
    expect(tally.allowed).toBeGreaterThan(RUNS * 500)
    expect(tally.denied).toBeGreaterThan(RUNS * 500)
    if (scopedPolicies !== NOTHING) expect(tally.unknown).toBeGreaterThan(0)
    process.stdout.write(`${kind}: random decisions agree, ${JSON.stringify(tally)}\n`)
  },
  600_000,
)
