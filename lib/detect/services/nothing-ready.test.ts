import { expect, test } from 'vitest'
import { aDeployment, aNode, aPod, aService } from '../../model/testing/objects'
import { aSlice } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const service = aService({ name: 'web', namespace: 'shop' })
const crashing = aPod({
  name: 'web-1',
  namespace: 'shop',
  labels: { app: 'web' },
  ip: '10.0.0.1',
  ready: false,
  extra: {
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      containerStatuses: [{ name: 'app', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    },
  },
})
const probed = aPod({
  name: 'web-2',
  namespace: 'shop',
  labels: { app: 'web' },
  spec: { containers: [{ name: 'app', readinessProbe: { tcpSocket: { port: 8080 } } }] },
  extra: { status: { phase: 'Running', podIP: '10.0.0.2', containerStatuses: [{ name: 'app', ready: false }] } },
})

test('pods of which none is ready are an error, with the reason of each', () => {
  expect(findIn('SV-02', [service, crashing, probed])).toMatchObject([
    {
      severity: 'error',
      message: 'None of the 2 pods of the Service takes traffic.',
      evidence: ['shop/web-1: container app waits (CrashLoopBackOff)', 'shop/web-2: readiness probe of container app on port 8080 fails'],
    },
  ])
})

test('a pod that no machine takes says why', () => {
  const status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] }
  const pod = aPod({ name: 'web-1', namespace: 'shop', labels: { app: 'web' }, extra: { status } })
  expect(findIn('SV-02', [service, pod])).toMatchObject([{ evidence: ['shop/web-1: has no machine (0/3 nodes are available)'] }])
})

test('a pod on a machine that is not ready says so: nobody there tells anything new of it', () => {
  const machine = aNode({ extra: { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } } })
  const pod = aPod({ name: 'web-1', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1', ready: false })
  expect(findIn('SV-02', [service, machine, pod])).toMatchObject([{ evidence: ['shop/web-1: its machine node-1 is not ready'] }])
})

test('it is gone with one ready pod, and silent while slices could not be read', () => {
  const ready = aPod({ name: 'web-3', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.3' })
  expect(findIn('SV-02', [service, crashing, ready])).toEqual([])
  expect(findIn('SV-02', [service, crashing], { unread: ['discovery.k8s.io/EndpointSlice'] })).toEqual([])
})

test('what is scaled to zero is information', () => {
  expect(findIn('SV-02', [service, aDeployment({ name: 'web', namespace: 'shop', replicas: 0 })])).toMatchObject([
    { severity: 'info', message: 'Nothing runs behind the Service: shop/web[Deployment] wants no pods now.' },
  ])
})

test('pods that only serve until they are gone are a warning of their own', () => {
  const leaving = aPod({ name: 'web-1', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', terminating: true })
  const slice = aSlice('web', [{ pod: 'web-1', ip: '10.0.0.1', ready: false, serving: true, terminating: true }])
  expect(findIn('SV-15', [service, leaving, slice])).toMatchObject([
    { severity: 'warning', message: 'The only pod that takes traffic is going away.', evidence: ['shop/web-1 is ready and going away'] },
  ])
  expect(findIn('SV-02', [service, leaving, slice])).toEqual([])
  const next = aPod({ name: 'web-2', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.2' })
  expect(findIn('SV-15', [service, leaving, next])).toEqual([])
})
