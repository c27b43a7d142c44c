import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PROTOCOLS } from '../../model/protocol'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../engine'
import { canBeAsked, endName, findConnection } from '../testing/find-connection'
import type { NaiveEnd } from '../testing/naive-network-policy'
import { naiveLayersAllow } from '../testing/naive-tiers'
import { ASKED_PORTS, clusterDocumentsOf, clusterPolicies, documentsOf, OUTSIDE, randomCluster } from '../testing/random-clusters'
import { calicoPolicies, ciliumPolicies } from '../testing/random-vendor-policies'
import type { ProfileName } from '../types'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/kubernetes/tiers.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 250)

function forEachPair(ends: readonly NaiveEnd[], visit: (from: NaiveEnd, to: NaiveEnd) => void): void {
  for (const from of ends) for (const to of ends) if (canBeAsked(from, to)) visit(from, to)
}

test('ClusterNetworkPolicy tiers agree with a naive second evaluator', () => {
  let decisions = 0
  fc.assert(
    fc.property(randomCluster, clusterPolicies, (cluster, layered) => {
      const documents = [...documentsOf(cluster), ...clusterDocumentsOf(layered)]
      const engine = compilePolicies(aCluster(documents), { profile: 'kubernetes' })
      expect(engine.problems).toEqual([])
      const isConnected = findConnection(engine.connectivity('pod', { external: false }))
      forEachPair(cluster.pods, (from, to) => {
        for (const protocol of PROTOCOLS) {
          for (const asked of ASKED_PORTS) {
            const expected = naiveLayersAllow({ cluster: layered, namespaced: cluster.policies }, { from, to, protocol, port: asked })
            const place = `${endName(from)} ${endName(to)} ${protocol} ${asked}`
            if (isConnected(from, to, protocol, asked) !== expected) throw new Error(`connectivity differs: ${place}`)
            decisions++
            if (decisions % 7 !== 0) continue
            const { verdict } = engine.evaluate({ from: endName(from), to: endName(to), protocol, port: asked })
            if (verdict !== (expected ? 'allowed' : 'denied')) throw new Error(`evaluate differs: ${place}`)
          }
        }
      })
    }),
    { numRuns: RUNS },
  )
  process.stdout.write(`ClusterNetworkPolicy: ${decisions} random decisions agree\n`)
}, 300_000)

/** The whole connectivity is computed with sets, one answer with steps: two ways that must meet. */
function compareWays(engine: PolicyEngine, ends: readonly NaiveEnd[]): number {
  let decisions = 0
  const isConnected = findConnection(engine.connectivity('pod'))
  forEachPair(ends, (from, to) => {
    for (const protocol of PROTOCOLS) {
      for (const asked of ASKED_PORTS) {
        const { verdict } = engine.evaluate({ from: endName(from), to: endName(to), protocol, port: asked })
        decisions++
        if (isConnected(from, to, protocol, asked) !== (verdict === 'allowed')) {
          throw new Error(`${endName(from)} ${endName(to)} ${protocol} ${asked} is ${verdict}, and otherwise in the connectivity`)
        }
      }
    }
  })
  return decisions
}

test.each<[ProfileName, fc.Arbitrary<readonly object[]>]>([
  ['calico', calicoPolicies],
  ['cilium', ciliumPolicies],
])(
  'one answer and the whole connectivity agree under %s',
  (profile, policies) => {
    let decisions = 0
    fc.assert(
      fc.property(randomCluster, policies, clusterPolicies, (cluster, own, layered) => {
        const documents = [...documentsOf(cluster), ...clusterDocumentsOf(layered), ...own]
        const engine = compilePolicies(aCluster(documents), { profile })
        expect(engine.problems.filter(({ severity }) => severity === 'error')).toEqual([])
        decisions += compareWays(engine, [...cluster.pods, ...OUTSIDE])
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    )
    expect(decisions).toBeGreaterThan(RUNS)
  },
  300_000,
)
