import { expect, test } from 'vitest'
import { makeDrawing, widthStep } from './drawing'
import { aGraph, aNode, anEdge } from './testing/graph'

const none: ReadonlySet<string> = new Set()

test('edges of one pair that look the same are one line that says how many ports it has', () => {
  const rows = ['1', '2', '3'].map((port) => anEdge({ id: port, source: 'a', target: 'b', ports: [port] }))
  const drawing = makeDrawing({ ...aGraph([aNode({ id: 'a' }), aNode({ id: 'b' })], rows), aspect: 1, memory: null, inFocus: none })
  expect([...drawing.edges.values()].map((line) => line.label)).toEqual(['3 ports'])
  expect(drawing.lineOf.get('2')).toBe(drawing.lineOf.get('3'))
})

test('a denied edge never disappears in the line of an allowed one', () => {
  const edges = [anEdge({ id: 'ok', source: 'a', target: 'b' }), anEdge({ id: 'no', source: 'a', target: 'b', state: 'denied-tried' })]
  const drawing = makeDrawing({ ...aGraph([aNode({ id: 'a' }), aNode({ id: 'b' })], edges), aspect: 1, memory: null, inFocus: none })
  expect([...drawing.edges.values()].map((line) => line.look).sort()).toEqual(['denied', 'used'])
})

test('what is declared is never drawn as traffic', () => {
  const edge = anEdge({ source: 'a', target: 'b', relation: 'routes', basis: 'declared', state: null })
  const drawing = makeDrawing({ ...aGraph([aNode({ id: 'a' }), aNode({ id: 'b' })], [edge]), aspect: 1, memory: null, inFocus: none })
  expect([...drawing.edges.values()].map((line) => line.look)).toEqual(['declared'])
})

test('too many lines of pods are drawn between their workloads, those of a chosen pod one by one', () => {
  const workloads = ['x', 'y'].map((id) => aNode({ id }))
  const pods = workloads.flatMap(({ id }) => Array.from({ length: 20 }, (_, i) => aNode({ id: `${id}-${i}`, kind: 'pod', parent: id })))
  const edges = Array.from({ length: 400 }, (_, i) => anEdge({ id: `${i}`, source: `x-${i % 20}`, target: `y-${Math.floor(i / 20)}` }))
  const graph = aGraph([...workloads, ...pods], edges)
  const whole = makeDrawing({ ...graph, aspect: 1, memory: null, inFocus: none })
  expect(whole.edges.size).toBe(1)
  const focused = makeDrawing({ ...graph, aspect: 1, memory: whole.memory, inFocus: new Set(['x-3']) })
  expect([...focused.edges.values()].map((line) => [line.source, line.target]).sort()).toEqual([
    ['x', 'y'],
    ['x-3', 'y'],
  ])
})

test('width grows with the logarithm of the rate', () => {
  expect([0, 0.001, 0.1, 1, 10, 100, 5000].map(widthStep)).toEqual([0, 0, 1, 2, 3, 4, 4])
})
