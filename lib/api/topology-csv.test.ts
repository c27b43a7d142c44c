import { expect, test } from 'vitest'
import type { GraphEdge, Topology } from '../graph/topology'
import { topologyCsv } from './topology-csv'

const edge = (label: string): GraphEdge => ({
  id: 'a>b',
  source: 'a',
  target: 'b',
  relation: 'traffic',
  basis: 'observed',
  state: 'denied-tried',
  protocol: 'TCP',
  ports: ['80', '443'],
  verdicts: { forwarded: 0, dropped: 2, audit: 0, error: 0, unknown: 0 },
  rate: 0.5,
  policies: [{ policy: 'NetworkPolicy:shop/cart', rule: 'ingress[0]', confidence: 'stated' }],
  label,
  lastSeen: 0,
  service: null,
  mutualTls: null,
  reporters: [],
  claim: null,
  bundled: 1,
})

const csvOf = (edges: readonly GraphEdge[]) =>
  topologyCsv({
    level: 'workload',
    at: 0,
    windowMs: 1,
    nodes: [],
    edges,
    folded: [],
    total: { nodes: 0, edges: 0 },
    filtered: { edges: 0, flows: 0 },
  } satisfies Topology)

test('each edge is one line under one heading', () => {
  const lines = csvOf([edge('policy/default-deny')]).split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toContain('a,b,traffic,observed,denied-tried,TCP,80 443,0,2,0,0,0,0.5,NetworkPolicy:shop/cart ingress[0],')
})

test('quotes, commas and line breaks stay in their cell, and nothing begins like a formula', () => {
  expect(csvOf([edge('say "a, b"\n')])).toContain('"say ""a, b""\n"')
  expect(csvOf([edge('=1+1')])).toContain(",'=1+1,")
})
