import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffTopology } from '../graph/diff-topology'
import { aGraphEdge } from '../graph/testing/a-graph-edge'
import { EDGE_STATES, type GraphEdge, type GraphNode, type Topology } from '../graph/topology'
import { applyDelta, applySnapshot, ColumnIds, emptyGraphTable, encodeDelta, encodeSnapshot } from './columns'

const name = fc.constantFrom('shop', 'payments', '__proto__', 'constructor', 'toString', 'مرحبا', 'n'.repeat(63))

const node = fc.record({ name, badge: fc.string(), isEntering: fc.boolean() }).map(
  ({ name, badge, isEntering }): GraphNode => ({
    id: isEntering ? `from:${name}` : name,
    kind: 'namespace',
    ref: name,
    name,
    namespace: name,
    parent: null,
    lane: 'workload',
    badges: [{ id: 'pods', value: badge }],
  }),
)

const topology = fc
  .record({
    nodes: fc.uniqueArray(node, { selector: ({ id }) => id, minLength: 1 }),
    pairs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(1_000), fc.constantFrom(...EDGE_STATES))),
    at: fc.nat(),
  })
  .map(({ nodes, pairs, at }): Topology => {
    const edges = new Map<string, GraphEdge>()
    for (const [from, to, rate, state] of pairs) {
      const source = nodes[from % nodes.length]?.id ?? ''
      const target = nodes[to % nodes.length]?.id ?? ''
      const id = `${source}>${target} traffic ${state}`
      edges.set(
        id,
        aGraphEdge({
          id,
          source,
          target,
          state,
          verdicts: { forwarded: rate, dropped: 0, audit: 0, error: 0, unknown: 0 },
          rate,
          lastSeen: at,
          mutualTls: rate % 2 === 0 ? null : 'some',
          reporters: rate % 3 === 0 ? [] : ['hubble', 'ingest'].slice(rate % 2),
        }),
      )
    }
    return {
      level: 'namespace',
      at,
      windowMs: 60_000,
      nodes,
      edges: [...edges.values()],
      folded: [],
      total: { nodes: nodes.length, edges: edges.size },
      filtered: { edges: 0, flows: 0 },
    }
  })

const byId = <Row extends { readonly id: string }>(rows: Iterable<Row>) => new Map([...rows].map((row) => [row.id, row]))

test('applying the deltas of a sequence of topologies gives its last topology', () => {
  fc.assert(
    fc.property(fc.array(topology, { minLength: 1, maxLength: 6 }), (sequence) => {
      const [first, ...rest] = sequence
      const ids = new ColumnIds()
      const table = emptyGraphTable()
      const sent = (value: object) => JSON.parse(JSON.stringify(value))
      applySnapshot(table, sent(encodeSnapshot(first as Topology, ids, 1)))
      let before = first as Topology
      let seq = 1
      for (const after of rest) {
        seq++
        expect(applyDelta(table, sent(encodeDelta(diffTopology(before, after), after, ids, seq)))).not.toBe('gap')
        before = after
      }
      expect(table.nodes).toEqual(byId(before.nodes))
      expect(table.edges).toEqual(byId(before.edges))
      expect(table.header?.at).toBe(before.at)
    }),
  )
})

test('a delta that does not follow on is a gap and changes nothing', () => {
  fc.assert(
    fc.property(topology, topology, (before, after) => {
      const ids = new ColumnIds()
      const table = emptyGraphTable()
      applySnapshot(table, encodeSnapshot(before, ids, 4))
      expect(applyDelta(table, encodeDelta(diffTopology(before, after), after, ids, 6))).toBe('gap')
      expect(table.nodes).toEqual(byId(before.nodes))
    }),
  )
})

test('a topology has an empty diff to itself', () => {
  fc.assert(
    fc.property(topology, (value) => {
      expect(diffTopology(value, structuredClone(value))).toEqual({ nodes: { put: [], removed: [] }, edges: { put: [], removed: [] } })
    }),
  )
})
