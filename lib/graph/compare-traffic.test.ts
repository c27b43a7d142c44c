import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFilter } from '../flows/filter'
import { compileFilter } from '../flows/filter-match'
import type { FlowEdge } from '../flows/window-types'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNamespace, anObject } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { type ComparisonScope, compareTraffic } from './compare-traffic'
import { GraphIndex } from './graph-index'
import { aFlowEdge } from './testing/a-flow-edge'

const WEB = 'shop/web[Deployment]'
const CART = 'shop/cart[Deployment]'
const PAY = 'pay/api[Deployment]'
const OBJECTS = [
  aNamespace({ name: 'shop' }),
  aNamespace({ name: 'pay' }),
  aDeployment({ name: 'web', namespace: 'shop' }),
  aDeployment({ name: 'cart', namespace: 'shop' }),
  aDeployment({ name: 'api', namespace: 'pay' }),
]
const WALL = anObject('networking.k8s.io/v1', 'NetworkPolicy', {
  name: 'wall',
  namespace: 'shop',
  spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] },
})
const EVERYTHING: ComparisonScope = { namespaces: [], before: null, after: null }

function at(flowEdges: readonly FlowEdge[], objects: readonly object[] = OBJECTS, isKnown = true) {
  const cluster = aCluster(objects)
  return { index: new GraphIndex(cluster, compilePolicies(cluster)), isKnown, flowEdges }
}

describe('two times', () => {
  test('what was seen at one of them only appeared or vanished', () => {
    const { connections, counts } = compareTraffic(
      at([aFlowEdge({ from: WEB, to: CART }), aFlowEdge({ from: WEB, to: PAY, port: 9000 })]),
      at([aFlowEdge({ from: WEB, to: CART }), aFlowEdge({ from: CART, to: PAY, port: 9000, verdicts: { forwarded: 7 } })]),
      EVERYTHING,
    )
    expect(counts).toEqual({ appeared: 1, vanished: 1, flipped: 0, unchanged: 1 })
    expect(connections).toMatchObject([
      {
        source: CART,
        target: PAY,
        port: 9000,
        seen: 'appeared',
        flipped: false,
        before: { state: null },
        after: { verdicts: { forwarded: 7 } },
      },
      { source: WEB, target: PAY, seen: 'vanished', before: { state: 'allowed-used' }, after: { state: null, policyVerdict: 'allowed' } },
    ])
  })

  test('a verdict flips by what was seen, and names the policy that decides', () => {
    const { connections, counts } = compareTraffic(
      at([aFlowEdge({ from: WEB, to: CART })]),
      at([aFlowEdge({ from: WEB, to: CART, verdicts: { dropped: 3 } })], [...OBJECTS, WALL]),
      EVERYTHING,
    )
    expect(counts).toEqual({ appeared: 0, vanished: 0, flipped: 1, unchanged: 0 })
    expect(connections).toMatchObject([
      {
        id: `${WEB}>${CART} traffic TCP 80`,
        seen: 'stayed',
        flipped: true,
        before: { state: 'allowed-used', policyVerdict: 'allowed' },
        after: { state: 'denied-tried', policyVerdict: 'denied', policies: [{ policy: 'NetworkPolicy:shop/wall' }] },
      },
    ])
  })

  test('of a time whose objects nobody wrote down the policies of now say nothing', () => {
    const { connections } = compareTraffic(
      at([aFlowEdge({ from: WEB, to: CART }), aFlowEdge({ from: WEB, to: CART, port: 81 })], [...OBJECTS, WALL], false),
      at([aFlowEdge({ from: WEB, to: CART, verdicts: { dropped: 3 } })], [...OBJECTS, WALL]),
      EVERYTHING,
    )
    expect(connections).toMatchObject([
      { port: 80, flipped: true, before: { state: 'unknown', policyVerdict: 'unknown', policies: [] }, after: { policyVerdict: 'denied' } },
      { port: 81, flipped: false, before: { state: 'unknown' }, after: { state: null, policyVerdict: 'denied' } },
    ])
  })

  test('what passed and is refused now flipped, also where the policies cannot tell', () => {
    const [from, to] = ['ip:192.0.2.1', 'ip:198.51.100.7']
    const there = compareTraffic(at([aFlowEdge({ from, to })]), at([aFlowEdge({ from, to, verdicts: { dropped: 1 } })]), EVERYTHING)
    expect(there.counts).toEqual({ appeared: 0, vanished: 0, flipped: 1, unchanged: 0 })
  })

  test('a client that gave up since a policy came vanished, and its verdict flipped', () => {
    const { connections, counts } = compareTraffic(at([aFlowEdge({ from: WEB, to: CART })]), at([], [...OBJECTS, WALL]), EVERYTHING)
    expect(counts).toEqual({ appeared: 0, vanished: 1, flipped: 1, unchanged: 0 })
    expect(connections).toMatchObject([{ seen: 'vanished', flipped: true, after: { state: null, policyVerdict: 'denied' } }])
  })

  test('a workload that was not there yet had no verdict that could flip', () => {
    const without = OBJECTS.slice(0, -1)
    const { counts } = compareTraffic(at([], without), at([aFlowEdge({ from: WEB, to: PAY, verdicts: { dropped: 1 } })]), EVERYTHING)
    expect(counts).toEqual({ appeared: 1, vanished: 0, flipped: 0, unchanged: 0 })
  })

  test('requests on connections that stayed open keep an edge from vanishing', () => {
    const kept = aFlowEdge({ from: WEB, to: CART, verdicts: {}, repeats: { forwarded: 2 } })
    expect(compareTraffic(at([aFlowEdge({ from: WEB, to: CART })]), at([kept]), EVERYTHING).counts.unchanged).toBe(1)
  })

  test('pods of one workload are one connection, namespaces and filters narrow it', () => {
    const edges = [
      aFlowEdge({ from: WEB, fromPod: 'shop/web-1', to: CART, toPod: 'shop/cart-1' }),
      aFlowEdge({ from: WEB, fromPod: 'shop/web-2', to: CART, toPod: 'shop/cart-1' }),
      aFlowEdge({ from: WEB, to: 'ip:192.0.2.1', port: 443 }),
    ]
    expect(compareTraffic(at([]), at(edges), EVERYTHING).counts.appeared).toBe(2)
    expect(compareTraffic(at([]), at(edges), { ...EVERYTHING, namespaces: ['pay'] }).counts.appeared).toBe(0)
    const read = parseFilter('port:443')
    if (!read.ok) throw new Error('the filter cannot be read')
    const filter = compileFilter(read.value)
    expect(compareTraffic(at([]), at(edges), { namespaces: ['shop'], before: filter, after: filter }).connections).toMatchObject([
      { port: 443 },
    ])
  })

  test('seen from the other side what appeared vanished, and nothing differs from itself', () => {
    const edge = fc.record({
      from: fc.constantFrom(WEB, CART, PAY, 'ip:192.0.2.1'),
      to: fc.constantFrom(WEB, CART, PAY),
      port: fc.constantFrom(80, 443),
      verdicts: fc.constantFrom({ forwarded: 1 }, { dropped: 1 }, { forwarded: 1, dropped: 1 }, { unknown: 1 }),
    })
    const side = fc
      .tuple(fc.array(edge, { maxLength: 8 }), fc.boolean())
      .map(([edges, isWalled]) => at(edges.map(aFlowEdge), isWalled ? [...OBJECTS, WALL] : OBJECTS))
    fc.assert(
      fc.property(side, side, (a, b) => {
        const there = compareTraffic(a, b, EVERYTHING).counts
        const back = compareTraffic(b, a, EVERYTHING).counts
        expect(back).toEqual({ ...there, appeared: there.vanished, vanished: there.appeared })
        expect(compareTraffic(a, a, EVERYTHING).connections).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
