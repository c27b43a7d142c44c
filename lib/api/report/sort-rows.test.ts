import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aDeployment } from '../../model/testing/objects'
import { compilePolicies } from '../../policy/engine'
import { sortedConnections, sortedUnknown } from './sort-rows'

const policy = (name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'ns' },
  spec,
})

/** Names on both sides of `ip:`, in any order. */
const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'ip', 'ipa', 'm', 'z', 'z-1', 'z0'), { minLength: 1, maxLength: 6 })

test('rows are those of the engine, sorted by source and destination, outside addresses among them', () => {
  fc.assert(
    fc.property(names, names, (namespaces, deployments) => {
      const cluster = aCluster([
        ...namespaces.flatMap((namespace) => deployments.map((name) => aDeployment({ name, namespace }))),
        aDeployment({ name: 'shut', namespace: 'ns' }),
        policy('shut', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '9.0.0.0/8' } }, { ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
        policy('broken', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ ipBlock: { cidr: 'x' } }] }] }),
      ])
      const { connectivity } = compilePolicies(cluster, { profile: 'kubernetes' })
      const found = connectivity('workload')
      const key = ({ src, dst }: { src: string; dst: string }) => `${src}\n${dst}`
      const inOrder = <Row extends { src: string; dst: string }>(rows: readonly Row[]) =>
        [...rows].sort((a, b) => (a.src < b.src ? -1 : a.src > b.src ? 1 : a.dst < b.dst ? -1 : 1))
      expect([...sortedConnections(found)]).toEqual(inOrder(found.connections))
      expect([...sortedUnknown(found)].map(key)).toEqual(inOrder(found.unknown).map(key))
      expect(found.unknown.length).toBeGreaterThan(0)
    }),
    { numRuns: 100 },
  )
})
