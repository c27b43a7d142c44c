import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aBatch, aPipeline } from './testing/a-pipeline'
import { anObservedFlow, TEN } from './testing/an-observed-flow'
import { mergeSeenTls, type SeenMutualTls, TlsSightings } from './tls-sightings'

test('a time in which nothing was stated says nothing', () => {
  const seen = new TlsSightings()
  expect(seen.between(0, 100)).toBeNull()
  seen.see(true, 50)
  expect([seen.between(0, 50), seen.between(50, 51), seen.between(51, 90)]).toEqual([null, 'all', null])
  seen.see(false, 70)
  expect([seen.between(0, 100), seen.between(60, 100)]).toEqual(['some', 'none'])
})

test('several edges together say the same in whatever order they come', () => {
  const one = fc.constantFrom<SeenMutualTls | null>('all', 'some', 'none', null)
  fc.assert(
    fc.property(one, one, one, (a, b, c) => {
      expect(mergeSeenTls(a, b)).toBe(mergeSeenTls(b, a))
      expect(mergeSeenTls(mergeSeenTls(a, b), c)).toBe(mergeSeenTls(a, mergeSeenTls(b, c)))
    }),
  )
})

test('the side of a connection that knows adds what it knows to the one that was counted', () => {
  const pipeline = aPipeline()
  const edges = () => pipeline.window.edges(TEN - 1_000, TEN + 1_000).map(({ seenMutualTls }) => seenMutualTls)
  const exchange = { key: 'a request', answer: null }
  pipeline.accept('log', aBatch([anObservedFlow({ event: 'flow', exchange })]), TEN)
  expect(edges()).toEqual([undefined])
  const inbound = anObservedFlow({ event: 'flow', exchange, direction: 'ingress', mutualTls: true, sourcePort: 1 })
  pipeline.accept('log', aBatch([inbound]), TEN)
  expect(edges()).toEqual(['all'])
  pipeline.accept('log', aBatch([anObservedFlow({ event: 'flow', sourcePort: 2, mutualTls: false })]), TEN)
  expect(edges()).toEqual(['some'])
})
