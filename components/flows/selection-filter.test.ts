import { expect, test } from 'vitest'
import { allOf } from '@/lib/flows/filter'
import { printFilter } from '@/lib/flows/filter-print'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { selectionFilter } from './selection-filter'

const aNode = (ref: string, kind: GraphNode['kind']): GraphNode => ({
  id: ref,
  ref,
  kind,
  name: ref,
  namespace: null,
  parent: null,
  lane: 'workload',
  badges: [],
})
const nodes = new Map(
  [aNode('shop', 'namespace'), aNode('shop/cart[Deployment]', 'workload'), aNode('cidr:203.0.113.0/24', 'external')].map((node) => [
    node.id,
    node,
  ]),
)
const anEdge = (edge: Partial<GraphEdge>) => new Map([['e', { id: 'e', ports: [], protocol: null, ...edge } as GraphEdge]])
const printed = (selection: string, edges: ReadonlyMap<string, GraphEdge> = new Map()) => {
  const filters = selectionFilter(selection, { nodes, edges })
  return filters === null ? null : printFilter(allOf(filters))
}

test('a selected node asks for its flows in both directions', () => {
  expect(printed('shop')).toBe('ns:shop')
  expect(printed('cidr:203.0.113.0/24')).toBe('ip:203.0.113.0/24')
})

test('a selected edge asks for its flows from end to end on its ports', () => {
  const edges = anEdge({ source: 'shop', target: 'shop/cart[Deployment]', ports: ['8080', '9090'], protocol: 'TCP' })
  expect(printed('e', edges)).toBe('from:ns:shop to:workload:shop/cart[Deployment] port:8080,9090 protocol:TCP')
})

test('a selection that is not in the graph has no filter', () => {
  expect(printed('gone')).toBeNull()
})
