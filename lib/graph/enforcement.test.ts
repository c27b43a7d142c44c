import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNamespace, aWorkload } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { buildTopology } from './build-topology'
import { GraphIndex } from './graph-index'
import { aFlowEdge } from './testing/a-flow-edge'
import type { Level } from './topology'
import { WHOLE_CLUSTER } from './view'

const WEB = 'shop/web[Deployment]'
const DB = 'data/db[Deployment]'

/** `data` is closed by a policy and visited all the same; `shop` has none. */
function topologyUnder(level: Level, ...daemonSets: readonly string[]) {
  const cluster = aCluster([
    aNamespace({ name: 'shop' }),
    aNamespace({ name: 'data' }),
    aDeployment({ name: 'web', namespace: 'shop' }),
    aDeployment({ name: 'db', namespace: 'data' }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: 'data' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    },
    ...daemonSets.map((name) => aWorkload('apps/v1', 'DaemonSet', { name, namespace: 'kube-system' })),
  ])
  const index = new GraphIndex(cluster, compilePolicies(cluster))
  const flowEdges = [aFlowEdge({ from: WEB, to: DB, port: 5432 })]
  return buildTopology({ index, flowEdges, view: { ...WHOLE_CLUSTER, level }, filter: null, at: 1_000_000 })
}

function hollow(level: Level, ...daemonSets: readonly string[]): readonly string[] {
  const { nodes } = topologyUnder(level, ...daemonSets)
  return nodes.filter(({ badges }) => badges.some(({ id }) => id === 'not-enforced')).map(({ ref }) => ref)
}

test('shields are hollow under Flannel, and only on what a policy isolates', () => {
  expect(hollow('workload', 'kube-flannel-ds')).toEqual([DB])
  expect(hollow('namespace', 'kube-flannel-ds')).toEqual(['data'])
  expect(hollow('pod', 'kube-flannel-ds')).toContain(DB)
})

test('shields are solid where someone enforces, or where nobody can tell', () => {
  expect(hollow('workload', 'kube-flannel-ds', 'calico-node')).toEqual([])
  expect(hollow('workload', 'aws-node')).toEqual([])
  expect(hollow('workload')).toEqual([])
})

test('what passes although it is denied is explained by who does not enforce', () => {
  const edge = (...daemonSets: readonly string[]) =>
    topologyUnder('workload', ...daemonSets).edges.find(({ relation }) => relation === 'traffic')
  expect(edge('kube-flannel-ds')).toMatchObject({
    state: 'seen-though-denied',
    label: 'denied by policy, enforced by nobody: Flannel does not enforce NetworkPolicy',
  })
  expect(edge('calico-node')).toMatchObject({ state: 'seen-though-denied', label: '' })
  expect(edge()).toMatchObject({ state: 'seen-though-denied', label: '' })
})
