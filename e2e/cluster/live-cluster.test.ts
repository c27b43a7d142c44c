import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { project } from '@/lib/model/projection/project'
import type { WatchedKind } from '@/lib/model/watched-kind'
import { SYSTEM_CLOCK } from '@/server/clock'
import { openConnection } from '@/server/kubernetes/connection/open-connection'
import { contextSettings } from '@/server/kubernetes/kubeconfig/context-settings'
import { readKubeconfig } from '@/server/kubernetes/kubeconfig/read-kubeconfig'
import type { LiveCluster } from '@/server/kubernetes/live-cluster'
import { createLiveCluster } from '@/server/kubernetes/reflector/create-live-cluster'
import { type ControlPlane, startControlPlane } from './control-plane'
import { eventually } from './eventually'
import { type FakeKubelet, startFakeKubelet } from './fake-kubelet'
import type { KubeObject } from './kube-object'
import { writeKubeconfig } from './kubeconfig'
import { aDeployment, aNamespace, aService } from './objects'
import { aServiceAccount, makeToken } from './service-account'

let plane: ControlPlane
let kubelet: FakeKubelet
let cluster: LiveCluster | null = null

beforeAll(async () => {
  plane = await startControlPlane({ hasScheduler: true })
  kubelet = await startFakeKubelet(plane, 2)
  await plane.admin.apply(aNamespace('shop'), aDeployment('shop', 'web', { replicas: 3, nodeName: null }), aService('shop', 'web'))
})

afterEach(() => {
  cluster?.stop()
  cluster = null
})

afterAll(async () => {
  await kubelet?.stop()
  await plane?.stop()
})

async function watch(kubeconfig: string, namespaces: readonly string[] = ['default']): Promise<LiveCluster> {
  const read = readKubeconfig({ kind: 'named', path: kubeconfig })
  if (!read.ok) throw new Error(read.error)
  const settings = contextSettings(read.value, 'test')
  if (!settings.ok) throw new Error(settings.error)
  cluster = createLiveCluster({
    name: 'test',
    connection: openConnection(settings.value),
    namespaces,
    events: { onUpdate: () => {} },
    clock: SYSTEM_CLOCK,
    random: Math.random,
  })
  cluster.start()
  await cluster.firstSync
  return cluster
}

function kindOf(live: LiveCluster, resource: string, group = ''): WatchedKind {
  const found = live.kinds().find((kind) => kind.resource === resource && kind.group === group)
  if (found === undefined) throw new Error(`${resource} is not looked for`)
  return found
}

const isSettled = (live: LiveCluster): boolean => live.kinds().every(({ state: { kind } }) => kind === 'live' || kind === 'absent')

const bodyOf = (body: unknown): KubeObject => body as KubeObject

/** Objects of a kind as the server has them, and as they are held, by name, each as far as it is kept. */
async function compare(live: LiveCluster, path: string, apiVersion: string, kind: string) {
  const byName = (bodies: readonly unknown[]) =>
    Object.fromEntries(bodies.map((body) => [`${bodyOf(body).metadata.namespace ?? ''}/${bodyOf(body).metadata.name}`, body]).sort())
  const truth = (await plane.admin.list(path)).map((item) => project({ ...item, apiVersion, kind }))
  const held = live.documents().flatMap(({ body }) => (bodyOf(body).kind === kind && bodyOf(body).apiVersion === apiVersion ? [body] : []))
  return { truth: byName(truth), held: byName(held) }
}

async function expectTruth(live: LiveCluster): Promise<void> {
  for (const [path, apiVersion, kind] of [
    ['/api/v1/pods', 'v1', 'Pod'],
    ['/api/v1/services', 'v1', 'Service'],
    ['/api/v1/nodes', 'v1', 'Node'],
    ['/api/v1/namespaces', 'v1', 'Namespace'],
    ['/apis/apps/v1/deployments', 'apps/v1', 'Deployment'],
    ['/apis/apps/v1/replicasets', 'apps/v1', 'ReplicaSet'],
    ['/apis/discovery.k8s.io/v1/endpointslices', 'discovery.k8s.io/v1', 'EndpointSlice'],
  ] as const) {
    await eventually(`the truth about ${kind}`, async () => {
      const { truth, held } = await compare(live, path, apiVersion, kind)
      return JSON.stringify(sorted(held)) === JSON.stringify(sorted(truth)) ? true : null
    })
  }
}

/** With the keys of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, field]) => [key, sorted(field)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

test('everything is live after the first sync, and is what the server has, also while it changes', async () => {
  const live = await watch(plane.kubeconfig)
  expect(isSettled(live)).toBe(true)
  await expectTruth(live)
  await plane.admin.apply(
    aDeployment('shop', 'web', { replicas: 6, nodeName: null }),
    aDeployment('shop', 'cart', { replicas: 2, nodeName: null }),
  )
  await expectTruth(live)
})

test('a server that is killed, forgets and comes back', async () => {
  const live = await watch(plane.kubeconfig)
  await plane.killApiServer()
  await eventually('stale kinds', () => live.kinds().every(({ state: { kind } }) => kind === 'stale' || kind === 'absent') || null)
  await plane.compact()
  await plane.startApiServer()
  await eventually('live kinds', () => isSettled(live) || null)
  await plane.admin.apply(aNamespace('after'))
  await expectTruth(live)
})

test('a definition of a custom kind that comes while we run, and goes', async () => {
  const live = await watch(plane.kubeconfig)
  const group = 'gateway.networking.k8s.io'
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `gateways.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Gateway', plural: 'gateways', singular: 'gateway', listKind: 'GatewayList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  } as KubeObject
  expect(kindOf(live, 'gateways', group).state).toEqual({ kind: 'absent' })
  await plane.admin.apply(definition)
  await plane.admin.apply({
    apiVersion: `${group}/v1`,
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: { gatewayClassName: 'x' },
  } as KubeObject)
  await eventually('a live Gateway', () => {
    const kind = kindOf(live, 'gateways', group)
    return (kind.state.kind === 'live' && kind.objects === 1) || null
  })
  await plane.admin.delete(definition)
  await eventually('no Gateways', () => kindOf(live, 'gateways', group).state.kind === 'absent' || null)
  expect(live.documents().some(({ body }) => bodyOf(body).kind === 'Gateway')).toBe(false)
})

test('a token that ends is said, and rights in one namespace are used', async () => {
  await plane.admin.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'shop' },
    rules: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['list', 'watch'] }],
  } as unknown as KubeObject)
  const token = await makeToken(plane, 'shop', 'reader')
  await plane.admin.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace: 'shop' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'shop' }],
  } as unknown as KubeObject)
  const file = join(plane.folder, 'shop-reader.token')
  writeFileSync(file, token)
  const kubeconfig = writeKubeconfig(join(plane.folder, 'shop-reader.kubeconfig'), { ...plane, credentials: { tokenFile: file } })
  const live = await watch(kubeconfig, ['shop'])
  await eventually('pods of shop', () => kindOf(live, 'pods').state.kind === 'live' || null)
  expect(kindOf(live, 'pods').scope).toEqual({ kind: 'namespaces', names: ['shop'] })
  expect(kindOf(live, 'nodes').state).toMatchObject({
    kind: 'not-permitted',
    verb: 'list',
    namespace: null,
    message: expect.stringContaining('nodes'),
  })

  await plane.admin.delete(aServiceAccount('shop', 'reader'))
  // The server asks for credentials when a watch begins; a restart ends them all.
  await plane.killApiServer()
  await plane.startApiServer()
  await eventually('refused credentials', () => {
    const { state } = kindOf(live, 'pods')
    return (state.kind === 'stale' && state.reason.includes('credentials')) || null
  })
})
