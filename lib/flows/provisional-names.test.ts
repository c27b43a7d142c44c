import { expect, test } from 'vitest'
import { IdentityHistory } from '../model/identity-history'
import { aCluster } from '../model/testing/a-cluster'
import { aPod } from '../model/testing/objects'
import { createFlowPipeline, PIPELINE_LIMITS } from './pipeline'
import { createResolver } from './resolve-flow'
import { aBatch } from './testing/a-pipeline'
import { anEnd, anObservedFlow, TEN } from './testing/an-observed-flow'

const owner = { kind: 'StatefulSet', name: 'front' }
const known = aPod({ name: 'cart', namespace: 'shop', ip: '10.0.0.2' })
const late = [
  known,
  aPod({ name: 'web', namespace: 'shop', ip: '10.0.0.1', owner }),
  aPod({ name: 'api', namespace: 'shop', ip: '10.0.0.3', owner }),
]
const byAddress = anObservedFlow({ source: anEnd({ ip: '10.0.0.1' }), destination: anEnd({ ip: '10.0.0.2' }) })
const byName = anObservedFlow({ source: anEnd({ ip: '10.0.0.3', namespace: 'shop', pod: 'api' }), destination: anEnd({ ip: '10.0.0.2' }) })

function aRunning(limit = 10) {
  const past = new IdentityHistory({ keptMs: 3_600_000, limit: 100 })
  const read = (objects: Parameters<typeof aCluster>[0], at: number) => {
    const cluster = aCluster(objects)
    past.follow(cluster, at)
    return createResolver(cluster, past.current, { past, judge: null })
  }
  let resolve = read([known], TEN - 60_000)
  const pipeline = createFlowPipeline({ resolve: (...asked) => resolve(...asked), limits: { ...PIPELINE_LIMITS, provisional: limit } })
  return {
    pipeline,
    readAgain: (at: number) => {
      resolve = read(late, at)
      return pipeline.rename(at)
    },
  }
}

test.each([0, 1_000, 4_900])('a flow that is %i ms faster than its pod is shown, and named when the pod is known', (ms) => {
  const { pipeline, readAgain } = aRunning()
  const { added } = pipeline.accept('hubble', aBatch([byAddress, byName]), TEN)
  expect(added.map(({ source }) => [source.ref, source.workload])).toEqual([
    ['ip:10.0.0.1', null],
    ['shop/api', null],
  ])
  const changed = readAgain(TEN + ms)
  expect(changed.map(({ id, source }) => [id, source.ref, source.workload])).toEqual([
    [added[0]?.id, 'shop/web', 'shop/front[StatefulSet]'],
    [added[1]?.id, 'shop/api', 'shop/front[StatefulSet]'],
  ])
  const edges = pipeline.window.edges(TEN - 1, TEN + 1).filter(({ verdicts }) => verdicts.forwarded > 0)
  expect(edges.map(({ source }) => source.workload)).toEqual(['shop/front[StatefulSet]', 'shop/front[StatefulSet]'])
  expect(pipeline.recent.get(added[0]?.id ?? '')?.source.ref).toBe('shop/web')
  expect(pipeline.provisional()).toMatchObject({ waiting: 0, renamed: 2 })
})

test('after five seconds an address stays an address', () => {
  const { pipeline, readAgain } = aRunning()
  pipeline.accept('hubble', aBatch([byAddress]), TEN)
  expect(readAgain(TEN + 5_001)).toEqual([])
  expect(pipeline.provisional()).toMatchObject({ waiting: 0, renamed: 0 })
})

test('only so many wait, the others are counted', () => {
  const { pipeline, readAgain } = aRunning(2)
  const flows = Array.from({ length: 5 }, (_, index) => ({ ...byAddress, sourcePort: 1_000 + index }))
  pipeline.accept('hubble', aBatch(flows), TEN)
  expect(pipeline.provisional()).toMatchObject({ waiting: 2, crowdedOut: 3 })
  expect(readAgain(TEN + 1)).toHaveLength(2)
})
