import { expect, test } from 'vitest'
import { aCluster } from '@/lib/model/testing/a-cluster'
import { countObjects } from './count-objects'

test('pods that stand for those of a workload without any, and namespaces that are only named, are not counted', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }] } }
  const spec = { replicas: 0, selector: { matchLabels: { app: 'web' } }, template }
  const cluster = aCluster([
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web' }, spec },
    { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'visitor' }, spec: { containers: [{ name: 'main' }] } },
  ])
  expect(cluster.pods.size).toBe(2)
  expect(countObjects(cluster)).toEqual([
    { kind: 'Deployment', count: 1 },
    { kind: 'Pod', count: 1 },
  ])
})
