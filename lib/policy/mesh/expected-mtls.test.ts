import { expect, test } from 'vitest'
import type { PodRef } from '../../model/names'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies } from '../engine'
import { serverMtls } from './expected-mtls'
import { MESHED, PODS, peerAuthentication, SERVICE } from './testing/istio-shop'

function expectedOf(...objects: readonly object[]): readonly string[] {
  const cluster = aCluster([MESHED, ...PODS, SERVICE, ...objects])
  const pod = cluster.pods.get('shop/db' as PodRef)
  if (pod === undefined) throw new Error('no pod')
  const { target } = compilePolicies(cluster).facts.evaluation.mesh.podOf(pod)
  if (target === null) throw new Error('no member')
  return serverMtls(target).expected.map(({ port, mode, policy }) => `${port ?? 'all'} ${mode} ${policy ?? 'default'}`)
}

test('the port counts before the pod, the pod before the namespace, the namespace before the mesh', () => {
  expect(expectedOf()).toEqual(['all PERMISSIVE default'])
  const mesh = peerAuthentication('istio-system', 'default', { mtls: { mode: 'STRICT' } })
  const namespace = peerAuthentication('shop', 'default', { mtls: { mode: 'PERMISSIVE' } })
  const own = peerAuthentication('shop', 'db', {
    selector: { matchLabels: { app: 'db' } },
    mtls: { mode: 'STRICT' },
    portLevelMtls: { 8080: { mode: 'DISABLE' } },
  })
  expect(expectedOf(mesh)).toEqual(['all STRICT PeerAuthentication:istio-system/default'])
  expect(expectedOf(mesh, namespace)).toEqual(['all PERMISSIVE PeerAuthentication:shop/default'])
  expect(expectedOf(mesh, namespace, own)).toEqual(['all STRICT PeerAuthentication:shop/db', '8080 DISABLE PeerAuthentication:shop/db'])
})

test('UNSET leaves it to the next level', () => {
  const mesh = peerAuthentication('istio-system', 'default', { mtls: { mode: 'STRICT' } })
  const unset = peerAuthentication('shop', 'default', { mtls: { mode: 'UNSET' } })
  expect(expectedOf(mesh, unset)).toEqual(['all STRICT PeerAuthentication:istio-system/default'])
})
