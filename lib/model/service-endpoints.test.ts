import { expect, test } from 'vitest'
import type { Cluster } from './cluster'
import { serviceRef } from './names'
import { serviceEndpoints } from './service-endpoints'
import { aCluster } from './testing/a-cluster'
import { aDeployment, aPod, aService } from './testing/objects'

function endpointsOf(cluster: Cluster, name = 's') {
  const service = cluster.services.get(serviceRef('default', name))
  if (service === undefined) throw new Error(`no Service ${name}`)
  return serviceEndpoints(cluster, service)
}

const slice = (name: string, extra: object) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, labels: { 'kubernetes.io/service-name': 's' } },
  ...extra,
})

test('without slices the selector decides, and pods that have ended are left out', () => {
  const labels = { app: 's' }
  const found = endpointsOf(
    aCluster([
      aService({ name: 's' }),
      aPod({ name: 'up', labels, ip: '10.0.0.1' }),
      aPod({ name: 'down', labels, ip: '10.0.0.2', ready: false }),
      aPod({ name: 'going', labels, ip: '10.0.0.3', terminating: true }),
      aPod({ name: 'done', labels, ip: '10.0.0.4', phase: 'Succeeded' }),
      aPod({ name: 'waiting', labels, phase: 'Pending', ready: false }),
      aPod({ name: 'elsewhere', labels, namespace: 'other' }),
    ]),
  )
  expect(found.map(({ pod, ready, serving, terminating, from }) => [pod, ready, serving, terminating, from])).toEqual([
    ['default/up', true, true, false, 'selector'],
    ['default/down', false, false, false, 'selector'],
    ['default/going', false, true, true, 'selector'],
  ])
})

test('publishNotReadyAddresses makes every endpoint ready', () => {
  const found = endpointsOf(
    aCluster([
      aService({ name: 's', spec: { publishNotReadyAddresses: true } }),
      aPod({ labels: { app: 's' }, ip: '10.0.0.1', ready: false }),
    ]),
  )
  expect(found.map(({ ready, serving }) => [ready, serving])).toEqual([[true, false]])
})

test('a named target port is looked up per pod, with its protocol, among containers and sidecars', () => {
  const labels = { app: 's' }
  const pod = (name: string, spec: object) => aPod({ name, labels, spec })
  const named = (protocol: string, containerPort: number) => [{ name: 'c', ports: [{ name: 'web', containerPort, protocol }] }]
  const found = endpointsOf(
    aCluster([
      aService({ name: 's', ports: [{ port: 80, targetPort: 'web' }] }),
      pod('a', { containers: named('TCP', 8080) }),
      pod('b', { containers: named('UDP', 8080) }),
      pod('c', { containers: [], initContainers: [{ ...named('TCP', 9090)[0], restartPolicy: 'Always' }] }),
      pod('d', { containers: [], initContainers: named('TCP', 9090) }),
    ]),
  )
  expect(found.map((endpoint) => endpoint.ports[0]?.port)).toEqual([8080, null, 9090, null])
})

test('slices count before the selector, each endpoint once with the addresses of both families', () => {
  const target = { kind: 'Pod', name: 'a' }
  const found = endpointsOf(
    aCluster([
      aService({ name: 's', ports: [{ name: 'http', port: 80 }] }),
      aPod({ name: 'a', labels: { app: 's' } }),
      aPod({ name: 'b', labels: { app: 's' } }),
      slice('v4', {
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080 }],
        endpoints: [{ addresses: ['10.0.0.1'], targetRef: target }],
      }),
      slice('v6', {
        addressType: 'IPv6',
        ports: [{ name: 'http', port: 8080 }],
        endpoints: [{ addresses: ['FD00::1'], targetRef: target }],
      }),
    ]),
  )
  expect(found).toMatchObject([
    { pod: 'default/a', addresses: ['10.0.0.1', 'fd00::1'], ready: true, from: 'slices', ports: [{ port: 8080 }] },
  ])
})

test('a slice with endpoints but without ports gives endpoints that no port reaches', () => {
  const found = endpointsOf(
    aCluster([
      aService({ name: 's', ports: [{ port: 80, targetPort: 'nobody' }] }),
      slice('x', { addressType: 'IPv4', ports: null, endpoints: [{ addresses: ['10.0.0.1'] }] }),
    ]),
  )
  expect(found).toMatchObject([{ pod: null, address: '10.0.0.1', ports: [{ port: null }] }])
})

test('an empty slice is an answer: the selector is not asked', () => {
  const cluster = aCluster([
    aService({ name: 's' }),
    aPod({ labels: { app: 's' }, ip: '10.0.0.1' }),
    slice('x', { addressType: 'IPv4', endpoints: [] }),
  ])
  expect(endpointsOf(cluster)).toEqual([])
})

test('Endpoints objects are read where there are no slices', () => {
  const found = endpointsOf(
    aCluster([
      aService({ name: 's', selector: null }),
      {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 's' },
        subsets: [{ addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2' }], ports: [{ port: 80 }] }],
      },
    ]),
  )
  expect(found.map(({ address, ready, from }) => [address, ready, from])).toEqual([
    ['192.0.2.1', true, 'endpoints'],
    ['192.0.2.2', false, 'endpoints'],
  ])
})

test('no selector, an empty selector and ExternalName select nothing', () => {
  const cluster = aCluster([
    aPod({ labels: { app: 's' } }),
    aService({ name: 'none', selector: null }),
    aService({ name: 'empty', selector: {} }),
    aService({ name: 'alias', type: 'ExternalName', selector: { app: 's' }, spec: { externalName: 'a.example' } }),
  ])
  expect(['none', 'empty', 'alias'].map((name) => endpointsOf(cluster, name).length)).toEqual([0, 0, 0])
})

test('pods that a Deployment stands for are its endpoints', () => {
  const cluster = aCluster([
    aService({ name: 's', ports: [{ port: 80, targetPort: 'http' }] }),
    aDeployment({ name: 's', replicas: 2, ports: [{ name: 'http', containerPort: 8080 }] }),
  ])
  expect(endpointsOf(cluster)).toMatchObject([
    { pod: 'default/s-1', address: null, ready: true, ports: [{ port: 8080 }] },
    { pod: 'default/s-2' },
  ])
})
