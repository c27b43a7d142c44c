import { describe, expect, test } from 'vitest'
import { policyRef } from '../model/names'
import { endpointOfRef } from './endpoint-of-ref'
import { parseFilter } from './filter'
import { compileFilter, matchesFlow, matchesNode } from './filter-match'
import type { Filter } from './filter-types'
import type { Flow } from './flow'
import { aFlow, aPodEnd } from './testing/a-flow'
import type { FlowEdge } from './window-types'

function filter(text: string): Filter {
  const result = parseFilter(text)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const fits = (text: string, over: Partial<Flow> = {}): boolean => matchesFlow(filter(text), aFlow(over))

describe('flows', () => {
  test.each([
    ['ns:shop', true],
    ['ns:pay', false],
    ['from:ns:shop to:workload:cart', true],
    ['to:workload:web', false],
    ['workload:shop/cart[Deployment]', true],
    ['workload:shop/c*', true],
    ['workload:other/cart', false],
    ['pod:shop/web,pod2', true],
    ['ip:10.0.0.0/24', true],
    ['to:ip:10.0.0.1', false],
    ['ip:10.0.0.2-10.0.0.9', true],
    ['port:80', true],
    ['port:8000-9000', false],
    ['protocol:tcp', true],
    ['verdict:dropped', false],
    ['-verdict:dropped', true],
    ['verdict:dropped or port:80', true],
    ['reporter:test node:worker-*', true],
    ['cart', true],
    ['CART', true],
    ['from:cart', false],
    ['policy:none', true],
    ['l7:none', true],
    ['entity:world', false],
    ['state:unknown', false],
    ['-state:unknown', false],
    ['', true],
  ])('%s on a plain flow is %s', (text, expected) => {
    expect(fits(text)).toBe(expected)
  })

  test('a policy is found by its name, its namespace or its whole reference', () => {
    const policies = [{ policy: policyRef('NetworkPolicy', 'shop', 'cart'), rule: null, confidence: 'stated' as const }]
    for (const text of ['policy:cart', 'policy:shop/cart', 'policy:NetworkPolicy:shop/cart', 'policy:*Policy:*', 'networkpolicy']) {
      expect(fits(text, { policies }), text).toBe(true)
    }
    expect(fits('policy:none', { policies })).toBe(false)
    expect(fits('policy:pay/cart', { policies })).toBe(false)
  })

  test('requests are found by method, path and status', () => {
    const l7 = { protocol: 'http', type: 'response', method: 'GET', path: '/api/orders/7', code: '503', latencyMs: 3 } as const
    for (const text of ['method:get', 'path:/api/*', 'path:*orders*', 'status:5xx', 'status:500-599', 'status:503', 'l7:http', 'orders']) {
      expect(fits(text, { l7 }), text).toBe(true)
    }
    expect(fits('status:404', { l7 })).toBe(false)
    expect(fits('path:/api', { l7 })).toBe(false)
  })

  test('whatever is outside the cluster is the world, by address and by name', () => {
    const outside = { ...endpointOfRef('dns:api.example.com'), ip: '104.20.23.154', group: 'cidr:104.20.23.0/24' }
    for (const text of ['to:entity:world', 'to:name:*.example.com', 'to:ip:104.0.0.0/8', 'to:dns:API.example.com']) {
      expect(fits(text, { destination: outside }), text).toBe(true)
    }
  })

  test('labels come from the cluster', () => {
    const labels = new Map([['app', 'cart']])
    const compiled = compileFilter(filter('to:label:app=c*'), (end) => (end.ref === 'shop/cart' ? labels : null))
    expect(compiled.matchesFlow(aFlow())).toBe(true)
    expect(fits('label:app')).toBe(false)
    expect(fits('-label:app')).toBe(false)
  })

  test('names of built-in properties match only themselves', () => {
    const source = aPodEnd('__proto__', 'constructor')
    expect(fits('ns:__proto__ pod:constructor', { source })).toBe(true)
    expect(fits('ns:constructor')).toBe(false)
  })
})

describe('edges and nodes', () => {
  const none = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
  const edge: FlowEdge = {
    ...aFlow(),
    verdicts: { ...none, dropped: 3 },
    repeats: none,
    firstSeen: 0,
    lastSeen: 0,
    policies: [],
    reasons: [{ reason: 'policy/default-deny', count: 3 }],
    reporters: ['test'],
  }

  test('an edge is found by its ends, verdicts, reasons and state', () => {
    const on = (text: string) => compileFilter(filter(text)).matchesEdge(edge, 'denied-tried')
    expect(on('verdict:dropped reason:policy/* state:denied-tried ns:shop')).toBe(true)
    expect(on('verdict:forwarded')).toBe(false)
    expect(on('state:unknown')).toBe(false)
  })

  test('what an edge cannot tell is neither yes nor no', () => {
    const on = (text: string) => compileFilter(filter(text)).matchesEdge(edge, null)
    expect(on('path:/x')).toBe(false)
    expect(on('-path:/x')).toBe(false)
    expect(on('path:/x or port:80')).toBe(true)
  })

  test('a node is found by what it is, not by traffic', () => {
    expect(matchesNode(filter('ns:shop'), endpointOfRef('shop'))).toBe(true)
    expect(matchesNode(filter('workload:cart'), endpointOfRef('shop/cart[Deployment]'))).toBe(true)
    expect(matchesNode(filter('service:cart'), endpointOfRef('svc:shop/cart'))).toBe(true)
    expect(matchesNode(filter('ns:shop verdict:dropped'), endpointOfRef('shop'))).toBe(false)
  })
})
