import { expect, test } from 'vitest'
import { aCluster } from '../testing/a-cluster'
import { aPod, aWorkload } from '../testing/objects'

test('a pod says why it has not started, and which ports its probes ask', () => {
  const pod = aPod({
    name: 'web',
    spec: {
      containers: [
        {
          name: 'app',
          readinessProbe: { httpGet: { path: '/', port: 'http' } },
          livenessProbe: { exec: { command: ['true'] } },
          startupProbe: { tcpSocket: { port: 8080 } },
        },
      ],
    },
    extra: {
      status: {
        phase: 'Pending',
        conditions: [
          { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [app]' },
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
        ],
        containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ImagePullBackOff' } } }],
      },
    },
  })
  const [read] = aCluster([pod]).pods.values()
  expect(read?.failing).toEqual([
    { type: 'PodScheduled', reason: 'Unschedulable', message: '0/3 nodes are available' },
    { type: 'Ready', reason: 'ContainersNotReady', message: '' },
  ])
  expect(read?.containers[0]).toMatchObject({
    waiting: 'ImagePullBackOff',
    probes: [
      { kind: 'readiness', port: 'http' },
      { kind: 'startup', port: 8080 },
    ],
  })
})

test('a StatefulSet names the Service that gives its pods names', () => {
  const [workload] = aCluster([aWorkload('apps/v1', 'StatefulSet', { name: 'db', spec: { serviceName: 'db-peers' } })]).workloads.values()
  expect(workload?.serviceName).toBe('db-peers')
})
