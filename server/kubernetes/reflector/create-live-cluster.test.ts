import { afterEach, describe, expect, test } from 'vitest'
import { aNamespace, aPod, aService } from '@/lib/model/testing/objects'
import type { AccessRule, FakeUser } from '@/testing/fake-api/access'
import { aDefinition } from '@/testing/fake-api/custom-resource'
import type { FakeApiOptions } from '@/testing/fake-api/fake-api-options'
import type { KubernetesObject } from '@/testing/fake-api/kubernetes-object'
import { type LiveRig, startLiveRig, until } from './testing/live-rig'

let rig: LiveRig
afterEach(() => rig.stop())

const object = (body: object): KubernetesObject => JSON.parse(JSON.stringify(body))
const pods = (...names: readonly string[]): readonly KubernetesObject[] => names.map((name) => object(aPod({ name, namespace: 'shop' })))

async function start(options: FakeApiOptions = {}, more: Parameters<typeof startLiveRig>[1] = {}): Promise<void> {
  rig = await startLiveRig(options, more)
  await rig.cluster.firstSync
}

const isLive = (resource: string, group?: string): boolean => rig.kind(resource, group).state.kind === 'live'

describe.each([
  ['streaming lists and aggregated discovery', {}],
  ['lists in pages and discovery by group', { withoutStreamingLists: true, withoutAggregatedDiscovery: true }],
])('a cluster with %s', (_title, options) => {
  test('holds what there is after the first sync, and tells what changes', async () => {
    await start({ ...options, objects: [object(aNamespace({ name: 'shop' })), ...pods('a', 'b')] })
    expect(rig.held('Pod')).toEqual(['shop/a', 'shop/b'])
    expect(rig.held('Namespace')).toContain('shop')
    expect(rig.told()).toEqual([])
    expect(rig.kind('pods')).toMatchObject({
      state: { kind: 'live' },
      scope: { kind: 'everything' },
      objects: 2,
      relists: 0,
      version: 'v1',
      kind: 'Pod',
    })
    expect(rig.kind('gateways', 'gateway.networking.k8s.io').state).toEqual({ kind: 'absent' })

    const [first] = rig.cluster.documents()
    for (const pod of pods('c')) rig.api.objects.put(pod)
    rig.api.objects.put(object(aPod({ name: 'a', namespace: 'shop', labels: { tier: 'new' } })))
    rig.api.objects.delete(object(aPod({ name: 'b', namespace: 'shop' })))
    await until(() => rig.told().length === 3)
    expect(rig.told().toSorted()).toEqual(['Pod shop/a changed', 'Pod shop/b went', 'Pod shop/c came'])
    expect(rig.held('Pod').toSorted()).toEqual(['shop/a', 'shop/c'])
    expect(rig.kind('pods')).toMatchObject({ objects: 2, events: 3 })
    expect(rig.cluster.documents()[0]).toBe(first)
  })

  test('a change of what nobody looks at is none', async () => {
    await start({ ...options, objects: pods('a') })
    const [before] = rig.cluster.documents()
    rig.api.objects.put(object(aPod({ name: 'a', namespace: 'shop', annotations: { 'example.org/seen': 'now' } })))
    await until(() => rig.kind('pods').events === 1)
    expect(rig.told()).toEqual([])
    expect(rig.cluster.documents()[0]).toBe(before)
  })

  test('after the server forgot the past, only the difference is told', async () => {
    await start({ ...options, objects: pods('a', 'b', 'c') })
    await rig.api.restart(() => {
      rig.api.objects.delete(object(aPod({ name: 'b', namespace: 'shop' })))
      for (const pod of pods('d')) rig.api.objects.put(pod)
    })
    await until(() => rig.told().length === 2)
    expect(rig.told()).toEqual(['Pod shop/b went', 'Pod shop/d came'])
    await until(() => isLive('pods'))
    expect(rig.kind('pods').relists).toBe(1)
    expect(rig.held('Pod').toSorted()).toEqual(['shop/a', 'shop/c', 'shop/d'])
  })
})

describe('honest states', () => {
  test('while the server is away everything is stale, since when and why', async () => {
    await start({ objects: pods('a') })
    const before = Date.now()
    await rig.api.line.refuse()
    await until(() => rig.kind('pods').state.kind === 'stale')
    const { state } = rig.kind('pods')
    expect(state).toMatchObject({ kind: 'stale', reason: expect.stringMatching(/./) })
    if (state.kind === 'stale') expect(state.since).toBeLessThanOrEqual(Date.now())
    if (state.kind === 'stale') expect(state.since).toBeGreaterThan(before - 20_000)
    expect(rig.held('Pod')).toEqual(['shop/a'])
    await rig.api.line.accept()
    await until(() => rig.cluster.kinds().every(({ state: { kind } }) => kind === 'live' || kind === 'absent'))
    expect(rig.kind('pods').relists).toBe(0)
  })

  test('a server that is not there: the first sync ends, and the reason is said', async () => {
    rig = await startLiveRig()
    rig.cluster.stop()
    await rig.api.stop()
    rig = await startLiveRig({}, {})
    await rig.api.line.refuse()
    await rig.cluster.firstSync
    await until(() => rig.kind('pods').state.kind === 'stale')
    await rig.api.line.accept()
    await until(() => isLive('pods'))
  })

  test('refused credentials are said', async () => {
    rig = await startLiveRig({}, { user: { name: 'nobody', token: 'wrong', rules: [] } })
    await until(() => rig.kind('pods').state.kind === 'stale')
    expect(rig.kind('pods').state).toMatchObject({ reason: expect.stringContaining('credentials') })
  })

  test('a watch that the server ends as usual leaves the kind live and loses nothing', async () => {
    await start({ objects: pods('a') }, { speed: 0.1 })
    const { state } = rig.kind('pods')
    rig.api.endWatches()
    await until(() => !rig.api.openWatches().includes('pods'))
    for (const pod of pods('b')) rig.api.objects.put(pod)
    await until(() => rig.told().length === 1)
    expect(rig.told()).toEqual(['Pod shop/b came'])
    expect(rig.kind('pods').state).toEqual(state)
    expect(rig.kind('pods').relists).toBe(0)
  })

  test('a watch that the server ends again and again, because so much happens, is opened again at once', async () => {
    await start({ objects: pods('a') })
    for (let round = 1; round <= 8; round++) {
      for (const pod of pods(`b-${round}`)) rig.api.objects.put(pod)
      const before = performance.now()
      await until(() => rig.held('Pod').length === round + 1)
      expect(performance.now() - before).toBeLessThan(2_000)
      rig.api.endWatches()
      await until(() => !rig.api.openWatches().includes('pods'))
    }
    expect(rig.kind('pods').relists).toBe(0)
  })
})

describe('what the server does not say that it serves', () => {
  const route = 'route.openshift.io'
  const silentGroup = (group: string, isSilent: boolean) => {
    const resource = { resource: 'routes', responseKind: { kind: 'Route' }, scope: 'Namespaced', verbs: ['list', 'watch'] }
    const versions = isSilent
      ? [{ version: 'v1', freshness: 'Stale', resources: [] }]
      : [{ version: 'v1', freshness: 'Current', resources: [resource] }]
    return JSON.stringify({ kind: 'APIGroupDiscoveryList', items: [{ metadata: { name: group }, versions }] })
  }
  const answering = (text: string) => ({ kind: 'foreign', status: 200, contentType: 'application/json', text }) as const

  test('without a right to ask, usual kinds are read, and nobody says that there is no custom one', async () => {
    rig = await startLiveRig({ objects: pods('a') }, {}, (api) => {
      api.faults.arm({ path: '/api' }, { kind: 'status', status: 403, reason: 'Forbidden', message: 'may not ask' }, 100)
    })
    await rig.cluster.firstSync
    await until(() => isLive('pods'))
    expect(rig.kind('ciliumnetworkpolicies', 'cilium.io').state).toEqual({
      kind: 'stale',
      since: null,
      reason: 'the API server answered 403: may not ask',
    })
  })

  test('a kind behind a server that does not answer is not absent', async () => {
    rig = await startLiveRig({ objects: pods('a') }, {}, (api) => {
      api.faults.arm({ path: '/apis' }, answering(silentGroup(route, true)), 100)
    })
    await rig.cluster.firstSync
    expect(rig.kind('routes', route).state).toEqual({ kind: 'stale', since: null, reason: `the server behind ${route} does not answer` })
    expect(rig.kind('gateways', 'gateway.networking.k8s.io').state).toEqual({ kind: 'absent' })
  })

  test('one that is served under another name too is not missed', async () => {
    const definition = aDefinition({ group: 'crd.projectcalico.org', plural: 'networkpolicies', kind: 'NetworkPolicy', versions: ['v1'] })
    rig = await startLiveRig({ objects: [definition] }, {}, (api) => {
      const served = JSON.parse(silentGroup('crd.projectcalico.org', false).replaceAll('routes', 'networkpolicies'))
      const silent = JSON.parse(silentGroup('projectcalico.org', true))
      api.faults.arm({ path: '/apis' }, answering(JSON.stringify({ ...served, items: [...served.items, ...silent.items] })), 100)
    })
    await rig.cluster.firstSync
    expect(rig.kind('networkpolicies', 'projectcalico.org').state).toEqual({ kind: 'absent' })
    expect(rig.kind('networkpolicies', 'crd.projectcalico.org').state.kind).toBe('live')
  })
})

const rule = (resources: readonly string[], namespace: string | null = null, verbs: readonly string[] = ['list', 'watch']): AccessRule => ({
  namespace,
  apiGroups: ['*'],
  resources,
  verbs,
})

const aUser = (...rules: readonly AccessRule[]): FakeUser => ({ name: 'viewer', token: 'viewer-token', rules })

describe('rights', () => {
  test('what may not be read is said with verb and resource, and read when it may be', async () => {
    await start({ objects: pods('a'), users: [aUser(rule(['services']))] })
    expect(rig.kind('services').state.kind).toBe('live')
    expect(rig.kind('pods')).toMatchObject({ state: { kind: 'not-permitted', verb: 'list', namespace: null }, objects: 0 })
    expect(rig.kind('nodes').state).toMatchObject({ kind: 'not-permitted', message: expect.stringContaining('nodes') })
  })

  test('a right to list without the right to watch', async () => {
    await start({ objects: pods('a'), users: [aUser(rule(['pods'], null, ['list']))] })
    expect(rig.kind('pods').state).toMatchObject({ kind: 'not-permitted', verb: 'watch' })
    expect(rig.held('Pod')).toEqual([])
  })

  test('rights in one namespace only: that namespace is read', async () => {
    const elsewhere = object(aPod({ name: 'x', namespace: 'other' }))
    await start(
      { objects: [...pods('a'), elsewhere], users: [aUser(rule(['pods', 'services'], 'shop'))] },
      { namespaces: ['shop', 'other'] },
    )
    await until(() => isLive('pods'))
    expect(rig.kind('pods')).toMatchObject({ scope: { kind: 'namespaces', names: ['shop'] }, objects: 1 })
    expect(rig.held('Pod')).toEqual(['shop/a'])
    expect(rig.kind('deployments', 'apps').state).toMatchObject({ kind: 'not-permitted', namespace: null })
    rig.forget()
    for (const pod of pods('b')) rig.api.objects.put(pod)
    await until(() => rig.told().length === 1)
    expect(rig.told()).toEqual(['Pod shop/b came'])
  })

  test('ConfigMaps are asked for by name, and no others are read', async () => {
    const configMap = (namespace: string, name: string) =>
      object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { Corefile: 'x', y: 'z' } })
    await start({ objects: [configMap('kube-system', 'coredns'), configMap('shop', 'secrets-of-ours')] })
    expect(rig.held('ConfigMap')).toEqual(['kube-system/coredns'])
    expect(rig.kind('configmaps').scope.kind).toBe('objects')
    const asked = rig.api.requests.filter(({ url }) => url.includes('/configmaps')).map(({ url }) => url)
    expect(asked.every((url) => url.includes('fieldSelector=metadata.name'))).toBe(true)
    expect(rig.api.requests.some(({ url }) => url.includes('/secrets'))).toBe(false)
  })
})

describe('rights to single ConfigMaps', () => {
  test('those that are named are read, and which they are is said', async () => {
    const configMap = (name: string) =>
      object({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: 'kube-system', name },
        data: { Corefile: 'x', 'config.conf': 'y' },
      })
    const user = aUser({ ...rule(['configmaps']), resourceNames: ['coredns'] })
    await start({ objects: [configMap('coredns'), configMap('kube-proxy')], users: [user] })
    expect(rig.held('ConfigMap')).toEqual(['kube-system/coredns'])
    expect(rig.kind('configmaps')).toMatchObject({ state: { kind: 'live' }, scope: { kind: 'objects', names: ['kube-system/coredns'] } })
  })
})

describe('custom kinds', () => {
  const definition = aDefinition({ group: 'gateway.networking.k8s.io', plural: 'gateways', kind: 'Gateway', versions: ['v1'] })
  const gateway = (name: string) =>
    object({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name, namespace: 'shop' },
      spec: { gatewayClassName: 'c' },
    })

  test('a kind that comes is watched, and one that goes is absent', async () => {
    await start()
    expect(rig.kind('gateways', 'gateway.networking.k8s.io').state).toEqual({ kind: 'absent' })
    rig.api.objects.put(definition)
    rig.api.objects.put(gateway('edge'))
    await until(() => isLive('gateways', 'gateway.networking.k8s.io'))
    expect(rig.held('Gateway')).toEqual(['shop/edge'])
    expect(rig.kind('gateways', 'gateway.networking.k8s.io').version).toBe('v1')
    rig.api.objects.delete(gateway('edge'))
    rig.api.objects.delete(definition)
    rig.api.endWatches()
    await until(() => rig.kind('gateways', 'gateway.networking.k8s.io').state.kind === 'absent')
    expect(rig.held('Gateway')).toEqual([])
  })
})

describe('objects that nobody can read', () => {
  test('cost only themselves, counted and named', async () => {
    await start({ objects: [...pods('a', 'b'), object(aService({ name: 's', namespace: 'shop' }))] }, { speed: 0.1 })
    let deep: unknown = 'x'
    for (let depth = 0; depth < 200; depth++) deep = [deep]
    let isPoisoned = true
    const poison = (out: KubernetesObject) => ({ ...out, metadata: { ...out.metadata, labels: deep } })
    rig.api.rewrite = (out) => (isPoisoned && out.metadata.name === 'a' ? poison(out) : out)
    rig.api.endWatches()
    await until(() => !rig.api.openWatches().includes('pods'))
    rig.api.objects.put(object(aPod({ name: 'a', namespace: 'shop', labels: { x: '1' } })))
    rig.api.objects.put(object(aPod({ name: 'b', namespace: 'shop', labels: { x: '1' } })))
    await until(() => rig.kind('pods').leftOut === 1 && rig.kind('pods').events === 2)
    expect(rig.held('Pod')).toEqual(['shop/b'])
    expect(rig.cluster.problems().map(({ message }) => message)).toEqual(['Pod shop/a is left out: it is nested too deeply'])
    expect(isLive('pods')).toBe(true)
    isPoisoned = false
    rig.api.objects.put(object(aPod({ name: 'a', namespace: 'shop', labels: { x: '2' } })))
    await until(() => rig.kind('pods').leftOut === 0)
    expect(rig.held('Pod').toSorted()).toEqual(['shop/a', 'shop/b'])
  })
})
