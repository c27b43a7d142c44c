import { expect, test } from 'vitest'
import { diffTopology } from './diff-topology'
import { aGraphEdge } from './testing/a-graph-edge'
import type { GraphEdge, Topology } from './topology'

const EDGE = aGraphEdge({ source: 'a', target: 'b', reporters: ['hubble'] })

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
