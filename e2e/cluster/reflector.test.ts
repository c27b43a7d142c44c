import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlPlane, startControlPlane } from './control-plane'
import { aCustomKind } from './custom-kind'
import { eventually } from './eventually'
import { type FakeKubelet, startFakeKubelet } from './fake-kubelet'
import { aDeployment, aNamespace, anAllowPolicy, aPod, aService } from './objects'
import { type WatchedCluster, watchCluster } from './watched-cluster'

type Server = { readonly title: string; readonly apiServerFlags: Readonly<Record<string, string>>; readonly isKilled: boolean }

/** An API server can play its two predecessors; older ones had no streaming lists, or had them switched off. */
const SERVERS: readonly Server[] = [
  { title: 'an API server as it is', apiServerFlags: {}, isKilled: true },
  { title: 'one that plays the minor before its own', apiServerFlags: { 'emulated-version': '1.36' }, isKilled: false },
  { title: 'one that plays the minor before that', apiServerFlags: { 'emulated-version': '1.35' }, isKilled: false },
  { title: 'one without streaming lists', apiServerFlags: { 'feature-gates': 'WatchList=false' }, isKilled: false },
  { title: 'one without a cache, where etcd answers every watch', apiServerFlags: { 'watch-cache': 'false' }, isKilled: true },
]

describe.each(SERVERS)('$title', ({ apiServerFlags, isKilled }) => {
  let plane: ControlPlane
  let kubelet: FakeKubelet
  let watched: WatchedCluster

  beforeAll(async () => {
    plane = await startControlPlane({ apiServerFlags })
    kubelet = await startFakeKubelet(plane, 1)
    await plane.admin.apply(
      aNamespace('shop'),
      aDeployment('shop', 'cart', { replicas: 3 }),
      aService('shop', 'cart', { ipFamilyPolicy: 'RequireDualStack' }),
      anAllowPolicy('shop', 'cart', 'cart', { role: 'client' }),
    )
    await eventually('three pods', async () => (await plane.admin.list('/api/v1/pods')).length === 3)
    watched = watchCluster(plane.kubeconfig)
    await watched.cluster.firstSync
  })

  afterAll(async () => {
    watched?.cluster.stop()
    await kubelet?.stop()
    await plane?.stop()
  })

  test('the first sync holds what there is', async () => {
    await watched.reaches('live', 'absent')
    await watched.agreesWith(plane.admin)
    expect(watched.kind('', 'pods').objects).toBe(3)
    expect(watched.cluster.problems()).toEqual([])
  })

  test('so does every change', async () => {
    await plane.admin.apply(
      aDeployment('shop', 'cart', { replicas: 1, labels: { release: 'two' } }),
      aDeployment('shop', 'web', { replicas: 2 }),
      aService('shop', 'web'),
      aPod('shop', 'visitor', { app: 'visitor' }),
    )
    await plane.admin.delete(aService('shop', 'cart'))
    await watched.agreesWith(plane.admin)
  })

  test('a kind that comes with its definition is watched, and forgotten with it', async () => {
    const { definition, object } = aCustomKind({
      group: 'crd.projectcalico.org',
      kind: 'GlobalNetworkPolicy',
      plural: 'globalnetworkpolicies',
    })
    await plane.admin.apply(definition, object('no-metadata-service', { selector: 'all()', types: ['Egress'] }))
    await eventually('the change of kinds', () => watched.kind('crd.projectcalico.org', 'globalnetworkpolicies').objects === 1)
    await watched.agreesWith(plane.admin)
    await plane.admin.delete(definition)
    await eventually('the change of kinds', () => watched.kind('crd.projectcalico.org', 'globalnetworkpolicies').state.kind === 'absent')
  })

  if (!isKilled) return

  test('a server that is killed leaves what is held stale, and what changed until the product is back is found', async () => {
    await plane.killApiServer()
    await watched.reaches('stale', 'absent')
    await plane.startApiServer()
    await plane.admin.delete(aDeployment('shop', 'web'))
    await plane.admin.apply(aNamespace('later'), aService('later', 'api'))
    await watched.reaches('live', 'absent')
    await watched.agreesWith(plane.admin)
  })

  test('so is what changed before etcd forgot the way there', async () => {
    const before = watched.cluster.kinds().reduce((sum, { relists }) => sum + relists, 0)
    await plane.admin.apply(aNamespace('forgotten'), aService('forgotten', 'api'))
    await watched.agreesWith(plane.admin)
    await plane.killApiServer()
    await plane.compact()
    await plane.startApiServer()
    await plane.admin.delete(aService('forgotten', 'api'))
    await watched.reaches('live', 'absent')
    await watched.agreesWith(plane.admin)
    expect(watched.cluster.kinds().reduce((sum, { relists }) => sum + relists, 0)).toBeGreaterThan(before)
  })
})
