import { boxInset } from '@/lib/graph/layout-size'
import type { DrawnNode } from './drawing'
import { paintShield } from './paint-shield'
import { fitSize, fontsOf, isAway, LEAST_TEXT, onScreen, type Painter, type Rect } from './painter'

/** Paints the label of a node that holds others. */
export function paintBoxLabel(painter: Painter, node: DrawnNode): void {
  const { context, scene, fitter, scale } = painter
  const { colors } = scene
  const rect = onScreen(scene, node.box)
  if (rect.width < 34 || rect.height < 20 || (node.row.kind === 'pod' && scene.camera.zoom < 0.48)) return
  const isNamespace = node.row.kind === 'namespace'
  const isCluster = node.row.kind === 'cluster'
  context.globalAlpha = isAway(scene, node.id) ? 0.45 : 1
  const pad = Math.min(12, Math.max(3, boxInset(node.row.kind).pad * scene.camera.zoom))
  // A box whose upper edge is above the window keeps its label in view.
  const top = Math.min(Math.max(rect.y, 0), rect.y + rect.height - 22)
  const header = boxInset(node.row.kind).header * scene.camera.zoom
  const y = top + Math.min(17 * scale, Math.max(LEAST_TEXT / 2 + 1, header / 2))
  let right = rect.x + rect.width - pad
  const fontOf = fontsOf(600, colors.fontText)
  const size = Math.min((isCluster ? 14 : isNamespace ? 12.5 : 11.5) * scale, Math.max(LEAST_TEXT, header * 0.78))
  context.font = fontOf(size)
  const sign = Math.min(14 * scale, Math.max(9, header * 0.9))
  if (node.facts.shield !== null && right - rect.x - pad - sign - 6 > Math.min(context.measureText(node.facts.title).width, 120)) {
    right -= sign
    paintShield(context, { x: right, y: y - sign / 2, size: sign }, node.facts.shield, node.facts.isEnforced, colors)
    right -= 6
  }
  context.fillStyle = colors.text
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  fitSize(context, node.facts.title, right - rect.x - pad, size, fontOf, true)
  const title = fitter.fit(context, node.facts.title, right - rect.x - pad)
  context.lineJoin = 'round'
  context.lineWidth = Math.min(4, header * 0.25)
  context.strokeStyle = colors.surface
  context.strokeText(title, rect.x + pad, y)
  context.fillText(title, rect.x + pad, y)
  const used = context.measureText(title).width
  context.font = `400 ${10.5 * scale}px ${colors.fontText}`
  const words = isCluster && node.facts.problem !== null ? `! ${node.facts.problem}` : node.facts.subtitle
  context.fillStyle = isCluster && node.facts.problem !== null ? colors.notice : colors.muted
  const room = right - rect.x - pad - used - 8
  if (room > 50 && words !== '') context.fillText(fitter.fit(context, words, room), rect.x + pad + used + 8, y)
  if (node.row.kind === 'pod') paintLocalhost(painter, rect)
  context.globalAlpha = 1
}

/** The bus that the containers of a pod share: they reach each other on 127.0.0.1 and no policy sees it. */
function paintLocalhost({ context, scene, scale }: Painter, rect: Rect): void {
  const zoom = scene.camera.zoom
  const y = rect.y + rect.height - 10 * zoom
  context.strokeStyle = scene.colors.borderStrong
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(rect.x + 10 * zoom, y)
  context.lineTo(rect.x + rect.width - 10 * zoom, y)
  context.stroke()
  if (zoom < 0.6) return
  context.font = `400 ${9.5 * scale}px ${scene.colors.fontMono}`
  const text = 'localhost'
  const width = context.measureText(text).width + 8
  context.fillStyle = scene.colors.raised
  context.fillRect(rect.x + rect.width / 2 - width / 2, y - 6, width, 12)
  context.fillStyle = scene.colors.muted
  context.textAlign = 'center'
  context.fillText(text, rect.x + rect.width / 2, y)
  context.textAlign = 'left'
}
