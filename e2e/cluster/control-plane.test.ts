import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlPlane, startControlPlane } from './control-plane'
import { eventually } from './eventually'
import { type FakeKubelet, startFakeKubelet } from './fake-kubelet'
import type { KubeObject } from './kube-object'
import { aDeployment, aNamespace, aService } from './objects'

let plane: ControlPlane
let kubelet: FakeKubelet

beforeAll(async () => {
  plane = await startControlPlane({ hasScheduler: true })
  kubelet = await startFakeKubelet(plane, 2)
})

afterAll(async () => {
  await kubelet?.stop()
  await plane?.stop()
})

test('nothing but the loopback is there', () => {
  expect(Object.keys(networkInterfaces())).toEqual(['lo'])
})

test('the API server is the version that go.mod pins', async () => {
  expect(await plane.admin.read('/version')).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.37\.\d+$/) })
})

test('controllers, scheduler and fake nodes bring a Deployment to ready endpoints of both families', async () => {
  await plane.admin.apply(
    aNamespace('shop'),
    aDeployment('shop', 'web', { replicas: 4, nodeName: null }),
    aService('shop', 'web', { ipFamilyPolicy: 'RequireDualStack' }),
  )
  const slices = await eventually('eight endpoints', async () => {
    const found = await plane.admin.list('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices')
    return found.flatMap(readyAddresses).length === 8 ? found : null
  })
  expect(slices.map(({ addressType }) => addressType).sort()).toEqual(['IPv4', 'IPv6'])
  expect(new Set(slices.flatMap(readyAddresses)).size).toBe(8)
  const pods = await plane.admin.list('/api/v1/namespaces/shop/pods')
  expect(new Set(pods.map(({ spec }) => (spec as { nodeName: string }).nodeName))).toEqual(new Set(['node-0', 'node-1']))
})

test('a pod that is not ready leaves the ready endpoints', async () => {
  const [pod] = await plane.admin.list('/api/v1/namespaces/shop/pods')
  await kubelet.setReady('shop', pod?.metadata.name ?? '', false)
  await eventually('six endpoints', async () => {
    const slices = await plane.admin.list('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices')
    return slices.flatMap(readyAddresses).length === 6
  })
})

test('a watch of before a restart with a compaction in between is too old', async () => {
  const { metadata } = (await plane.admin.read('/api/v1/configmaps?limit=1')) as { metadata: { resourceVersion: string } }
  await plane.admin.apply(aNamespace('later'))
  await plane.killApiServer()
  await plane.compact()
  await plane.startApiServer()
  const { status, body } = await plane.admin.send(
    'GET',
    `/api/v1/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`,
  )
  expect(`${status} ${body}`).toContain('410')
})

function readyAddresses({ endpoints }: KubeObject): readonly string[] {
  const all = (endpoints ?? []) as readonly { addresses: readonly string[]; conditions: { ready: boolean } }[]
  return all.filter(({ conditions }) => conditions.ready).flatMap(({ addresses }) => addresses)
}
