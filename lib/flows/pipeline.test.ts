import { expect, test } from 'vitest'
import { policyRef } from '../model/names'
import { aCluster } from '../model/testing/a-cluster'
import { isBalanced } from './ledger'
import { aBatch, aPipeline } from './testing/a-pipeline'
import { anObservedFlow, TEN } from './testing/an-observed-flow'

const HOUR = 3_600_000

test('a flow older than the window counts when it comes and keeps its own time', () => {
  const pipeline = aPipeline()
  const { added } = pipeline.accept('file', aBatch([anObservedFlow({ time: TEN - 48 * HOUR })]), TEN)
  expect(added[0]).toMatchObject({ time: TEN - 48 * HOUR, windowTime: TEN })
  expect(pipeline.window.edges(TEN - 1, TEN + 1)[0]).toMatchObject({ verdicts: { forwarded: 1 }, lastSeen: TEN - 48 * HOUR })
  expect(pipeline.clockNotes('file')).toEqual({ ahead: 0, aheadMaxMs: 0, old: 1 })
})

test('a flow ahead of our clock counts now, and the skew is noted', () => {
  const pipeline = aPipeline()
  const { added } = pipeline.accept('hubble', aBatch([anObservedFlow({ time: TEN + 90_000 })]), TEN)
  expect(added[0]).toMatchObject({ time: TEN + 90_000, windowTime: TEN })
  expect(pipeline.clockNotes('hubble')).toMatchObject({ ahead: 1, aheadMaxMs: 90_000 })
})

test('what a batch brings is accounted for by reason, and what the source lost stands beside it', () => {
  const pipeline = aPipeline({
    limits: { window: { maxEdges: 1, maxCells: 10 }, recentFlows: 10, connections: 10, provisional: 10, byAddress: 10 },
  })
  const flows = [anObservedFlow(), anObservedFlow(), anObservedFlow({ port: 81, sourcePort: 1 })]
  pipeline.accept(
    'hubble',
    { flows, ignored: new Map([['node-status', 2]]), rejected: new Map([['not JSON', 1]]), lostAtSource: 9, unknownFields: 0 },
    TEN,
  )
  const entry = pipeline.ledger.source('hubble').entry()
  expect(entry).toMatchObject({
    received: 6,
    stored: 1,
    dropped: { 'unreadable: not JSON': 1, 'window/edges-full': 1 },
    ignored: { 'node-status': 2, 'repeat/retransmission': 1 },
    queued: 0,
    lostAtSource: 9,
  })
  expect(isBalanced(entry)).toBe(true)
})

test('a refused flow without a policy gets the one that our engine names, marked as inferred', () => {
  const inferred = { policy: policyRef('NetworkPolicy', 'shop', 'cart'), rule: null, confidence: 'inferred' as const }
  const pipeline = aPipeline({ attribute: () => [inferred] }, aCluster())
  const refused = anObservedFlow({ verdict: 'dropped', reason: 'policy/default-deny' })
  const stated = { ...inferred, policy: policyRef('CiliumNetworkPolicy', 'shop', 'no'), confidence: 'stated' as const }
  const { added } = pipeline.accept(
    'hubble',
    aBatch([anObservedFlow({ sourcePort: 1 }), refused, { ...refused, sourcePort: 2, policies: [stated] }]),
    TEN,
  )
  expect(added.map(({ policies }) => policies)).toEqual([[], [inferred], [stated]])
  const others = ['config/lb-source-range', 'policy/auth-required', 'l7/denied'].map((reason, index) => ({
    ...refused,
    reason,
    sourcePort: 10 + index,
  }))
  expect(pipeline.accept('hubble', aBatch(others), TEN).added.map(({ policies }) => policies)).toEqual([[], [], []])
})

test('a refusal that comes after the first record is attributed as well, and handed over as a change', () => {
  const inferred = { policy: policyRef('NetworkPolicy', 'shop', 'cart'), rule: null, confidence: 'inferred' as const }
  const pipeline = aPipeline({ attribute: () => [inferred] })
  const first = pipeline.accept('hubble', aBatch([anObservedFlow()]), TEN)
  const refusal = anObservedFlow({ verdict: 'dropped', reason: 'policy/default-deny', direction: 'ingress' })
  const second = pipeline.accept('hubble', aBatch([refusal]), TEN)
  expect(second.added).toEqual([])
  expect(second.changed).toMatchObject([{ id: first.added[0]?.id, verdict: 'dropped', policies: [inferred] }])
})

test('the bytes that the end of a connection brings stand on its edge, and move with its verdict', () => {
  const pipeline = aPipeline()
  const begun = anObservedFlow({ event: 'trace', verdict: 'unknown', bytes: 60 })
  const ended = anObservedFlow({ event: 'trace', verdict: 'forwarded', phase: 'later', bytes: 900, time: TEN + 500 })
  pipeline.accept('conntrack', aBatch([begun, ended]), TEN + 1_000)
  const [edge, ...more] = pipeline.window.edges(TEN - 1, TEN + 1_000)
  expect(edge).toMatchObject({ verdicts: { forwarded: 1, unknown: 0 }, bytes: 960 })
  expect(more).toEqual([])
})
