import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROTOCOLS } from '../../model/protocol'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../engine'
import { canBeAsked, type FindConnection, findConnection } from '../testing/find-connection'
import type { NaiveEnd } from '../testing/naive-network-policy'
import { ASKED_PORTS, documentsOf, OUTSIDE, policy, type RandomCluster, randomCluster } from '../testing/random-clusters'
import type { ConnectionSet } from '../types'
import type { ConnectivityChange } from './connectivity-change'
import { diffConnectivity } from './diff-connectivity'

// More in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/diff/diff-connectivity.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 60)

const engineOf = (cluster: RandomCluster): PolicyEngine => compilePolicies(aCluster(documentsOf(cluster)), { profile: 'kubernetes' })

/** Pods of the same namespace as replicas of one workload. */
const engineOfReplicas = (cluster: RandomCluster): PolicyEngine => {
  const documents = documentsOf(cluster).map((document) => {
    const { kind, metadata } = document as { kind: string; metadata: object }
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'replicas', uid: 'replicas', controller: true }]
    return kind === 'Pod' ? { ...document, metadata: { ...metadata, ownerReferences } } : document
  })
  return compilePolicies(aCluster(documents), { profile: 'kubernetes' })
}

const rowsOf = (changes: readonly ConnectivityChange[], conns: (change: ConnectivityChange) => ConnectionSet): FindConnection =>
  findConnection({ connections: changes.map((change) => ({ ...change, conns: conns(change) })) })

describe('the difference of two policy sets', () => {
  test('is empty between equal ones', () => {
    fc.assert(
      fc.property(randomCluster, (cluster) => {
        for (const level of ['pod', 'workload'] as const) {
          expect(diffConnectivity(engineOf(cluster), engineOf(cluster), { level })).toEqual({ level, changes: [], unknown: [] })
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('applied to what was allowed before gives what is allowed after, at every port and address bound', () => {
    let changed = 0
    fc.assert(
      fc.property(randomCluster, randomCluster, (a, b) => {
        const [before, after] = [engineOf(a), engineOf(b)]
        const { changes } = diffConnectivity(before, after, { level: 'pod' })
        changed += changes.length
        const [was, is] = [findConnection(before.connectivity('pod')), findConnection(after.connectivity('pod'))]
        const isListed = rowsOf(changes, () => 'all')
        const [listedBefore, listedAfter] = [rowsOf(changes, (change) => change.before), rowsOf(changes, (change) => change.after)]
        const pods = new Map([...a.pods, ...b.pods].map((pod) => [`${pod.namespace}/${pod.name}`, pod]))
        const ends: readonly NaiveEnd[] = [...pods.values(), ...OUTSIDE]
        for (const from of ends) {
          for (const to of ends) {
            if (!canBeAsked(from, to)) continue
            for (const protocol of PROTOCOLS) {
              for (const port of ASKED_PORTS) {
                const at = [from, to, protocol, port] as const
                if (isListed(...at) && listedBefore(...at) !== was(...at)) throw new Error(`before differs at ${JSON.stringify(at)}`)
                const applied = isListed(...at) ? listedAfter(...at) : was(...at)
                if (applied !== is(...at)) throw new Error(`after differs at ${JSON.stringify(at)}`)
              }
            }
          }
        }
      }),
      { numRuns: RUNS },
    )
    expect(changed).toBeGreaterThan(RUNS)
  })

  test('between workloads is what differs between some of their pods', () => {
    fc.assert(
      fc.property(randomCluster, fc.array(policy, { maxLength: 6 }), ({ pods, policies }, others) => {
        const [before, after] = [engineOfReplicas({ pods, policies }), engineOfReplicas({ pods, policies: others })]
        const workloadOf = (name: string): string => (name.startsWith('ip:') ? 'ip' : `${name.split('/')[0]}/replicas[StatefulSet]`)
        const pairsOf = (level: 'pod' | 'workload', name: (end: string) => string): ReadonlySet<string> =>
          new Set(diffConnectivity(before, after, { level }).changes.map(({ src, dst }) => `${name(src)} ${name(dst)}`))
        const ofPods = pairsOf('pod', workloadOf)
        const ofWorkloads = pairsOf('workload', (name) => (name.startsWith('ip:') ? 'ip' : name))
        // Pods that take over from each other leave the workload as it was, so workloads may differ less; never more.
        for (const pair of ofWorkloads) expect(ofPods).toContain(pair)
      }),
      { numRuns: RUNS },
    )
  })
})
