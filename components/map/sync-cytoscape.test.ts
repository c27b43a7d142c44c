import cytoscape, { type Core } from 'cytoscape'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { type Drawing, makeDrawing } from './drawing'
import { edgeElement, nodeElement, syncCytoscape } from './sync-cytoscape'
import { aGraph, aNode, anEdge } from './testing/graph'

function headless(): Core {
  return cytoscape({ headless: true, styleEnabled: false })
}

function draw(nodes: readonly GraphNode[], edges: readonly GraphEdge[], before: Drawing | null = null): Drawing {
  return makeDrawing({ ...aGraph(nodes, edges), aspect: 1.6, memory: before?.memory ?? null, inFocus: new Set() })
}

const shop = [aNode({ id: 'web' }), aNode({ id: 'cart' }), aNode({ id: 'db' })]

test('the first drawing adds every node at the middle of its box, and every line', () => {
  const cy = headless()
  const drawing = draw(shop, [anEdge({ source: 'web', target: 'cart' })])
  expect(syncCytoscape(cy, null, drawing)).toEqual({ added: 4, updated: 0, removed: 0 })
  const box = drawing.nodes.get('cart')?.box
  expect(cy.getElementById(nodeElement('cart')).position()).toEqual({
    x: (box?.x ?? 0) + (box?.width ?? 0) / 2,
    y: (box?.y ?? 0) + (box?.height ?? 0) / 2,
  })
  expect(cy.edges()).toHaveLength(1)
})

test('the same graph again touches nothing', () => {
  const cy = headless()
  const edges = [anEdge({ source: 'web', target: 'cart' })]
  const first = draw(shop, edges)
  syncCytoscape(cy, null, first)
  expect(syncCytoscape(cy, first, draw(shop, edges, first))).toEqual({ added: 0, updated: 0, removed: 0 })
})

test('a refused connection changes the line of that connection and keeps the others as they are', () => {
  const cy = headless()
  const first = draw(shop, [anEdge({ source: 'web', target: 'cart' }), anEdge({ source: 'cart', target: 'db' })])
  syncCytoscape(cy, null, first)
  const kept = cy.edges(`[source = "${nodeElement('cart')}"]`)
  const next = draw(
    shop,
    [anEdge({ source: 'web', target: 'cart', state: 'denied-tried' }), anEdge({ source: 'cart', target: 'db' })],
    first,
  )
  syncCytoscape(cy, first, next)
  expect(cy.edges('.denied')).toHaveLength(1)
  expect(cy.edges(`[source = "${nodeElement('cart')}"]`).same(kept)).toBe(true)
})

test('survivors keep their element, class and position when others come and go', () => {
  const cy = headless()
  const first = draw(shop, [])
  syncCytoscape(cy, null, first)
  const cart = cy.getElementById(nodeElement('cart'))
  cart.addClass('chosen')
  const before = { ...cart.position() }
  const next = draw([aNode({ id: 'cart' }), aNode({ id: 'db' }), aNode({ id: 'new' })], [anEdge({ source: 'new', target: 'cart' })], first)
  syncCytoscape(cy, first, next)
  expect(cart.inside()).toBe(true)
  expect(cart.hasClass('chosen')).toBe(true)
  expect(cart.position()).toEqual(before)
  expect(cy.getElementById(nodeElement('web')).length).toBe(0)
})

test('the viewport is left alone', () => {
  const cy = headless()
  const first = draw(shop, [])
  syncCytoscape(cy, null, first)
  cy.viewport({ zoom: 0.7, pan: { x: 13, y: 17 } })
  syncCytoscape(cy, first, draw([...shop, aNode({ id: 'late' })], [], first))
  expect([cy.zoom(), cy.pan()]).toEqual([0.7, { x: 13, y: 17 }])
})

test('a node and an edge of the same name do not meet, and names of the language are names', () => {
  const cy = headless()
  const nodes = [aNode({ id: '__proto__' }), aNode({ id: 'constructor' })]
  const drawing = draw(nodes, [anEdge({ id: '__proto__', source: '__proto__', target: 'constructor' })])
  syncCytoscape(cy, null, drawing)
  expect(cy.nodes()).toHaveLength(2)
  expect(cy.edges()).toHaveLength(1)
})

test('after any sequence of changes the instance holds exactly what the last drawing says', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const graphs = fc.record({
    nodes: fc.subarray(ids, { minLength: 1 }),
    edges: fc.array(
      fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids), fc.constantFrom('allowed-used', 'denied-tried', 'allowed-unused')),
      {
        maxLength: 10,
      },
    ),
  })
  fc.assert(
    fc.property(fc.array(graphs, { minLength: 1, maxLength: 6 }), (sequence) => {
      const cy = headless()
      let before: Drawing | null = null
      for (const { nodes, edges } of sequence) {
        const rows = edges
          .filter(([source, target]) => nodes.includes(source) && nodes.includes(target))
          .map(([source, target, state]) =>
            anEdge({ id: `${source}${target}${state}`, source, target, state: state as GraphEdge['state'] }),
          )
        const next: Drawing = draw(
          nodes.map((id) => aNode({ id })),
          rows,
          before,
        )
        syncCytoscape(cy, before, next)
        before = next
        expect(
          cy
            .nodes()
            .map((node) => node.id())
            .sort(),
        ).toEqual([...next.nodes.keys()].map(nodeElement).sort())
        expect(
          cy
            .edges()
            .map((edge) => edge.id())
            .sort(),
        ).toEqual([...next.edges.keys()].map(edgeElement).sort())
        for (const edge of next.edges.values()) expect(cy.getElementById(edgeElement(edge.id)).hasClass(edge.look)).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})
