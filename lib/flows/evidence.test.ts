import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { policyRef } from '../model/names'
import { VERDICTS } from './flow'
import { BUCKET_MS, FlowWindow } from './flow-window'
import { isBalanced } from './ledger'
import { rankOf, type SourceFamily } from './source-rank'
import { aFlow, aPodEnd } from './testing/a-flow'
import { aBatch, aPipeline } from './testing/a-pipeline'
import { anObservedFlow, TEN } from './testing/an-observed-flow'

const policy = { policy: policyRef('NetworkPolicy', 'shop', 'cart'), rule: null, confidence: 'stated' as const }
const connection = anObservedFlow()
const log = anObservedFlow({ event: 'flow', verdict: 'unknown', bytes: 500, policies: [policy], time: TEN + 4_000 })

function edgesOf(batches: readonly (readonly [string, SourceFamily, typeof connection])[]) {
  const pipeline = aPipeline()
  for (const [source, family, flow] of batches) pipeline.accept(source, aBatch([flow]), TEN + 60_000, { family, isLive: false })
  return { pipeline, edges: pipeline.window.edges(TEN - 60_000, TEN + 120_000) }
}

describe('two sources on one edge', () => {
  const hubble = ['hubble', 'hubble', connection] as const
  const conntrack = ['kernel', 'conntrack', log] as const

  test.each([
    ['better first', [hubble, conntrack]],
    ['better last', [conntrack, hubble]],
  ])('%s: the better one counts, the other adds what it knows', (_, batches) => {
    const { edges } = edgesOf(batches)
    expect(edges).toHaveLength(1)
    expect(edges[0]).toMatchObject({
      verdicts: { forwarded: 1, unknown: 0 },
      repeats: { unknown: 0 },
      bytes: 500,
      policies: [{ policy: 'NetworkPolicy:shop/cart', count: 1 }],
      reporters: ['hubble', 'kernel'],
    })
  })

  test('the ledger says what was evidence, and it is no row', () => {
    // From the moment on when two kinds of sources met on the edge.
    const { pipeline } = edgesOf([hubble, conntrack, ['hubble', 'hubble', { ...connection, sourcePort: 2 }], conntrack])
    const entry = pipeline.ledger.source('kernel').entry()
    expect(entry).toMatchObject({ received: 2, stored: 1, ignored: { 'evidence/hubble': 1 } })
    expect(isBalanced(entry)).toBe(true)
    expect(pipeline.recent.size).toBe(3)
  })

  test('a request is a row all the same, and a refusal that the better source does not see counts', () => {
    const l7 = { protocol: 'http', type: 'response', method: 'GET', path: '/', code: '403', latencyMs: 1 } as const
    const refused = anObservedFlow({ event: 'flow', verdict: 'dropped', reason: 'l7/rbac', l7 })
    const { edges, pipeline } = edgesOf([
      hubble,
      ['proxy', 'proxy-log', { ...refused, verdict: 'forwarded' }],
      ['proxy', 'proxy-log', refused],
    ])
    expect(edges[0]?.verdicts).toMatchObject({ forwarded: 1, dropped: 1 })
    expect(pipeline.recent.size).toBe(3)
  })

  test('when the better source is silent the next one counts, and edges that it never sees are kept', () => {
    const later = { ...log, time: TEN + 50_000 }
    const other = { ...log, port: 443 }
    const { edges } = edgesOf([hubble, conntrack, ['kernel', 'conntrack', later], ['kernel', 'conntrack', other]])
    expect(edges.find(({ port }) => port === 80)?.verdicts).toMatchObject({ forwarded: 1, unknown: 1 })
    expect(edges.find(({ port }) => port === 443)?.verdicts).toMatchObject({ unknown: 1 })
  })
})

test('a source that names workloads only does not count what pods show, and its edge stays', () => {
  const window = new FlowWindow()
  const summary = { ...aPodEnd('shop', 'web'), pod: null, ref: 'shop/web[Deployment]' }
  window.add(aFlow({ reporter: 'mesh', source: summary }), 7, 0, TEN, undefined, rankOf('mesh'))
  window.add(aFlow({ reporter: 'hubble' }), 5, 0, TEN, undefined, rankOf('hubble'))
  const edges = window.edges(TEN - 1, TEN + 1)
  expect(edges.map(({ source, verdicts, repeats }) => [source.ref, verdicts.forwarded, repeats.forwarded])).toEqual([
    ['shop/web[Deployment]', 0, 7],
    ['shop/web', 5, 0],
  ])
})

test.each(['hubble', 'goldmane'])(
  'what is outside is counted once where one of two sources gives it no address: %s is better',
  (better) => {
    const ranks = better === 'hubble' ? { hubble: 0, goldmane: 1 } : { hubble: 1, goldmane: 0 }
    const outside = { ...aPodEnd('shop', 'db'), ref: 'entity:world', namespace: null, workload: null, pod: null, ip: null }
    const at = (ip: string) => ({ ...outside, ref: `ip:${ip}`, ip, group: 'cidr:198.51.100.0/24' })
    const window = new FlowWindow()
    window.add(aFlow({ reporter: 'hubble', destination: at('198.51.100.1') }), 2, 0, TEN, undefined, ranks.hubble)
    window.add(aFlow({ reporter: 'hubble', destination: at('198.51.100.2') }), 3, 0, TEN, undefined, ranks.hubble)
    window.add(aFlow({ reporter: 'goldmane', destination: outside }), 5, 0, TEN, undefined, ranks.goldmane)
    // Other traffic, which only the other source reports.
    window.add(aFlow({ reporter: 'goldmane', destination: outside, port: 443 }), 7, 0, TEN, undefined, ranks.goldmane)
    window.add(aFlow({ reporter: 'hubble', destination: at('198.51.100.3'), port: 22 }), 11, 0, TEN, undefined, ranks.hubble)
    const counted = window
      .edges(TEN - 1, TEN + 1)
      .flatMap(({ destination, port, verdicts }) => (verdicts.forwarded === 0 ? [] : [`${destination.ref} ${port}: ${verdicts.forwarded}`]))
    const same = better === 'hubble' ? ['ip:198.51.100.1 80: 2', 'ip:198.51.100.2 80: 3'] : ['entity:world 80: 5']
    expect(counted).toEqual([...same, 'entity:world 443: 7', 'ip:198.51.100.3 22: 11'])
  },
)

test('a pod that was not known when its flows came counts once with its workload, when it is', () => {
  const window = new FlowWindow()
  const summary = { ...aPodEnd('shop', 'web'), pod: null, ref: 'shop/web[Deployment]' }
  const known = aFlow({ reporter: 'proxy' })
  const early = { ...known, source: { ...known.source, workload: null } }
  const place = window.add(early, 5, 0, TEN, undefined, rankOf('proxy-log'))
  window.add(aFlow({ reporter: 'mesh', source: { ...summary, workload: known.source.workload } }), 7, 0, TEN, undefined, rankOf('mesh'))
  const counted = () => window.edges(TEN - 1, TEN + 1).reduce((sum, { verdicts }) => sum + verdicts.forwarded, 0)
  expect(counted()).toBe(12)
  if (typeof place === 'string') throw new Error(place)
  window.move(place, known)
  expect(counted()).toBe(7)
})

test('whatever the order, each sum counts unless a better source reports the same nearby', () => {
  const record = fc.record({
    family: fc.constantFrom<SourceFamily>('hubble', 'calico', 'conntrack', 'stated'),
    client: fc.constantFrom('a', 'b'),
    bucket: fc.nat(12),
    verdict: fc.constantFrom(...VERDICTS),
    count: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(fc.array(record, { maxLength: 40 }), fc.nat(12), fc.nat(12), (records, from, width) => {
      const window = new FlowWindow()
      const start = TEN - 200_000
      for (const { family, client, bucket, verdict, count } of records) {
        const flow = aFlow({ time: start + bucket * BUCKET_MS, verdict, reporter: family, source: aPodEnd('shop', client) })
        window.add(flow, count, 0, TEN, undefined, rankOf(family))
      }
      const expected = new Map<string, number>()
      const isRefusal = (verdict: string) => verdict === 'dropped' || verdict === 'error'
      for (const { family, client, bucket, verdict, count } of records) {
        if (bucket < from || bucket > from + width) continue
        const isEvidence = records.some(
          (other) =>
            other.client === client &&
            rankOf(other.family) < rankOf(family) &&
            Math.abs(other.bucket - bucket) <= 3 &&
            (!isRefusal(verdict) || isRefusal(other.verdict)),
        )
        const key = `shop/${client} ${verdict}`
        if (!isEvidence) expected.set(key, (expected.get(key) ?? 0) + count)
      }
      const found = new Map<string, number>()
      const [begin, end] = [start + from * BUCKET_MS, start + (from + width + 1) * BUCKET_MS]
      for (const edge of window.edges(begin, end)) {
        for (const verdict of VERDICTS) if (edge.verdicts[verdict] > 0) found.set(`${edge.source.ref} ${verdict}`, edge.verdicts[verdict])
      }
      expect(found).toEqual(expected)
      const { counts } = window.histogram(begin, end, 1_000)
      const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict].reduce((all, count) => all + count, 0), 0)
      expect(total).toBe([...expected.values()].reduce((sum, count) => sum + count, 0))
    }),
  )
})
