import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalAddress } from '@/lib/model/address'
import type { Cluster } from '@/lib/model/cluster'
import { isRecord } from '@/lib/model/fields'
import { buildIdentity } from '@/lib/model/identity'
import type { InputProblem } from '@/lib/model/problem'
import { formatProblem } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import { resolveDoors } from '@/lib/model/resolve-doors'
import { serviceEndpoints } from '@/lib/model/service-endpoints'
import { fixturesDir } from '@/testing/fixtures'
import { readManifests } from './manifests/read-manifests'

const root = fixturesDir()
const clusters = join(root ?? '', 'clusters')

type Loaded = { readonly cluster: Cluster; readonly problems: readonly InputProblem[] }

/** Loads files of a folder together, as one cluster. */
async function load(paths: readonly string[], defaultNamespace?: string): Promise<Loaded> {
  const read = await Promise.all(paths.map((path) => readManifests(join(clusters, path))))
  const cluster = readCluster(
    read.flatMap(({ documents }) => documents),
    { name: 'fixture', source: 'manifests', ...(defaultNamespace === undefined ? {} : { defaultNamespace }) },
  )
  return { cluster, problems: [...read.flatMap(({ problems }) => problems), ...cluster.problems] }
}

const manifestsOf = (folder: string): readonly string[] =>
  readdirSync(join(clusters, folder))
    // That file documents the format, with Services that are in no file, and is meant to be loaded by itself.
    .filter((name) => name.endsWith('.yaml') && name !== 'traefikservices.yaml')
    .map((name) => `${folder}/${name}`)

function count({ workloads, pods, services, policies }: Cluster) {
  const ofType = (type: string) => [...services.values()].filter((service) => service.type === type).length
  const networkPolicies = policies.filter(({ meta }) => meta.apiVersion === 'networking.k8s.io/v1').length
  return {
    workloads: workloads.size,
    pods: pods.size,
    services: services.size,
    clusterIp: ofType('ClusterIP'),
    nodePort: ofType('NodePort'),
    loadBalancer: ofType('LoadBalancer'),
    networkPolicies,
  }
}

/** Services that are no alias and have nothing behind them. */
const dead = (cluster: Cluster) =>
  [...cluster.services.values()]
    .filter((service) => service.type !== 'ExternalName' && serviceEndpoints(cluster, service).length === 0)
    .map((service) => `${service.namespace}/${service.name}`)
    .filter((name) => name !== 'default/kubernetes')
    .sort()

const doorProblems = (cluster: Cluster, code: string) =>
  resolveDoors(cluster).flatMap((door) => door.problems.filter((problem) => problem.code === code).map((problem) => problem.message))

const errors = ({ problems }: Loaded) => problems.filter((problem) => problem.severity === 'error').map(formatProblem)

describe.skipIf(root === null)('clusters from manifests', () => {
  test.each([
    ['online-boutique', { workloads: 12, services: 12, clusterIp: 11, loadBalancer: 1, networkPolicies: 13 }, []],
    ['sock-shop', { workloads: 24, pods: 30, services: 21, clusterIp: 17, nodePort: 4, networkPolicies: 13 }, []],
    ['bookinfo-istio', { services: 11, nodePort: 1 }, []],
    ['calico-stars', { workloads: 7, services: 7, nodePort: 1, networkPolicies: 6 }, []],
    ['podtato-head', { workloads: 6, services: 6, loadBalancer: 1, networkPolicies: 0 }, []],
    [
      'kube-prometheus',
      { workloads: 6, pods: 9, services: 8, networkPolicies: 8 },
      ['monitoring/alertmanager-main', 'monitoring/prometheus-k8s'],
    ],
    ['cilium-starwars', { services: 1, pods: 6 }, []],
    ['istio-egress', { services: 1, networkPolicies: 1 }, []],
    ['traefik', { services: 6, loadBalancer: 1 }, ['other-ns/whoami']],
    // From manifests alone `argocd-redis-ha-announce-*` select a label that only the StatefulSet controller adds. The
    // pods that a StatefulSet stands for carry that label, so they have their endpoint here as they have it live.
    ['stateful-headless', { services: 9, nodePort: 1 }, []],
    ['emojivoto-linkerd', { services: 5 }, ['emojivoto/web-apex']],
  ])('%s has the numbers of its description', async (folder, numbers, withoutEndpoints) => {
    const loaded = await load(manifestsOf(folder))
    expect(count(loaded.cluster)).toMatchObject(numbers)
    expect(dead(loaded.cluster)).toEqual(withoutEndpoints)
    expect(doorProblems(loaded.cluster, 'service-missing')).toEqual([])
    expect(doorProblems(loaded.cluster, 'port-missing')).toEqual([])
    expect(errors(loaded)).toEqual([])
  })

  test('argocd belongs in the namespace that it is applied to', async () => {
    const { cluster } = await load(manifestsOf('argocd'), 'argocd')
    expect(count(cluster)).toMatchObject({ workloads: 7, services: 8, networkPolicies: 7 })
    expect([...cluster.namespaces.keys()]).toEqual(['argocd'])
    expect(dead(cluster)).toEqual([])
  })

  test('sock-shop: host ports, node exporter on the host network, two headless Services', async () => {
    const { cluster } = await load(manifestsOf('sock-shop'))
    const exporter = resolveDoors(cluster).find((door) => door.kind === 'HostNetwork')
    expect(exporter).toMatchObject({ name: 'node-exporter', ports: [{ port: 9100 }] })
    expect([...cluster.services.values()].filter((service) => service.headless)).toHaveLength(2)
  })

  test('bookinfo-istio: one Ingress with five paths', async () => {
    const { cluster } = await load(manifestsOf('bookinfo-istio'))
    expect(cluster.ingresses.map((ingress) => ingress.rules.length)).toEqual([5])
    const reviews = cluster.services.get('svc:default/reviews' as never)
    const owners = new Set((reviews ? serviceEndpoints(cluster, reviews) : []).map(({ pod }) => pod && cluster.pods.get(pod)?.workload))
    expect([...owners].sort()).toEqual([
      'default/reviews-v1[Deployment]',
      'default/reviews-v2[Deployment]',
      'default/reviews-v3[Deployment]',
    ])
  })

  test('ingress-nginx: seven Ingresses, eight paths, three claims of one, three secrets missing, one host refused', async () => {
    const { cluster } = await load(manifestsOf('ingress-nginx'))
    expect(cluster.ingresses).toHaveLength(7)
    expect(cluster.ingresses.flatMap((ingress) => ingress.rules)).toHaveLength(8)
    expect(doorProblems(cluster, 'rule-conflict')).toHaveLength(3)
    expect(doorProblems(cluster, 'secret-missing').map((message) => message.split(' ')[2])).toEqual([
      'default/tls-secret',
      'default/foobar',
      'default/barbaz',
    ])
    expect(doorProblems(cluster, 'host-invalid')[0]).toContain('registry.<your domain>')
    const controller = resolveDoors(cluster).find((door) => door.kind === 'LoadBalancer')
    expect(controller?.facts).toContainEqual({ name: 'externalTrafficPolicy', value: 'Local' })
  })

  test('dual-stack: thirteen Services when each file has its own namespace', async () => {
    // Three files hold the same names and are meant for a namespace each.
    const own = ['dual-stack', 'ipv4', 'ipv6']
    const shared = manifestsOf('dual-stack').filter((path) => !path.includes('tcp-echo-'))
    const loaded = await Promise.all([load(shared), ...own.map((namespace) => load([`dual-stack/tcp-echo-${namespace}.yaml`], namespace))])
    expect(loaded.reduce((sum, { cluster }) => sum + cluster.services.size, 0)).toBe(13)
    expect(loaded.flatMap(({ cluster }) => dead(cluster))).toEqual([
      'default/my-service-default',
      'default/my-service-ipv6',
      'default/my-service-lb',
      'default/my-service-prefer',
      'default/my-service-prefer-v6-v4',
    ])
    const policies = loaded.flatMap(({ cluster }) => [...cluster.services.values()].map((service) => service.ipFamilyPolicy))
    expect(policies).toContain('RequireDualStack')
  })

  test('gateway-api: every backend Service is missing, and most certificates', async () => {
    let backends = 0
    for (const path of manifestsOf('gateway-api')) {
      const { cluster } = await load([path])
      expect(cluster.services.size).toBe(0)
      const targets = resolveDoors(cluster).flatMap((door) => door.targets.filter((target) => target.kind === 'service'))
      expect(targets.every((target) => !target.works)).toBe(true)
      backends += targets.length
    }
    expect(backends).toBeGreaterThan(10)
    const { cluster } = await load(['gateway-api/reference-grant.yaml'])
    expect(cluster.referenceGrants).toHaveLength(2)
    expect((await load(['gateway-api/listenerset.yaml'])).cluster.listenerSets).toHaveLength(2)
  })

  test('traefik: one alias, one class that is not its own', async () => {
    const { cluster } = await load(manifestsOf('traefik').filter((path) => !path.endsWith('traefikservices.yaml')))
    expect([...cluster.services.values()].filter((service) => service.externalName !== null)).toHaveLength(1)
    expect([...cluster.ingressClasses.values()].filter((ingressClass) => !ingressClass.controller.startsWith('traefik.io/'))).toHaveLength(
      1,
    )
  })

  test('cilium-starwars: a node selector with a boolean stays as it was written', async () => {
    const { cluster } = await load(manifestsOf('cilium-starwars'))
    const gateway = cluster.others.find(({ meta }) => meta.kind === 'CiliumEgressGatewayPolicy')
    expect(JSON.stringify(gateway?.body)).toContain('"egress-node":true')
  })

  test.each(readdirSync(root === null ? '.' : clusters).filter((name) => name.startsWith('cni-')))(
    '%s is read without an error',
    async (folder) => {
      for (const path of manifestsOf(folder)) expect(errors(await load([path]))).toEqual([])
    },
  )
})

describe.skipIf(root === null)('clusters recorded live, with the base cluster', () => {
  test.each([
    ['argocd', []],
    ['bookinfo-istio', []],
    ['calico-stars', []],
    ['cilium-starwars', []],
    [
      'dual-stack',
      [
        'default/my-service-default',
        'default/my-service-ipv6',
        'default/my-service-lb',
        'default/my-service-prefer',
        'default/my-service-prefer-v6-v4',
      ],
    ],
    ['emojivoto-linkerd', []],
    ['ingress-nginx', []],
    ['istio-egress', []],
    ['kube-prometheus', ['monitoring/alertmanager-main', 'monitoring/prometheus-k8s']],
    ['online-boutique', []],
    ['podtato-head', []],
    ['sock-shop', []],
    ['stateful-headless', []],
    ['traefik', ['other-ns/whoami']],
  ])(
    '%s: every object has its uid, every pod is found by its address, and the dead Services are the known ones',
    async (folder, withoutEndpoints) => {
      const loaded = await load(['base-cluster/live.json', `${folder}/live.json`])
      const { cluster } = loaded
      expect(errors(loaded)).toEqual([])
      expect(dead(cluster)).toEqual(withoutEndpoints)
      expect(cluster.nodes.size).toBe(3)
      expect([...cluster.namespaces.values()].filter((namespace) => namespace.isImplied).map(({ name }) => name)).toEqual([])
      for (const pod of cluster.pods.values()) expect([pod.isImplied, pod.meta.uid]).toEqual([false, expect.any(String)])

      const identity = buildIdentity(cluster)
      for (const pod of cluster.pods.values()) {
        // The address of a pod that has ended is free again.
        if (pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
        for (const ip of pod.ips) {
          expect(ip).toBe(canonicalAddress(ip))
          const match = identity.byAddress(ip, null)
          expect(match).toMatchObject({
            kind: 'certain',
            candidate: pod.hostNetwork ? { kind: 'node', node: pod.nodeName } : { kind: 'pod', pod: pod.ref },
          })
        }
      }
      for (const service of cluster.services.values()) {
        for (const ip of service.clusterIps) {
          expect(identity.byAddress(ip, service.ports[0]?.port ?? null)).toMatchObject({
            candidate: { kind: 'service', service: service.ref },
          })
        }
        const fromSlices = serviceEndpoints(cluster, service)
        for (const endpoint of fromSlices) expect(endpoint.from).toBe('slices')
      }
    },
  )

  test('the selector alone finds the endpoints that the controllers wrote', async () => {
    for (const folder of [
      'online-boutique',
      'sock-shop',
      'argocd',
      'stateful-headless',
      'bookinfo-istio',
      'dual-stack',
      'kube-prometheus',
    ]) {
      const { cluster } = await load([`${folder}/live.json`])
      const withoutSlices: Cluster = { ...cluster, endpointSlices: [] }
      for (const service of cluster.services.values()) {
        if (service.selector === null) continue
        const digest = (of: Cluster) =>
          serviceEndpoints(of, service)
            .map(({ pod, ready, ports }) => JSON.stringify([pod, ready, service.headless ? null : ports.map((port) => port.port)]))
            .sort()
        expect([service.ref, digest(withoutSlices)]).toEqual([service.ref, digest(cluster)])
      }
    }
  })

  test('dual-stack: an endpoint has one address of each family', async () => {
    const { cluster } = await load(['dual-stack/live.json'])
    const service = cluster.services.get('svc:dual-stack/tcp-echo' as never)
    const families = (service ? serviceEndpoints(cluster, service) : []).map(({ addresses }) =>
      addresses.map((address) => address.includes(':')).sort(),
    )
    expect(families).toEqual([[false, true]])
  })

  test('live workloads are those of the manifests', async () => {
    const live = await load(['online-boutique/live.json'])
    const written = await load(manifestsOf('online-boutique'))
    expect([...live.cluster.workloads.keys()].sort()).toEqual([...written.cluster.workloads.keys()].sort())
  })

  test('a folder with manifests and a recording of the same objects is one cluster', async () => {
    const { cluster } = await load(['online-boutique'])
    // The recording also holds the Service of the API server.
    expect(count(cluster)).toMatchObject({ workloads: 12, pods: 12, services: 13, networkPolicies: 13 })
    expect([...cluster.pods.values()].some((pod) => pod.isImplied)).toBe(false)
  })

  test('the lists at the start of a recorded rollout are read', async () => {
    const { documents } = await readManifests(join(clusters, 'watch-rollout/lists.json'))
    const lists = documents.flatMap(({ body }) => (isRecord(body) ? Object.values(body) : []))
    const cluster = readCluster(
      lists.map((body) => ({ body, origin: null })),
      { name: 'rollout', source: 'live' },
    )
    expect(cluster.problems).toEqual([])
    expect([cluster.pods.size > 0, cluster.services.size > 0, cluster.endpointSlices.length > 0]).toEqual([true, true, true])
  })
})
