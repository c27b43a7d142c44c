import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies } from '../engine'
import { addTallies, compareWithNaive, NO_DECISIONS } from '../testing/compare-with-naive'
import { naiveCilium } from '../testing/naive-cilium'
import { API_SERVER, ciliumDocuments, ciliumPolicies, SERVICES } from '../testing/random-cilium'
import { policy } from '../testing/random-clusters'
import { clusterScopedPolicies } from '../testing/random-scoped'
import { randomWorld, worldDocuments } from '../testing/random-world'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=3000 npx vitest run lib/policy/cilium/cilium.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 45)

const settings = fc.record({
  policyCIDRMatchMode: fc.constantFrom('', '', 'nodes', 'pods', 'nodes,pods'),
  enablePolicy: fc.constantFrom('default', 'default', 'default', 'always', 'never'),
  allowLocalhost: fc.constantFrom('auto', 'always', 'policy'),
  baselineBeforeIsolation: fc.boolean(),
  cluster: fc.constantFrom('default', 'elsewhere'),
})

const scopedPolicies = fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: clusterScopedPolicies })

test('Cilium agrees with a naive second evaluator on every pair, port bound and address bound', () => {
  let tally = NO_DECISIONS
  fc.assert(
    fc.property(
      randomWorld,
      ciliumPolicies,
      fc.array(policy, { maxLength: 1 }),
      scopedPolicies,
      settings,
      (world, policies, namespaced, scoped, assumptions) => {
        const networkPolicies = namespaced.map(({ namespace, spec }, index) => ({
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: `policy-${index}`, namespace },
          spec,
        }))
        const cluster = aCluster([...worldDocuments(world), ...networkPolicies, ...scoped, ...ciliumDocuments(policies)])
        const engine = compilePolicies(cluster, { profile: 'cilium', assumptions })
        expect(engine.problems.filter(({ severity }) => severity === 'error')).toEqual([])
        const { policyCIDRMatchMode: matchMode, ...settings } = assumptions
        const known = { services: SERVICES, apiServer: API_SERVER, remembered: new Map() }
        const all = { world, policies, namespaced, scoped, matchMode, ...known, ...settings }
        tally = addTallies(
          tally,
          compareWithNaive(world, engine, (packet) => naiveCilium(all, packet), 7),
        )
      },
    ),
    { numRuns: RUNS },
  )
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(RUNS)
  process.stdout.write(`Cilium: random decisions agree, ${JSON.stringify(tally)}\n`)
}, 600_000)
