import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROTOCOLS } from '../../model/protocol'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../engine'
import { canBeAsked, endName, findConnection } from '../testing/find-connection'
import { type NaiveEnd, naiveAllows } from '../testing/naive-network-policy'
import { ASKED_PORTS, documentsOf, OUTSIDE, policy, type RandomCluster, randomCluster } from '../testing/random-clusters'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/kubernetes/network-policy.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 150)
function engineOf(cluster: RandomCluster, ipBlockMatchesPodIPs: boolean): PolicyEngine {
  return compilePolicies(aCluster(documentsOf(cluster)), { profile: 'kubernetes', assumptions: { ipBlockMatchesPodIPs } })
}

describe('NetworkPolicy against a naive second evaluator', () => {
  test('both agree on every pair, port bound and address bound of random clusters', () => {
    let decisions = 0
    fc.assert(
      fc.property(randomCluster, fc.boolean(), (cluster, ipBlockMatchesPodIPs) => {
        const engine = engineOf(cluster, ipBlockMatchesPodIPs)
        expect(engine.problems).toEqual([])
        const connectivity = engine.connectivity('pod')
        expect(connectivity.unknown).toEqual([])
        const isConnected = findConnection(connectivity)
        const ends: readonly NaiveEnd[] = [...cluster.pods, ...OUTSIDE]
        for (const from of ends) {
          for (const to of ends) {
            if (!canBeAsked(from, to)) continue
            for (const protocol of PROTOCOLS) {
              for (const port of ASKED_PORTS) {
                const expected = naiveAllows(cluster.policies, { from, to, protocol, port }, ipBlockMatchesPodIPs)
                const question = { from: endName(from), to: endName(to), protocol, port }
                if (isConnected(from, to, protocol, port) !== expected) throw new Error(`connectivity differs: ${JSON.stringify(question)}`)
                decisions++
                if (decisions % 7 !== 0) continue
                const { verdict } = engine.evaluate(question)
                if (verdict !== (expected ? 'allowed' : 'denied'))
                  throw new Error(`evaluate differs: ${JSON.stringify(question)} is ${verdict}`)
              }
            }
          }
        }
      }),
      { numRuns: RUNS },
    )
    expect(decisions).toBeGreaterThan(RUNS * 1000)
    process.stdout.write(`NetworkPolicy: ${decisions} random decisions agree\n`)
  }, 300_000)
})

describe('laws of NetworkPolicy', () => {
  const connectionsOf = (cluster: RandomCluster): unknown => engineOf(cluster, true).connectivity('pod').connections

  test('the order of policies plays no role', () => {
    fc.assert(
      fc.property(randomCluster, (cluster) => {
        const named = documentsOf(cluster)
        const connections = (documents: readonly object[]): unknown =>
          compilePolicies(aCluster(documents), { profile: 'kubernetes' }).connectivity('pod').connections
        expect(connections([...named].reverse())).toEqual(connections(named))
      }),
      { numRuns: 40 },
    )
  })

  test('one more rule in a policy never closes a connection', () => {
    fc.assert(
      fc.property(randomCluster, policy, fc.nat(), (cluster, donor, pick) => {
        const before = cluster.policies.map((one) => ({ ...one, spec: { policyTypes: ['Ingress', 'Egress'], ...one.spec } }))
        const chosen = before.length === 0 ? -1 : pick % before.length
        const after = before.map((one, index) =>
          index !== chosen
            ? one
            : {
                ...one,
                spec: {
                  ...one.spec,
                  ingress: [...(one.spec.ingress ?? []), ...(donor.spec.ingress ?? [])],
                  egress: [...(one.spec.egress ?? []), ...(donor.spec.egress ?? [])],
                },
              },
        )
        const policyTypes = ['Ingress', 'Egress']
        const fixed = (policies: typeof before): RandomCluster => ({
          pods: cluster.pods,
          policies: policies.map((one) => ({ ...one, spec: { ...one.spec, policyTypes } })),
        })
        const wasConnected = findConnection(engineOf(fixed(before), true).connectivity('pod'))
        const isConnected = findConnection(engineOf(fixed(after), true).connectivity('pod'))
        for (const from of [...cluster.pods, ...OUTSIDE]) {
          for (const to of cluster.pods) {
            if (!canBeAsked(from, to)) continue
            for (const protocol of PROTOCOLS) {
              for (const port of ASKED_PORTS) {
                if (wasConnected(from, to, protocol, port)) expect(isConnected(from, to, protocol, port)).toBe(true)
              }
            }
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  test('other names for label keys and values change nothing', () => {
    fc.assert(
      fc.property(randomCluster, (cluster) => {
        const renamed = JSON.parse(
          JSON.stringify(cluster, (_, value: unknown) => value)
            .replaceAll('"toString"', '"renamed"')
            .replaceAll('"web"', '"renamed-web"'),
        ) as RandomCluster
        expect(connectionsOf(renamed)).toEqual(connectionsOf(cluster))
      }),
      { numRuns: 40 },
    )
  })
})
