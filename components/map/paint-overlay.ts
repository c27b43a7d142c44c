import type { DrawnNode } from './drawing'
import type { TextFitter } from './fit-text'
import { paintBoxLabel } from './paint-box'
import { paintCard } from './paint-card'
import { labelOrder, paintEdgeLabel, paintEdgeSign } from './paint-edge'
import { paintFindings } from './paint-findings'
import { isVisible, type OverlayScene, onScreen, type Painter, type Rect } from './painter'

/**
 * Paints words, shields and second signs over the shapes that Cytoscape drew. Sizes are in screen px, so that a name can be
 * read at any zoom; what does not fit is cut with an ellipsis.
 */
export function paintOverlay(context: CanvasRenderingContext2D, scene: OverlayScene, fitter: TextFitter): void {
  context.clearRect(0, 0, scene.width, scene.height)
  const painter: Painter = { context, scene, fitter, scale: Math.min(1.35, Math.max(0.92, scene.camera.zoom)) }
  const visible: DrawnNode[] = []
  for (const node of scene.drawing.nodes.values()) if (isVisible(scene, node)) visible.push(node)
  for (const node of visible) if (node.box.isBox) paintBoxLabel(painter, node)
  for (const node of visible) if (!node.box.isBox) paintCard(painter, node)
  for (const node of visible) paintFindings(painter, node)
  for (const edge of scene.drawing.edges.values()) paintEdgeSign(painter, edge)
  const taken: Rect[] = []
  for (const edge of labelOrder(scene)) paintEdgeLabel(painter, edge, taken)
  paintFocus(painter)
}

function paintFocus({ context, scene }: Painter): void {
  const id = scene.attention.focusedNode
  const node = id === null ? undefined : scene.drawing.nodes.get(id)
  if (node === undefined) return
  const rect = onScreen(scene, node.box)
  context.strokeStyle = scene.colors.accent
  context.lineWidth = 2
  context.setLineDash([5, 3])
  context.beginPath()
  context.roundRect(rect.x - 4, rect.y - 4, rect.width + 8, rect.height + 8, 8)
  context.stroke()
  context.setLineDash([])
}
