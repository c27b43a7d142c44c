import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildTopology } from '@/lib/graph/build-topology'
import { WHOLE_CLUSTER } from '@/lib/graph/view'
import { fixturesDir } from '@/testing/fixtures'
import { compileCluster } from './cluster-state'
import { readManifests } from './kubernetes/manifests/read-manifests'

const fixtures = fixturesDir()

/** How many workloads of an application have a shield, and how many of these are hollow, beside a plugin's own manifests. */
async function shieldsUnder(plugin: string | null): Promise<{ shields: number; hollow: number }> {
  const clusters = join(fixtures ?? '', 'clusters')
  const application = join(clusters, 'online-boutique')
  const paths = [join(application, 'app.yaml'), join(application, 'networkpolicies.yaml')]
  if (plugin !== null) paths.push(join(clusters, plugin))
  const files = await Promise.all(paths.map((path) => readManifests(path)))
  const documents = files.flatMap((file) => file.documents)
  const { index } = compileCluster({ documents, problems: [], name: 'test', source: 'manifests' }, 1, 0)
  const view = { ...WHOLE_CLUSTER, level: 'workload' as const, namespaces: ['default'] }
  const { nodes } = buildTopology({ index, flowEdges: [], view, filter: null, at: 0 })
  const shields = nodes.filter(({ badges }) => badges.some(({ id, value }) => id === 'isolated' && value !== 'none'))
  const hollow = shields.filter(({ badges }) => badges.some(({ id }) => id === 'not-enforced'))
  return { shields: shields.length, hollow: hollow.length }
}

describe.skipIf(fixtures === null)('the shields of an application beside real manifests of network plugins', () => {
  test.each(['cni-flannel', 'cni-aws-vpc'])('are hollow beside %s, which enforces nothing', async (plugin) => {
    const { shields, hollow } = await shieldsUnder(plugin)
    expect(shields).toBeGreaterThan(0)
    expect(hollow).toBe(shields)
  })

  test.each(['cni-calico', 'cni-canal', 'cni-cilium', 'cni-kube-router', 'cni-antrea', null])('are solid beside %s', async (plugin) => {
    const { shields, hollow } = await shieldsUnder(plugin)
    expect(shields).toBeGreaterThan(0)
    expect(hollow).toBe(0)
  })
})
