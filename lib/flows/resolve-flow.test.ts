import { expect, test } from 'vitest'
import { buildIdentity } from '../model/identity'
import { IdentityHistory } from '../model/identity-history'
import { aCluster } from '../model/testing/a-cluster'
import { aNode, aPod, aService } from '../model/testing/objects'
import type { ObservedFlow } from './flow'
import { createResolver } from './resolve-flow'
import { anEnd, anObservedFlow, TEN } from './testing/an-observed-flow'

const cluster = aCluster([
  aNode({ name: 'worker-1', ip: '192.168.0.1', podCidrs: ['10.0.0.0/24'] }),
  aPod({ name: 'web', namespace: 'shop', ip: '10.0.0.1', owner: { kind: 'StatefulSet', name: 'front' } }),
  aPod({ name: 'cart', namespace: 'shop', ip: '10.0.0.2' }),
  aPod({ name: 'old-a', namespace: 'shop', ip: '10.0.0.9', owner: { kind: 'StatefulSet', name: 'old' } }),
  aPod({ name: 'old-b', namespace: 'shop', ip: '10.0.0.9', owner: { kind: 'StatefulSet', name: 'old' } }),
  aService({ name: 'cart', namespace: 'shop', clusterIp: '10.96.0.7', ports: [{ port: 80 }] }),
])
const identity = buildIdentity(cluster)

function ends(source: Parameters<typeof anEnd>[0], destination: Parameters<typeof anEnd>[0] = { ip: '10.0.0.2' }) {
  const route = createResolver(cluster, identity)(anObservedFlow({ source: anEnd(source), destination: anEnd(destination) }))
  return [route.source, route.destination] as const
}

test('a stated pod wins over what its address says, and brings its workload', () => {
  const [source] = ends({ ip: '10.0.0.2', namespace: 'shop', pod: 'web' })
  expect(source).toMatchObject({ ref: 'shop/web', workload: 'shop/front[StatefulSet]', identity: 'stated', ip: '10.0.0.2' })
})

test('a stated pod that the cluster does not know keeps its name', () => {
  const [source] = ends({ namespace: 'gone', pod: 'web-1', workload: { name: 'web', kind: 'Deployment' } })
  expect(source).toMatchObject({ ref: 'gone/web-1', workload: 'gone/web[Deployment]', identity: 'stated' })
  expect(ends({ namespace: 'gone', pod: 'web-1' })[0]).toMatchObject({ ref: 'gone/web-1', workload: null })
})

test('an address names its pod, its Service or its machine', () => {
  expect(ends({ ip: '10.0.0.1' })[0]).toMatchObject({ ref: 'shop/web', workload: 'shop/front[StatefulSet]', identity: 'resolved' })
  expect(ends({ ip: '10.0.0.1' }, { ip: '10.96.0.7' })[1]).toMatchObject({
    ref: 'svc:shop/cart',
    service: 'svc:shop/cart',
    namespace: 'shop',
  })
  expect(ends({ ip: '192.168.0.1' })[0]).toMatchObject({ ref: 'entity:host', identity: 'resolved' })
})

test('an address that several pods hold is uncertain, and only what they share is said', () => {
  expect(ends({ ip: '10.0.0.9' })[0]).toMatchObject({ ref: 'shop/old[StatefulSet]', pod: null, identity: 'uncertain' })
})

test('an address outside is named by the DNS name that was seen, else by itself, with its group', () => {
  expect(ends({ ip: '104.20.23.154', names: ['example.com'], entity: 'world' })[0]).toMatchObject({
    ref: 'dns:example.com',
    group: 'cidr:104.20.23.0/24',
    identity: 'stated',
  })
  expect(ends({ ip: '2001:db8:1:2::5' })[0]).toMatchObject({ ref: 'ip:2001:db8:1:2::5', group: 'cidr:2001:db8:1:2::/64' })
})

test('an address of the pod range that nobody holds is uncertain, never external', () => {
  expect(ends({ ip: '10.0.0.77' })[0]).toMatchObject({ ref: 'ip:10.0.0.77', group: null, identity: 'uncertain' })
})

test('reserved identities of machines are entities; others are named by address', () => {
  expect(ends({ ip: '192.168.9.9', entity: 'remote-node' })[0]).toMatchObject({ ref: 'entity:remote-node', identity: 'stated' })
  expect(ends({ ip: '10.0.0.1', entity: 'unmanaged' })[0]).toMatchObject({ ref: 'shop/web' })
  expect(ends({ entity: 'world' })[0]).toMatchObject({ ref: 'entity:world' })
  expect(ends({ ip: 'not an address' })[0]).toMatchObject({ ref: 'entity:unknown', identity: 'uncertain' })
})

test('what was resolved is remembered, also for ends that are equal and other objects', () => {
  const resolve = createResolver(cluster, identity)
  const observed = () => anObservedFlow({ source: anEnd({ ip: '10.0.0.1' }) })
  const first = resolve(observed())
  expect(resolve(observed())).toBe(first)
  expect(resolve(anObservedFlow({ ...observed(), port: 443 })).source).toBe(first.source)
  expect(resolve(anObservedFlow({ ...observed(), destination: anEnd({ ip: '10.0.0.9' }) })).destination).not.toBe(first.destination)
})

test('an address that changed hands is named by who had it then, and by both about the moment', () => {
  const history = new IdentityHistory({ keptMs: 3_600_000, limit: 100 })
  const later = aCluster([aPod({ name: 'new', namespace: 'shop', ip: '10.0.0.1' })])
  history.follow(cluster, TEN - 60_000)
  history.follow(later, TEN)
  const resolve = createResolver(later, history.current, { past: history, judge: null })
  const named = (over: Partial<ObservedFlow>) => resolve(anObservedFlow({ source: anEnd({ ip: '10.0.0.1' }), ...over })).source
  expect(named({ time: TEN - 10_000 })).toMatchObject({ pod: 'shop/web', workload: 'shop/front[StatefulSet]', identity: 'resolved' })
  expect(named({ time: TEN + 10_000 })).toMatchObject({ pod: 'shop/new', identity: 'resolved', candidates: [] })
  expect(named({ time: TEN + 1_000 })).toMatchObject({ ref: 'ip:10.0.0.1', identity: 'uncertain', candidates: ['shop/web', 'shop/new'] })
  // The time of a record that sums up may be that of its end.
  expect(named({ time: TEN + 10_000, event: 'flow' })).toMatchObject({ identity: 'uncertain', candidates: ['shop/web', 'shop/new'] })
  expect(named({ time: TEN + 1_000, source: anEnd({ ip: '10.0.0.1', namespace: 'shop', pod: 'web' }) })).toMatchObject({
    identity: 'stated',
  })
})

test('the backend is the end, and the Service whose address was translated to it is known', () => {
  const [, destination] = ends({ ip: '10.0.0.1' }, { ip: '10.0.0.2', addressed: { ip: '10.96.0.7', port: 80 } })
  expect(destination).toMatchObject({ ref: 'shop/cart', service: 'svc:shop/cart', identity: 'resolved' })
  const [, elsewhere] = ends({ ip: '10.0.0.1' }, { ip: '10.0.0.2', addressed: { ip: '192.0.2.1', port: 80 } })
  expect(elsewhere).toMatchObject({ ref: 'shop/cart', service: null })
})

test('a backend is named by its address and keeps the Service that it was chosen for; without one the Service is the end', () => {
  const service = { namespace: 'shop', name: 'cart' }
  expect(ends({ ip: '10.0.0.1', service })[0]).toMatchObject({
    ref: 'shop/web',
    workload: 'shop/front[StatefulSet]',
    service: 'svc:shop/cart',
  })
  expect(ends({ service })[0]).toMatchObject({ ref: 'svc:shop/cart', namespace: 'shop', identity: 'stated' })
  expect(ends({ ip: '198.51.100.7', service })[0]).toMatchObject({ ref: 'svc:shop/cart', ip: '198.51.100.7' })
})

test('of the Services that a word may mean, the one that there is is meant; of several the one beside the backend', () => {
  const several = aCluster([
    aPod({ name: 'c-1', namespace: 'a-b', ip: '10.0.0.1' }),
    aService({ name: 'b-c', namespace: 'a', clusterIp: '10.96.0.1', ports: [{ port: 80 }] }),
    aService({ name: 'c', namespace: 'a-b', clusterIp: '10.96.0.2', ports: [{ port: 80 }] }),
  ])
  const serviceCandidates = [
    { namespace: 'a-b', name: 'c' },
    { namespace: 'a', name: 'b-c' },
    { namespace: 'a-b-c', name: 'gone' },
  ]
  const resolve = createResolver(several, buildIdentity(several))
  const named = (destination: Parameters<typeof anEnd>[0]) => resolve(anObservedFlow({ destination: anEnd(destination) })).destination
  expect(named({ ip: '10.0.0.1', serviceCandidates })).toMatchObject({ ref: 'a-b/c-1', service: 'svc:a-b/c', identity: 'resolved' })
  expect(named({ serviceCandidates })).toMatchObject({
    ref: 'entity:unknown',
    identity: 'uncertain',
    candidates: ['svc:a-b/c', 'svc:a/b-c'],
  })
  expect(named({ serviceCandidates: serviceCandidates.slice(1) })).toMatchObject({ ref: 'svc:a/b-c', identity: 'resolved' })
  expect(named({ serviceCandidates: serviceCandidates.slice(2) })).toMatchObject({ ref: 'entity:unknown', candidates: [] })
})
