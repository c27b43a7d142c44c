import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildTopology } from '@/lib/graph/build-topology'
import { WHOLE_CLUSTER } from '@/lib/graph/view'
import { fixturesDir } from '@/testing/fixtures'
import { compileCluster } from './cluster-state'
import { readManifests } from './kubernetes/manifests/read-manifests'

const fixtures = fixturesDir()

describe.skipIf(fixtures === null)('the map of a recorded cluster', () => {
  test('shows the workloads, the Services, the way in and what the policies allow', async () => {
    const path = join(fixtures ?? '', 'clusters', 'online-boutique')
    const files = await Promise.all(['app.yaml', 'networkpolicies.yaml'].map((file) => readManifests(join(path, file))))
    const documents = files.flatMap((file) => file.documents)
    const { index } = compileCluster({ documents, problems: [], name: 'online-boutique', source: 'manifests' }, 1, 0)
    const view = { ...WHOLE_CLUSTER, level: 'workload' as const, show: ['unused'] as const }
    const { nodes, edges } = buildTopology({ index, flowEdges: [], view, filter: null, at: 0 })
    const count = (kind: string) => nodes.filter((node) => node.kind === kind).length
    expect([count('workload'), count('service'), count('entry')]).toEqual([12, 12, 1])
    expect(edges.filter(({ state }) => state === 'allowed-unused')).toHaveLength(26)
    expect(edges.filter(({ relation }) => relation === 'selects')).toHaveLength(12)
    for (const node of nodes.filter(({ kind }) => kind === 'workload')) {
      expect(node.badges).toContainEqual({ id: 'isolated', value: 'both' })
    }
  })
})
