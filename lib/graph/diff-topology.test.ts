import { expect, test } from 'vitest'
import { diffTopology } from './diff-topology'
import type { GraphEdge, Topology } from './topology'

const EDGE: GraphEdge = {
  id: 'a>b',
  source: 'a',
  target: 'b',
  relation: 'traffic',
  basis: 'observed',
  state: 'allowed-used',
  protocol: 'TCP',
  ports: ['80'],
  verdicts: { forwarded: 1, dropped: 0, audit: 0, error: 0, unknown: 0 },
  rate: 1,
  policies: [],
  label: '',
  lastSeen: 1,
  service: null,
  mutualTls: null,
  reporters: ['hubble'],
  claim: null,
  bundled: 1,
}

const OTHERWISE: Omit<GraphEdge, 'id'> = {
  source: 'c',
  target: 'c',
  relation: 'depends',
  basis: 'declared',
  state: 'denied-tried',
  protocol: 'UDP',
  ports: ['80', '81'],
  verdicts: { ...EDGE.verdicts, unknown: 1 },
  rate: 2,
  policies: [{ policy: 'NetworkPolicy:shop/web', rule: null, confidence: 'stated' }],
  label: 'policy/default-deny',
  lastSeen: 2,
  service: { ref: 'svc:shop/b', basis: 'observed' },
  mutualTls: 'all',
  reporters: ['hubble', 'ingest'],
  claim: 'broken',
  bundled: 2,
}

const withEdge = (edge: GraphEdge): Topology => ({
  level: 'workload',
  at: 1,
  windowMs: 60_000,
  nodes: [],
  edges: [edge],
  folded: [],
  total: { nodes: 0, edges: 1 },
  filtered: { edges: 0, flows: 0 },
})

test.each(Object.entries(OTHERWISE))('an edge whose %s changed is sent again', (name, value) => {
  const changed = withEdge({ ...EDGE, [name]: value })
  expect(diffTopology(withEdge(EDGE), changed).edges.put).toEqual(changed.edges)
})

test('an edge that is equal in every field is not sent again', () => {
  expect(diffTopology(withEdge(EDGE), withEdge(structuredClone(EDGE))).edges).toEqual({ put: [], removed: [] })
})
