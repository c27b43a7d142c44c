import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combineTopologies, idInCluster, splitClusterId, viewOfCluster } from './combine-topologies'
import { aGraphEdge } from './testing/a-graph-edge'
import type { GraphEdge, GraphNode, Topology } from './topology'
import { WHOLE_CLUSTER } from './view'

const node = (id: string, parent: string | null = null): GraphNode => ({
  id,
  kind: parent === null ? 'namespace' : 'workload',
  ref: id,
  name: id,
  namespace: null,
  parent,
  lane: 'workload',
  badges: [],
})
const edge = (source: string, target: string): GraphEdge => aGraphEdge({ source, target })
const topology = (nodes: readonly GraphNode[], edges: readonly GraphEdge[] = []): Topology => ({
  level: 'namespace',
  at: 1_000,
  windowMs: 60_000,
  nodes,
  edges,
  folded: [{ id: 'dns', label: '3 DNS', nodes: 0, edges: 1, flows: 3, folded: true }],
  total: { nodes: nodes.length, edges: edges.length },
  filtered: { edges: 0, flows: 2 },
})

const shop = topology([node('shop'), node('shop/cart[Deployment]', 'shop')], [edge('shop', 'shop/cart[Deployment]')])

test('what two clusters have under one name stays apart', () => {
  const both = combineTopologies(
    [
      { name: 'prod', note: null, topology: shop },
      { name: 'staging', note: 'Pod is not up to date', topology: shop },
    ],
    WHOLE_CLUSTER,
    0,
  )
  expect(both.nodes.map(({ id, ref, parent }) => [id, ref, parent])).toEqual([
    ['@prod', 'prod', null],
    ['@prod/shop', 'shop', '@prod'],
    ['@prod/shop/cart[Deployment]', 'shop/cart[Deployment]', '@prod/shop'],
    ['@staging', 'staging', null],
    ['@staging/shop', 'shop', '@staging'],
    ['@staging/shop/cart[Deployment]', 'shop/cart[Deployment]', '@staging/shop'],
  ])
  expect(both.edges.map(({ source, target }) => [source, target])).toEqual([
    ['@prod/shop', '@prod/shop/cart[Deployment]'],
    ['@staging/shop', '@staging/shop/cart[Deployment]'],
  ])
  expect(new Set(both.edges.map(({ id }) => id)).size).toBe(2)
  expect(both.nodes[3]?.badges).toContainEqual({ id: 'problem', value: 'Pod is not up to date' })
  expect(both.total).toEqual({ nodes: 6, edges: 2 })
  expect(both.filtered.flows).toBe(4)
  expect(both.folded).toEqual([{ id: 'dns', label: '6 flows hidden as name resolution', nodes: 0, edges: 2, flows: 6, folded: true }])
})

test('each cluster is asked for its own', () => {
  const view = { ...WHOLE_CLUSTER, open: ['@prod/shop', '@staging/data', 'everywhere'], selection: '@prod/shop' }
  expect(viewOfCluster(view, 'prod')).toMatchObject({ open: ['shop', 'everywhere'], selection: 'shop' })
  expect(viewOfCluster(view, 'staging')).toMatchObject({ open: ['data', 'everywhere'], selection: null })
})

test('an id in a cluster is taken apart again, whatever the names hold', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(text, text, (cluster, id) => {
      expect(splitClusterId(idInCluster(cluster, id))).toEqual({ cluster, id })
    }),
  )
})
