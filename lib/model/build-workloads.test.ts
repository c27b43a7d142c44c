import { expect, test } from 'vitest'
import { workloadRef } from './names'
import { aCluster } from './testing/a-cluster'

const container = { name: 'import', image: 'import:1' }
const cronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'import', namespace: 'batch' },
  spec: {
    schedule: '*/5 * * * *',
    jobTemplate: { spec: { template: { metadata: { labels: { app: 'import' } }, spec: { containers: [container] } } } },
  },
}

function aRun(name: string, phase: string): object[] {
  const owner = (kind: string, ownerName: string) => [{ apiVersion: 'batch/v1', kind, name: ownerName, uid: ownerName, controller: true }]
  return [
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'batch', uid: name, ownerReferences: owner('CronJob', 'import') } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${name}-x`, namespace: 'batch', labels: { app: 'import' }, ownerReferences: owner('Job', name) },
      spec: { containers: [container] },
      status: { phase },
    },
  ]
}

function podsOf(objects: readonly object[]) {
  const cluster = aCluster(objects)
  const workload = cluster.workloads.get(workloadRef('batch', 'import', 'CronJob'))
  return workload?.pods.map((ref) => [ref, cluster.pods.get(ref)?.isImplied])
}

test('a CronJob between two runs stands for its next one', () => {
  expect(podsOf([cronJob, ...aRun('import-1', 'Succeeded')])).toEqual([
    ['batch/import-1-x', false],
    ['batch/import-1', true],
  ])
})

test('a CronJob that runs stands for nothing more', () => {
  expect(podsOf([cronJob, ...aRun('import-1', 'Succeeded'), ...aRun('import-2', 'Running')])).toEqual([
    ['batch/import-1-x', false],
    ['batch/import-2-x', false],
  ])
})
