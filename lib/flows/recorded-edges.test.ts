import { expect, test } from 'vitest'
import { buildIdentity } from '../model/identity'
import { aCluster } from '../model/testing/a-cluster'
import { isBalanced } from './ledger'
import { RecordedEdges, type RecordingLimits } from './recorded-edges'
import { aBatch } from './testing/a-pipeline'
import { anEnd, anObservedFlow, TEN } from './testing/an-observed-flow'

function record(flows: readonly Parameters<typeof anObservedFlow>[0][], limits?: RecordingLimits): RecordedEdges {
  const cluster = aCluster()
  const edges = new RecordedEdges(cluster, buildIdentity(cluster), limits)
  edges.accept('a.jsonl', aBatch(flows.map((flow) => anObservedFlow(flow))))
  return edges
}

const web = anEnd({ namespace: 'shop', pod: 'web', ip: '10.0.0.1' })
const cart = anEnd({ namespace: 'shop', pod: 'cart', ip: '10.0.0.2' })
const connection = { source: web, destination: cart, port: 80, event: 'flow' } as const

test('flows of a pair are one edge, from the first to the last, however far apart', () => {
  const edges = record([
    { ...connection, time: TEN, count: 2 },
    { ...connection, time: TEN + 90 * 86_400_000, verdict: 'dropped', count: 3 },
    { ...connection, time: TEN, port: 443 },
  ])
  expect([...edges.edges()].map(({ port, verdicts, firstSeen, lastSeen }) => ({ port, verdicts, firstSeen, lastSeen }))).toEqual([
    {
      port: 80,
      verdicts: { forwarded: 2, dropped: 3, audit: 0, error: 0, unknown: 0 },
      firstSeen: TEN,
      lastSeen: TEN + 90 * 86_400_000,
    },
    { port: 443, verdicts: { forwarded: 1, dropped: 0, audit: 0, error: 0, unknown: 0 }, firstSeen: TEN, lastSeen: TEN },
  ])
})

test('two events of one refused connection count once, as refused', () => {
  const packet = { ...connection, sourcePort: 40_000, phase: 'start', direction: 'ingress' } as const
  const edges = record([
    { ...packet, event: 'trace', verdict: 'forwarded', time: TEN },
    { ...packet, event: 'drop', verdict: 'dropped', reason: 'policy/denied', time: TEN + 1 },
  ])
  expect([...edges.edges()].map(({ verdicts }) => verdicts)).toEqual([{ forwarded: 0, dropped: 1, audit: 0, error: 0, unknown: 0 }])
})

test('ends that were guessed the wrong way round are put right', () => {
  const packet = { event: 'trace', phase: 'start', direction: null } as const
  const edges = record([
    { ...packet, source: cart, destination: web, port: 40_000, sourcePort: 80, guessedOrder: true, phase: 'unknown' },
    { ...packet, source: web, destination: cart, port: 80, sourcePort: 40_000 },
  ])
  expect([...edges.edges()].map(({ source, destination, port }) => [source.ref, destination.ref, port])).toEqual([
    ['shop/web', 'shop/cart', 80],
  ])
})

test('every record is accounted for, also beyond the limit of pairs', () => {
  const edges = record([connection, { ...connection, port: 81 }, { ...connection, port: 82 }], { edges: 2, connections: 10 })
  const [entry] = edges.entries()
  expect(edges.isFull).toBe(true)
  expect([...edges.edges()]).toHaveLength(2)
  expect(entry).toMatchObject({ received: 3, stored: 2, dropped: { 'too-many-edges': 1 } })
  expect(entry !== undefined && isBalanced(entry)).toBe(true)
})
