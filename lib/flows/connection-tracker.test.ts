import { describe, expect, test } from 'vitest'
import { policyRef } from '../model/names'
import type { FlowPolicy, ObservedFlow } from './flow'
import { aBatch, aPipeline } from './testing/a-pipeline'
import { anEnd, anObservedFlow, TEN } from './testing/an-observed-flow'

function run(...flows: readonly ObservedFlow[]) {
  const pipeline = aPipeline()
  pipeline.accept('hubble', aBatch(flows), TEN + 120_000)
  const edges = pipeline.window.edges(TEN - 60_000, TEN + 180_000)
  const rows = pipeline.recent.page({ matches: null, from: null, to: null, cursor: null, limit: 100 }).flows
  return { edges, rows, ignored: pipeline.ledger.source('hubble').entry().ignored }
}

const allowed: FlowPolicy = { policy: policyRef('NetworkPolicy', 'shop', 'web-out'), rule: null, confidence: 'stated' }
const denied: FlowPolicy = { policy: policyRef('CiliumNetworkPolicy', 'shop', 'no-web'), rule: null, confidence: 'stated' }
const atServer = { direction: 'ingress', node: 'worker-2' } as const

describe('the two sides of a connection', () => {
  const passed = anObservedFlow({ policies: [allowed] })
  const refused = anObservedFlow({ ...atServer, verdict: 'dropped', reason: 'policy/rule-deny', policies: [denied] })

  test.each([
    ['let through first', [passed, refused]],
    ['refused first', [refused, passed]],
  ])('%s: it is refused, by the policy that refused it', (_, flows) => {
    const { edges, rows } = run(...flows)
    expect(edges).toHaveLength(1)
    expect(edges[0]).toMatchObject({ verdicts: { dropped: 1, forwarded: 0 }, policies: [{ ...denied, count: 1 }] })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ verdict: 'dropped', reason: 'policy/rule-deny', policies: [denied] })
  })

  test('both let it through: the policies of both are named', () => {
    const entry: FlowPolicy = { ...allowed, policy: policyRef('NetworkPolicy', 'shop', 'cart-in') }
    const { rows } = run(passed, anObservedFlow({ ...atServer, policies: [entry] }))
    expect(rows[0]?.policies).toEqual([allowed, entry])
  })

  test('a side that refuses and then lets through are two outcomes, in whatever order they come', () => {
    const later = anObservedFlow({ ...atServer, time: TEN + 1_000 })
    for (const flows of [
      [refused, later],
      [later, refused],
    ]) {
      expect(run(...flows).edges[0]).toMatchObject({ verdicts: { dropped: 1, forwarded: 1 } })
    }
  })
})

describe('connections without a start', () => {
  test('a first answer stands for the connection, later packets repeat it', () => {
    const packet = anObservedFlow({ event: 'trace', phase: 'later', time: TEN + 1_000 })
    const { edges, ignored } = run(anObservedFlow({ event: 'trace', phase: 'reply' }), packet, packet)
    expect(edges[0]).toMatchObject({ verdicts: { forwarded: 1 }, repeats: { forwarded: 0 } })
    expect(ignored).toEqual({ 'repeat/later-packet': 2 })
  })

  test('a connection in use stays in sight without being counted again', () => {
    const { edges } = run(anObservedFlow(), anObservedFlow({ event: 'trace', phase: 'later', time: TEN + 100_000 }))
    expect(edges[0]).toMatchObject({ verdicts: { forwarded: 1 }, repeats: { forwarded: 1 }, lastSeen: TEN + 100_000 })
  })

  test('ends in guessed order are turned round when a record knows better', () => {
    const guess = anObservedFlow({
      event: 'trace',
      phase: 'unknown',
      guessedOrder: true,
      source: anObservedFlow().destination,
      destination: anObservedFlow().source,
      port: 40_000,
      sourcePort: 80,
    })
    const { edges, rows } = run(guess, anObservedFlow())
    expect(edges).toHaveLength(1)
    expect(edges[0]).toMatchObject({ source: { ref: 'shop/web' }, destination: { ref: 'shop/cart' }, port: 80, verdicts: { forwarded: 1 } })
    expect(rows[0]).toMatchObject({ guessedOrder: false, port: 80, sourcePort: 40_000 })
  })
})

describe('records that say less', () => {
  test('without the client port only events of one packet belong together', () => {
    const masked = { sourcePort: null, verdict: 'dropped', reason: 'policy/default-deny' } as const
    const { edges } = run(
      anObservedFlow(masked),
      anObservedFlow({ ...masked, event: 'drop', time: TEN + 1 }),
      anObservedFlow({ ...masked, time: TEN + 100 }),
    )
    expect(edges[0]).toMatchObject({ verdicts: { dropped: 2 } })
  })

  test('without addresses the pods tell connections apart', () => {
    const source = anEnd({ namespace: 'shop', pod: 'web' })
    const destination = anEnd({ namespace: 'shop', pod: 'cart' })
    const { edges } = run(anObservedFlow({ source, destination }), anObservedFlow({ source, destination, ...atServer }))
    expect(edges[0]).toMatchObject({ verdicts: { forwarded: 1 } })
  })

  test('records that stand for whole connections are taken as they are, an id only once', () => {
    const whole = { event: 'flow', count: 5 } as const
    const { edges, ignored } = run(
      anObservedFlow(whole),
      anObservedFlow(whole),
      anObservedFlow({ ...whole, uuid: 'a' }),
      anObservedFlow({ ...whole, uuid: 'a' }),
      anObservedFlow({ ...whole, phase: 'later' }),
      anObservedFlow({ ...whole, phase: 'reply' }),
    )
    expect(edges[0]).toMatchObject({ verdicts: { forwarded: 15 }, repeats: { forwarded: 1 } })
    expect(ignored).toEqual({ 'repeat/same-event': 1, 'repeat/reply': 1 })
  })

  test('what a socket announces is counted by its packets', () => {
    expect(run(anObservedFlow({ event: 'socket' }), anObservedFlow()).edges[0]).toMatchObject({ verdicts: { forwarded: 1 } })
  })
})

describe('requests', () => {
  const l7 = { protocol: 'http', type: 'request', method: 'GET', path: '/orders', code: null, latencyMs: null } as const
  const request = anObservedFlow({ event: 'l7', l7, time: TEN + 2 })
  const answer = anObservedFlow({ event: 'l7', phase: 'reply', l7: { ...l7, type: 'response', code: '200', latencyMs: 3 }, time: TEN + 5 })

  test('a request on a counted connection is a row and no connection; its answer completes the row', () => {
    const { edges, rows } = run(anObservedFlow(), request, answer)
    expect(edges[0]).toMatchObject({ verdicts: { forwarded: 1 }, repeats: { forwarded: 1 } })
    expect(rows).toHaveLength(2)
    expect(rows[0]?.l7).toMatchObject({ code: '200', latencyMs: 3, path: '/orders' })
  })

  test('a request that the other side reports as well is one row', () => {
    expect(run(request, { ...request, ...atServer }, answer, { ...answer, ...atServer }).rows).toHaveLength(1)
  })

  test('the same request again on an open connection is a row of its own', () => {
    expect(run(anObservedFlow(), request, answer, { ...request, time: TEN + 10 }).rows).toHaveLength(3)
  })
})

test('memory is bounded, and what is forgotten too early is counted', () => {
  const pipeline = aPipeline({
    limits: { window: { maxEdges: 10, maxCells: 100 }, recentFlows: 10, connections: 100, provisional: 10, byAddress: 10 },
  })
  const flows = Array.from({ length: 1_000 }, (_, index) => anObservedFlow({ sourcePort: 10_000 + index }))
  pipeline.accept('hubble', aBatch(flows), TEN)
  const { used, forgottenEarly } = pipeline.connections()
  expect(used).toBeLessThanOrEqual(100)
  expect(forgottenEarly).toBeGreaterThanOrEqual(900)
  expect(pipeline.window.edges(TEN - 1, TEN + 1)[0]?.verdicts.forwarded).toBe(1_000)
})
