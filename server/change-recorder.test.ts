import { expect, test } from 'vitest'
import type { Cluster } from '@/lib/model/cluster'
import { aNamespace, anObject, aPod } from '@/lib/model/testing/objects'
import { ChangeRecorder } from './change-recorder'
import { type ClusterState, compileCluster } from './cluster-state'
import { ManualClock } from './testing/manual-clock'

const HOUR = 3_600_000
const policy = (namespace: string) =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', { name: 'all', namespace, spec: { podSelector: {} } })
const OBJECTS = ['pay', 'shop'].flatMap((name) => [aNamespace({ name }), aPod({ name: 'web', namespace: name })])

function aReading(objects: readonly object[], unread: Cluster['unread'] = new Map(), previous: ClusterState | null = null): ClusterState {
  const documents = objects.map((body) => ({ body, origin: null }))
  return compileCluster({ documents, problems: [], name: 'test', source: 'live', unread }, (previous?.revision ?? 0) + 1, 0, previous)
}

function aRecorder() {
  const clock = new ManualClock(0)
  const recorder = new ChangeRecorder(clock, HOUR)
  const logged = () => recorder.log.page({ from: null, to: null, matches: () => true, limit: 100 }).changes
  return { clock, recorder, logged }
}

test('what may be looked at only now has not come just now', () => {
  const key = 'networking.k8s.io/NetworkPolicy'
  const readIn = (...namespaces: readonly string[]): Cluster['unread'] => new Map([[key, new Set(namespaces)]])
  const { recorder, logged } = aRecorder()
  const nowhere = aReading(OBJECTS, readIn())
  const inShop = aReading([...OBJECTS, policy('shop')], readIn('shop'), nowhere)
  const everywhere = aReading([...OBJECTS, policy('shop'), policy('pay')], new Map(), inShop)
  recorder.take(nowhere, inShop)
  recorder.take(inShop, everywhere)
  recorder.take(everywhere, aReading([...OBJECTS, policy('shop')], readIn('shop'), everywhere))
  expect(logged()).toEqual([])
  // What could be looked at all the time has changed.
  recorder.take(inShop, aReading(OBJECTS, readIn('shop', 'pay'), inShop))
  expect(logged()).toMatchObject([{ type: 'removed', ref: 'NetworkPolicy:shop/all' }])
})

test('a comparison that fails is told with the changes, and the next one is made', () => {
  const { clock, recorder, logged } = aRecorder()
  const before = aReading(OBJECTS)
  const after = aReading([...OBJECTS, policy('shop')], new Map(), before)
  let isBroken = false
  const engine: ClusterState['engine'] = {
    ...after.engine,
    get compiled() {
      if (isBroken) throw new Error('broken')
      return after.engine.compiled
    },
  }
  recorder.take(before, { ...after, engine })
  isBroken = true
  clock.advance(2_000)
  expect(logged().map((change) => recorder.log.effectOf(change).verdicts)).toEqual([
    { state: 'not-computed', reason: 'the comparison failed' },
  ])
  recorder.take(before, { ...after, revision: after.revision + 1 })
  clock.advance(2_000)
  expect(logged().map((change) => recorder.log.effectOf(change).verdicts.state)).toEqual(['computed', 'not-computed'])
})
