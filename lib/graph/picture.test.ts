import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { buildTopology } from './build-topology'
import { GraphIndex } from './graph-index'
import { drawPicture } from './picture'
import { pictureSvg } from './picture-svg'
import { aFlowEdge } from './testing/a-flow-edge'
import { WHOLE_CLUSTER } from './view'

const topologyOf = (names: readonly string[], from = 'shop/a[Deployment]', to = 'shop/b[Deployment]') => {
  const cluster = aCluster(names.map((name) => aDeployment({ name, namespace: 'shop' })))
  const index = new GraphIndex(cluster, compilePolicies(cluster))
  const flowEdges = [aFlowEdge({ from, to, verdicts: { dropped: 1 } })]
  return buildTopology({ index, flowEdges, view: { ...WHOLE_CLUSTER, level: 'workload' }, filter: null, at: 1_000_000 })
}

test('a denied edge is red and crossed, so that colour is not the only sign', () => {
  const svg = pictureSvg(drawPicture(topologyOf(['a', 'b']), 'light', 'test'))
  expect(svg.match(/stroke="#c1121f"/g)).toHaveLength(3)
})

test('names are text in the picture, whatever they hold', () => {
  const topology = topologyOf(['a', 'b'])
  const hostile = topology.nodes.map((node) => (node.name === 'a' ? { ...node, name: '</text><script>"&\u0000\ud800' } : node))
  const svg = pictureSvg(drawPicture({ ...topology, nodes: hostile }, 'dark', '<b>&'))
  expect(svg).not.toContain('<script>')
  expect(svg).not.toContain('<b>')
  expect(svg).not.toContain('\u0000')
  expect(svg).toContain('&lt;b&gt;&amp;')
})

test('every node is inside the picture', () => {
  const picture = drawPicture(topologyOf(['a', 'b', 'c', 'd', 'e']), 'light', 'test')
  for (const shape of picture.shapes) {
    if (shape.kind !== 'rect') continue
    expect(shape.x + shape.width).toBeLessThanOrEqual(picture.width)
    expect(shape.y + shape.height).toBeLessThanOrEqual(picture.height)
  }
})
