import { expect, test } from 'vitest'
import { edgePort } from '@/components/graph/edge-words'
import { aGraph, aNode, anEdge } from './testing/graph'
import { twinRows, twinTree } from './twin-rows'

const dropped = { forwarded: 0, dropped: 7, audit: 0, error: 0, unknown: 0 }
const graph = aGraph(
  [
    aNode({ id: 'shop', kind: 'namespace' }),
    aNode({ id: 'shop/web[Deployment]', name: 'web', namespace: 'shop', parent: 'shop' }),
    aNode({ id: 'shop/cart[Deployment]', name: 'cart', namespace: 'shop', parent: 'shop' }),
    aNode({ id: 'entity:world', name: 'Internet', kind: 'entry', lane: 'entry' }),
  ],
  [
    anEdge({ source: 'entity:world', target: 'shop/web[Deployment]', rate: 5 }),
    anEdge({ source: 'shop/web[Deployment]', target: 'shop/cart[Deployment]', state: 'denied-tried', verdicts: dropped, rate: 0.1 }),
    anEdge({ source: 'shop', target: 'shop/web[Deployment]', relation: 'owns', state: null }),
  ],
)

test('what needs attention comes first', () => {
  expect(twinRows(graph, { column: 'state', direction: 'ascending' }).map((row) => row.state)).toEqual(['denied', 'used'])
})

test('a column sorts both ways', () => {
  const rates = (direction: 'ascending' | 'descending') => twinRows(graph, { column: 'rate', direction }).map((row) => row.rate)
  expect(rates('ascending')).toEqual([0.1, 5])
  expect(rates('descending')).toEqual([5, 0.1])
})

test('ports are written with their protocol, bundles with how many they stand for', () => {
  expect(edgePort(anEdge({ source: 'a', target: 'b' }))).toBe('TCP 8080')
  expect(edgePort(anEdge({ source: 'a', target: 'b', ports: [], bundled: 12 }))).toBe('12 connections')
  expect(edgePort(anEdge({ source: 'a', target: 'b', protocol: null, ports: [], label: 'shop.example/' }))).toBe('shop.example/')
})

test('the tree holds every node once, inside what it stands in, with its denials', () => {
  const tree = twinTree(graph)
  expect(tree.map((branch) => branch.node.id)).toEqual(['entity:world', 'shop'])
  expect(tree[1]?.children.map((branch) => [branch.node.name, branch.denied])).toEqual([
    ['cart', 7],
    ['web', 7],
  ])
})
