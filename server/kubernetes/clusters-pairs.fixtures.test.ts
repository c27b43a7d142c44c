import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Cluster } from '@/lib/model/cluster'
import { readCluster } from '@/lib/model/read-cluster'
import { compilePolicies } from '@/lib/policy/engine'
import { fixturesDir } from '@/testing/fixtures'
import { readManifests } from './manifests/read-manifests'

const root = fixturesDir()

async function load(folder: string, defaultNamespace = 'default'): Promise<Cluster> {
  const dir = join(root ?? '', 'clusters', folder)
  const names = readdirSync(dir).filter((name) => name.endsWith('.yaml'))
  const read = await Promise.all(names.map((name) => readManifests(join(dir, name))))
  const cluster = readCluster(
    read.flatMap(({ documents }) => documents),
    { name: folder, source: 'manifests', defaultNamespace },
  )
  // The numbers count what `networking.k8s.io` policies let through; other families stand beside them.
  return { ...cluster, policies: cluster.policies.filter(({ meta }) => meta.apiVersion === 'networking.k8s.io/v1') }
}

/** Ordered pairs of workloads off the host network that may talk on at least one port, and all such pairs. */
function pairs(cluster: Cluster) {
  const ends = [...cluster.workloads.values()].filter(({ pods }) => pods.some((pod) => cluster.pods.get(pod)?.hostNetwork === false))
  const refs = new Set<string>(ends.map(({ ref }) => ref))
  const { connections } = compilePolicies(cluster, { profile: 'kubernetes' }).connectivity('workload', { external: false })
  const allowed = connections.filter(({ src, dst }) => src !== dst && refs.has(src) && refs.has(dst))
  return { allowed: allowed.length, all: refs.size * (refs.size - 1), connections: allowed }
}

describe.skipIf(root === null)('pairs of workloads that the policies let talk', () => {
  test.each([
    ['online-boutique', 26, 132],
    ['sock-shop', 231, 506],
    ['calico-stars', 29, 42],
    ['podtato-head', 30, 30],
    ['kube-prometheus', 4, 20],
  ])('%s: %i of %i', async (folder, allowed, all) => {
    expect(pairs(await load(folder))).toMatchObject({ allowed, all })
  })

  test('argocd: 39 of 42', async () => {
    expect(pairs(await load('argocd', 'argocd'))).toMatchObject({ allowed: 39, all: 42 })
  })

  test('online-boutique: every workload is isolated both ways, and nobody may open a connection to loadgenerator', async () => {
    const cluster = await load('online-boutique')
    const engine = compilePolicies(cluster)
    for (const pod of cluster.pods.keys()) {
      const { ingress, egress } = engine.isolation(pod)
      expect([pod, ingress.length > 0, egress.length > 0]).toEqual([pod, true, true])
    }
    expect(pairs(cluster).connections.filter(({ dst }) => dst === 'default/loadgenerator[Deployment]')).toEqual([])
    const fromOutside = engine.connectivity('workload').connections.filter(({ src }) => src.startsWith('ip:'))
    expect([...new Set(fromOutside.map(({ dst }) => dst))]).toEqual(['default/frontend[Deployment]'])
  })

  test('argocd: every workload is isolated for ingress, and only argocd-server is open to the outside', async () => {
    const engine = compilePolicies(await load('argocd', 'argocd'))
    const fromOutside = engine.connectivity('workload').connections.filter(({ src }) => src.startsWith('ip:'))
    expect([...new Set(fromOutside.map(({ dst }) => dst))]).toEqual(['argocd/argocd-server[Deployment]'])
  })

  test('sock-shop: four workloads are cut off by policies that admit nobody', async () => {
    const cluster = await load('sock-shop')
    const { connections } = pairs(cluster)
    for (const name of ['carts', 'carts-db', 'queue-master', 'session-db']) {
      expect([name, connections.filter(({ dst }) => dst === `sock-shop/${name}[Deployment]`).length]).toEqual([name, 0])
    }
  })

  test('policies that select nothing are known', async () => {
    const nothing = async (folder: string) => {
      const { policies } = compilePolicies(await load(folder))
      return policies.filter(({ subjectCount }) => subjectCount === 0).map(({ name }) => name)
    }
    expect(await nothing('sock-shop')).toEqual(['cart-access'])
    // node-exporter runs on the host network, where policies select nothing; the other two wait for an operator.
    expect((await nothing('kube-prometheus')).sort()).toEqual(['alertmanager-main', 'node-exporter', 'prometheus-k8s'])
  })
})
