import { expect, test } from 'vitest'
import { makeDrawing } from './drawing'
import { aGraph, aNode, anEdge } from './testing/graph'
import { nextNode } from './walk'

const drawing = makeDrawing({
  ...aGraph(
    [aNode({ id: 'web' }), aNode({ id: 'cart' }), aNode({ id: 'db' })],
    [anEdge({ source: 'web', target: 'cart' }), anEdge({ source: 'cart', target: 'db' })],
  ),
  aspect: 8,
  memory: null,
  inFocus: new Set(),
})

test('arrow keys walk along the drawing and stop at its end', () => {
  expect(nextNode(drawing, 'web', 'right')).toBe('cart')
  expect(nextNode(drawing, 'cart', 'right')).toBe('db')
  expect(nextNode(drawing, 'db', 'right')).toBeNull()
  expect(nextNode(drawing, 'db', 'left')).toBe('cart')
})

test('from nowhere the first key reaches the upper left node', () => {
  expect(nextNode(drawing, null, 'down')).toBe('web')
  expect(nextNode(drawing, 'gone', 'down')).toBe('web')
})
