import fc from 'fast-check'
import { expect, test } from 'vitest'
import { platformDocument } from '@/lib/api/platform-document'
import { detectFindings } from '@/lib/detect/detect-findings'
import { buildTopology } from '@/lib/graph/build-topology'
import { WHOLE_CLUSTER } from '@/lib/graph/view'
import { buildIdentity } from '@/lib/model/identity'
import { project } from '@/lib/model/projection/project'
import { FULL_OBJECTS } from '@/lib/model/projection/testing/full-objects'
import { resolveDoors } from '@/lib/model/resolve-doors'
import { aPod, aService } from '@/lib/model/testing/objects'
import { mutate, mutations } from '@/testing/faults/mutate-object'
import { compileCluster } from './cluster-state'

const HEALTHY = [
  aPod({ name: 'healthy', namespace: 'healthy', ip: '10.9.9.9', labels: { app: 'healthy' } }),
  aService({ name: 'healthy', namespace: 'healthy', spec: { selector: { app: 'healthy' } } }),
]
const LEVELS = ['namespace', 'workload', 'pod'] as const

const poisoned = fc
  .nat({ max: FULL_OBJECTS.length - 1 })
  .chain((index) => mutations(FULL_OBJECTS[index]).map((mutation) => ({ index, mutation })))

test('a poison object costs at most itself: all that is made of a cluster is made of the others all the same', () => {
  fc.assert(
    fc.property(poisoned, ({ index, mutation }) => {
      const objects = [...FULL_OBJECTS.map((object, at) => (at === index ? mutate(object, mutation) : object)), ...HEALTHY]
      const documents = objects.map((object) => ({ body: project(JSON.parse(JSON.stringify(object))), origin: null }))
      const { cluster, engine, index: graph } = compileCluster({ documents, problems: [], name: 'poisoned', source: 'live' }, 1, 0)
      expect(cluster.pods.get('healthy/healthy' as never)?.ips).toEqual(['10.9.9.9'])
      expect(buildIdentity(cluster).byAddress('10.9.9.9', null)).not.toBeNull()
      resolveDoors(cluster)
      detectFindings(cluster, engine)
      platformDocument(cluster)
      for (const level of LEVELS) {
        const { nodes } = buildTopology({ index: graph, flowEdges: [], view: { ...WHOLE_CLUSTER, level }, filter: null, at: 0 })
        expect(nodes.some(({ name }) => name === 'healthy')).toBe(true)
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    }),
    { numRuns: Number(process.env.POISON_RUNS ?? 100) },
  )
}, 120_000)
