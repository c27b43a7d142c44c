import { expect, test } from 'vitest'
import { podRef } from '../model/names'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aPod, aWorkload } from '../model/testing/objects'
import { workloadOfPodsAlike } from './pods-alike'

const owned = (name: string, kind: string, owner: string) => aPod({ name, namespace: 'shop', owner: { kind, name: owner } })

test('pods that are there tell whose they are', () => {
  const cluster = aCluster([
    owned('web-7c78889d59-abcde', 'ReplicaSet', 'web-7c78889d59'),
    owned('web-x7k2p', 'DaemonSet', 'web'),
    owned('db-0', 'StatefulSet', 'db'),
  ])
  expect(workloadOfPodsAlike('shop', 'web-*', cluster)).toBe('shop/web[DaemonSet]')
  expect(workloadOfPodsAlike('shop', 'db-*', cluster)).toBe('shop/db[StatefulSet]')
  expect(workloadOfPodsAlike('shop', 'web-7c78889d59-*', cluster)).toBe(cluster.pods.get(podRef('shop', 'web-7c78889d59-abcde'))?.workload)
  expect(workloadOfPodsAlike('data', 'db-*', cluster)).toBeNull()
})

test('pods of two workloads with one beginning are nobody’s', () => {
  const cluster = aCluster([owned('web-abcde', 'DaemonSet', 'web'), owned('web-0', 'StatefulSet', 'web')])
  expect(workloadOfPodsAlike('shop', 'web-*', cluster)).toBeNull()
})

test('without pods the workload of that name is taken, if there is exactly one', () => {
  const cluster = aCluster([
    aDeployment({ name: 'web', namespace: 'shop' }),
    aWorkload('apps/v1', 'DaemonSet', { name: 'agent', namespace: 'shop' }),
  ])
  expect(workloadOfPodsAlike('shop', 'web-7c78889d59-*', cluster)).toBe('shop/web[Deployment]')
  expect(workloadOfPodsAlike('shop', 'agent-*', cluster)).toBe('shop/agent[DaemonSet]')
  expect(workloadOfPodsAlike('shop', 'web-*', cluster)).toBeNull()
  expect(workloadOfPodsAlike('shop', '__proto__-*', cluster)).toBeNull()
})
