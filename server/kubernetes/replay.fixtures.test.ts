import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { ServiceRef } from '@/lib/model/names'
import { project } from '@/lib/model/projection/project'
import { comparable } from '@/lib/model/projection/testing/comparable'
import { readCluster } from '@/lib/model/read-cluster'
import { serviceEndpoints } from '@/lib/model/service-endpoints'
import type { SourceDocument } from '@/lib/model/source-document'
import { type FakeApi, startFakeApi } from '@/testing/fake-api/fake-api'
import type { KubernetesObject } from '@/testing/fake-api/kubernetes-object'
import { recordedObjects } from '@/testing/fake-api/recorded-objects'
import { type ReflectorWatcher, startReflector } from '@/testing/faults/reflector-watcher'
import { until } from '@/testing/faults/run-scenario'
import { fixturesDir } from '@/testing/fixtures'

const root = fixturesDir()
const read = <T>(path: string): T => JSON.parse(readFileSync(join(root ?? '', 'clusters', path), 'utf8'))

type Started = { readonly api: FakeApi; readonly watcher: ReflectorWatcher }
const started: Started[] = []

afterEach(async () => {
  for (const { watcher, api } of started.splice(0)) {
    watcher.stop()
    await api.stop()
  }
})

async function watch(objects: readonly KubernetesObject[]): Promise<Started> {
  const api = await startFakeApi({ objects })
  const watcher = startReflector(api)
  started.push({ api, watcher })
  await watcher.cluster.firstSync
  return { api, watcher }
}

/** What a live cluster should hold of what the server has: every object of the kinds that are watched, reduced. */
function truth({ api, watcher }: Started): readonly SourceDocument[] {
  const watched = new Set(watcher.cluster.kinds().map(({ group, resource }) => `${group}/${resource}`))
  return api.objects
    .kinds()
    .filter(({ group, plural }) => watched.has(`${group}/${plural}`))
    .flatMap((kind) => api.objects.list(kind))
    .map((body) => ({ body: structuredClone(body), origin: null }))
}

function inOrder(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  return [...documents].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

function nameOf({ body }: SourceDocument): string {
  const { apiVersion, kind, metadata } = body as KubernetesObject
  return [apiVersion, kind, metadata.namespace, metadata.name].join(' ')
}

const clusterOf = (documents: readonly SourceDocument[]) => readCluster(inOrder(documents), { name: 'replay', source: 'live' })
const reduced = (documents: readonly SourceDocument[]) => inOrder(documents).map(({ body }) => project(body))

const isInStep = (run: Started) => JSON.stringify(reduced(run.watcher.cluster.documents())) === JSON.stringify(reduced(truth(run)))

describe.skipIf(root === null)('recorded clusters, read through an API server', () => {
  test.each([
    ['argocd', []],
    ['bookinfo-istio', []],
    ['calico-stars', []],
    ['cilium-starwars', []],
    ['dual-stack', ['default', 'ipv6', 'lb', 'prefer', 'prefer-v6-v4'].map((name) => `default/my-service-${name}`)],
    ['emojivoto-linkerd', []],
    ['ingress-nginx', []],
    ['istio-egress', []],
    ['kube-prometheus', ['monitoring/alertmanager-main', 'monitoring/prometheus-k8s']],
    ['online-boutique', []],
    ['podtato-head', []],
    ['sock-shop', []],
    ['stateful-headless', []],
    ['traefik', ['other-ns/whoami']],
  ])('%s is the cluster that was recorded', async (folder, withoutEndpoints) => {
    const objects = recordedObjects(read('base-cluster/live.json'), read(`${folder}/live.json`))
    const run = await watch(objects)
    const { cluster } = run.watcher
    expect(cluster.problems()).toEqual([])
    expect(cluster.kinds().map(({ state }) => state.kind)).not.toContain('stale')
    expect(await until(() => cluster.kinds().every(({ state: { kind } }) => kind === 'live' || kind === 'absent'), 5_000)).toBe(true)
    const live = clusterOf(cluster.documents())
    expect(comparable(live)).toEqual(comparable(clusterOf(truth(run))))
    expect(live.problems.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(live.nodes.size).toBe(3)
    expect(live.pods.size).toBe(objects.filter(({ kind }) => kind === 'Pod').length)
    const dead = [...live.services.values()].filter(
      (service) => service.type !== 'ExternalName' && serviceEndpoints(live, service).length === 0,
    )
    const names = dead.map(({ namespace, name }) => `${namespace}/${name}`).filter((name) => name !== 'default/kubernetes')
    expect(names.sort()).toEqual(withoutEndpoints)
  })
})

type RecordedEvent = { readonly t: number; readonly resource: string; readonly type: string; readonly object: KubernetesObject }
type Step = { readonly t: number; readonly step: string }
const KINDS = new Map([
  ['pods', { apiVersion: 'v1', kind: 'Pod' }],
  ['services', { apiVersion: 'v1', kind: 'Service' }],
  ['endpointslices', { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }],
])

describe.skipIf(root === null)('a recorded rollout, event by event', () => {
  test('what is held is what the server has after every step, and says what the step did', async () => {
    const lists = read<Record<string, { items: KubernetesObject[] }>>('watch-rollout/lists.json')
    const objects = Object.entries(lists).flatMap(([resource, { items }]) => items.map((item) => ({ ...item, ...KINDS.get(resource) })))
    const run = await watch(objects)
    const lines = readFileSync(join(root ?? '', 'clusters/watch-rollout/watch.jsonl'), 'utf8')
      .trim()
      .split('\n')
    const events: RecordedEvent[] = lines.map((line) => JSON.parse(line))
    const steps = read<Step[]>('watch-rollout/steps.json')
    const seen = new Map<string, unknown>()
    for (const [index, { t, step }] of steps.entries()) {
      const end = steps[index + 1]?.t ?? Number.POSITIVE_INFINITY
      for (const event of events.filter((candidate) => candidate.t >= t && candidate.t < end)) replay(run.api, event)
      expect([step, await until(() => isInStep(run), 5_000)]).toEqual([step, true])
      seen.set(step, stateOf(run))
    }
    expect(seen).toEqual(
      new Map([
        ['scale up', { hat: [4, 4, 4], entry: [2, 2, 2] }],
        ['rolling update', { hat: [4, 4, 4], entry: [2, 2, 2] }],
        ['pod not ready', { hat: [4, 3, 3], entry: [2, 2, 2] }],
        ['pod ready again', { hat: [4, 4, 4], entry: [2, 2, 2] }],
        ['selector matches nothing', { hat: [4, 0, 0], entry: [2, 2, 2] }],
        ['selector repaired', { hat: [4, 4, 4], entry: [2, 2, 2] }],
        ['named targetPort nobody has', { hat: [4, 4, 0], entry: [2, 2, 2] }],
        ['publishNotReadyAddresses', { hat: [4, 4, 0], entry: [2, 2, 2] }],
        ['delete service', { hat: [4, null], entry: [2, 2, 2] }],
        ['scale to zero', { hat: [4, null], entry: [0, 0, 0] }],
        ['wait for bookmarks', { hat: [4, null], entry: [0, 0, 0] }],
      ]),
    )
    expect(run.watcher.kind('pods')).toMatchObject({ relists: 0, leftOut: 0, events: count(events, 'pods') })
    expect(run.watcher.kind('endpointslices')).toMatchObject({ relists: 0, leftOut: 0, events: count(events, 'endpointslices') })
  })
})

function replay(api: FakeApi, { resource, type, object }: RecordedEvent): void {
  if (type === 'BOOKMARK') api.sendBookmarks()
  else if (type === 'DELETED') api.objects.delete({ ...object, ...KINDS.get(resource) })
  else api.objects.put({ ...object, ...KINDS.get(resource) })
}

function count(events: readonly RecordedEvent[], resource: string): number {
  return events.filter((event) => event.resource === resource && event.type !== 'BOOKMARK').length
}

/** Pods, ready endpoints and those of them with a port, of both workloads; null without a Service. */
function stateOf({ watcher }: Started) {
  const cluster = clusterOf(watcher.cluster.documents())
  const of = (name: string) => {
    const pods = [...cluster.pods.values()].filter(({ labels }) => labels.get('component') === `podtato-head-${name}`)
    const service = cluster.services.get(`svc:rollout/podtato-head-${name}` as ServiceRef)
    if (service === undefined) return [pods.length, null]
    const ready = serviceEndpoints(cluster, service).filter((endpoint) => endpoint.ready)
    return [pods.length, ready.length, ready.filter(({ ports }) => ports.some(({ port }) => port !== null)).length]
  }
  return { hat: of('hat'), entry: of('entry') }
}
