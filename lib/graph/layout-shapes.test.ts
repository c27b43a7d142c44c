import { expect, test } from 'vitest'
import { type LayoutInput, type LayoutNode, layoutGraph } from './layout'
import { chooseShapes } from './layout-shapes'

/** Namespaces of five workloads each, each workload calling one of the next namespace. */
function aCluster(namespaces: number, aspect: number): LayoutInput {
  const nodes: LayoutNode[] = []
  const edges: { source: string; target: string; weight: number }[] = []
  for (let n = 0; n < namespaces; n++) {
    nodes.push({ id: `ns-${n}`, kind: 'namespace', parent: null, lane: 'workload', isSmall: false })
    for (let w = 0; w < 5; w++) {
      nodes.push({ id: `ns-${n}/w${w}`, kind: 'workload', parent: `ns-${n}`, lane: 'workload', isSmall: false })
      edges.push({ source: `ns-${n}/w${w}`, target: `ns-${(n + 1) % namespaces}/w${(w + 2) % 5}`, weight: 3 })
    }
  }
  return { nodes, edges, aspect }
}

function extent(input: LayoutInput): { width: number; height: number } {
  const boxes = [...layoutGraph(input, null).boxes.values()]
  return { width: Math.max(...boxes.map((box) => box.x + box.width)), height: Math.max(...boxes.map((box) => box.y + box.height)) }
}

test('the drawing takes the shape of its surface: none of the sides leaves half of it empty', () => {
  for (const aspect of [0.7, 1, 1.6, 2.4]) {
    for (const namespaces of [3, 8, 20]) {
      const { width, height } = extent(aCluster(namespaces, aspect))
      const ratio = width / height / aspect
      expect(ratio).toBeGreaterThan(0.5)
      expect(ratio).toBeLessThan(2)
    }
  }
})

test('another window does not move what is placed', () => {
  const input = aCluster(8, 1.6)
  const before = layoutGraph(input, null)
  expect(layoutGraph({ ...input, aspect: 0.6 }, before.memory).boxes).toEqual(before.boxes)
})

test('the cheapest shapes are chosen box by box, and the first of equals stays', () => {
  const shape = (width: number, height: number) => ({
    inside: { stacks: [], width, height },
    edgeCost: 0,
    size: { width, height },
  })
  const tall = shape(1, 4)
  const wide = shape(4, 1)
  const choices = ['a', 'b'].map((id) => ({ id, shapes: [tall, wide] }))
  const isWide = (size: { width: number } | undefined) => Number((size?.width ?? 0) > 1)
  const mixed = chooseShapes(choices, (sizes) => Math.abs(isWide(sizes.get('a')) - 0) + Math.abs(isWide(sizes.get('b')) - 1))
  expect([mixed.get('a'), mixed.get('b')]).toEqual([tall, wide])
  const even = chooseShapes(choices, () => 1)
  expect([even.get('a'), even.get('b')]).toEqual([tall, tall])
})
