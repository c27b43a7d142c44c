import fc from 'fast-check'
import { expect, test } from 'vitest'
import { policyRef } from '../model/names'
import type { ObservedFlow } from './flow'
import { aBatch, aPipeline } from './testing/a-pipeline'
import { anEnd, anObservedFlow, TEN } from './testing/an-observed-flow'

const CLIENT = anEnd({ ip: '10.0.0.1', namespace: 'shop', pod: 'web-1' })
const SERVER = anEnd({ ip: '10.0.0.2', namespace: 'shop', pod: 'cart-1' })
const HTTP = { protocol: 'http', type: 'response', method: 'GET', path: '/cart', code: '200', latencyMs: 3 } as const

function logged(over: Partial<ObservedFlow> = {}): ObservedFlow {
  const exchange = { key: 'request-1 10.0.0.2 8080 GET', answer: null }
  return anObservedFlow({
    source: CLIENT,
    destination: SERVER,
    port: 8080,
    event: 'flow',
    phase: 'start',
    direction: 'egress',
    l7: HTTP,
    bytes: 33,
    exchange,
    ...over,
  })
}

const inbound = (over: Partial<ObservedFlow> = {}) => logged({ direction: 'ingress', ...over })
const refused: Partial<ObservedFlow> = {
  verdict: 'dropped',
  reason: 'l7/rbac',
  rawReason: 'rbac',
  policies: [{ policy: policyRef('AuthorizationPolicy', 'shop', 'no'), rule: null, confidence: 'stated' }],
}

function counted(flows: readonly ObservedFlow[]) {
  const pipeline = aPipeline()
  pipeline.accept('mesh', aBatch(flows), TEN)
  const [edge, ...others] = pipeline.window.edges(TEN - 60_000, TEN + 60_000)
  expect(others).toEqual([])
  return { edge, ignored: pipeline.ledger.source('mesh').entry().ignored }
}

test('a request that both proxies log is one request', () => {
  for (const flows of [
    [logged(), inbound()],
    [inbound(), logged()],
  ]) {
    const { edge, ignored } = counted(flows)
    expect(edge?.verdicts).toMatchObject({ forwarded: 1 })
    expect(edge?.bytes).toBe(33)
    expect(ignored).toEqual({ 'repeat/other-side': 1 })
  }
})

test('one that the server refused is refused, although the client saw an answer', () => {
  for (const flows of [
    [logged(), inbound(refused)],
    [inbound(refused), logged()],
  ]) {
    const { edge } = counted(flows)
    expect(edge).toMatchObject({ verdicts: { forwarded: 0, dropped: 1 }, policies: [{ policy: 'AuthorizationPolicy:shop/no', count: 1 }] })
  }
})

test('a side that logs alone counts, and so does each request on one connection', () => {
  expect(counted([logged()]).edge?.verdicts.forwarded).toBe(1)
  const key = (n: number) => ({ exchange: { key: `request-${n} 10.0.0.2 8080 GET`, answer: null } })
  expect(counted([1, 2, 3].flatMap((n) => [logged(key(n)), inbound(key(n))])).edge?.verdicts.forwarded).toBe(3)
})

test('requests that share a key count as often as the side that logged more of them', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (sides) => {
      const fromClient = sides.filter(Boolean).length
      const { edge } = counted(sides.map((isClient) => (isClient ? logged() : inbound())))
      expect(edge?.verdicts.forwarded).toBe(Math.max(fromClient, sides.length - fromClient))
    }),
  )
})

test('sides a minute apart are two requests', () => {
  expect(counted([logged(), inbound({ time: logged().time + 60_001 })]).edge?.verdicts.forwarded).toBe(2)
})

test('an answer completes its request and counts for nothing', () => {
  const request = logged({
    verdict: 'unknown',
    l7: { ...HTTP, type: 'request', code: null, latencyMs: null },
    exchange: { key: null, answer: 'stream-1' },
  })
  const answer = { ...request, verdict: 'forwarded', phase: 'reply', l7: { ...HTTP, method: null, path: null } } as const
  const pipeline = aPipeline()
  const { added } = pipeline.accept('tap', aBatch([request, answer]), TEN)
  expect(added).toMatchObject([{ verdict: 'forwarded', l7: HTTP }])
  expect(pipeline.ledger.source('tap').entry().ignored).toEqual({ 'repeat/l7-response': 1 })
  expect(aPipeline().accept('tap', aBatch([answer]), TEN).added).toEqual([])
})
