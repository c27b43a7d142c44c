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
  expect(pipeline.provisional()).toMatchObject({ waiting: 2, renamed: 2 })
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

test('a flow named by who held its address is named again when the watch tells that others did', () => {
  const past = new IdentityHistory({ keptMs: 3_600_000, limit: 100 })
  const read = (objects: Parameters<typeof aCluster>[0], at: number) => {
    const cluster = aCluster(objects)
    past.follow(cluster, at)
    return createResolver(cluster, past.current, { past, judge: null })
  }
  const api = aPod({ name: 'api', namespace: 'shop', ip: '10.0.0.9', owner: { kind: 'StatefulSet', name: 'api' } })
  const old = aPod({ name: 'old', namespace: 'shop', ip: '10.0.0.1', owner })
  const next = aPod({ name: 'next', namespace: 'shop', ip: '10.0.0.1', owner: { kind: 'StatefulSet', name: 'back' } }) as {
    readonly metadata: object
  }
  const made = { ...next, metadata: { ...next.metadata, creationTimestamp: new Date(TEN - 4_000).toISOString() } }
  let resolve = read([api, old], TEN - 60_000)
  const pipeline = createFlowPipeline({ resolve: (...asked) => resolve(...asked), past })
  const flow = anObservedFlow({ source: anEnd({ ip: '10.0.0.1' }), destination: anEnd({ ip: '10.0.0.9' }) })
  const untouched = { ...flow, source: anEnd({ ip: '10.0.0.9' }), destination: anEnd({ ip: '10.0.0.9' }) }
  // The way round is a guess, which a second record corrects.
  const turned = { ...flow, source: flow.destination, destination: flow.source, port: 40_001, sourcePort: 80, guessedOrder: true }
  const { added } = pipeline.accept('stated', aBatch([flow, untouched, turned, { ...flow, sourcePort: 40_001, phase: 'later' }]), TEN)
  expect(added.map(({ source }) => source.ref)).toEqual(['shop/old', 'shop/api', 'shop/old'])

  // The old one went at an unknown moment of the last seconds.
  resolve = read([api, made], TEN + 1_000)
  const changed = pipeline.rename(TEN + 1_000)
  expect(changed.map(({ source, destination, port }) => [source.ref, source.candidates, destination.ref, port])).toEqual([
    ['ip:10.0.0.1', ['shop/old', 'shop/next'], 'shop/api', 80],
    ['ip:10.0.0.1', ['shop/old', 'shop/next'], 'shop/api', 80],
  ])
  expect(pipeline.byAddress()).toMatchObject({ waiting: 3, renamed: 2, crowdedOut: 0 })
  resolve = read([api, made], TEN + 6_000)
  expect(pipeline.rename(TEN + 6_000)).toEqual([])
  expect(pipeline.byAddress()).toMatchObject({ waiting: 0 })
})
