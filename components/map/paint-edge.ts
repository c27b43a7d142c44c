import { type EdgeLook, isDeclaredLook } from '@/components/graph/edge-look'
import type { DrawnEdge } from './drawing'
import { paintSign } from './paint-sign'
import type { OverlayScene, Painter, Rect } from './painter'

const SIGNS: Readonly<Record<EdgeLook, '✕' | '!' | '?' | null>> = {
  used: null,
  unused: null,
  declared: null,
  predicted: null,
  idle: null,
  nowhere: '!',
  denied: '✕',
  through: '!',
  error: '!',
  unknown: '?',
}

/** Paints the second sign of a line that is not simply let through. */
export function paintEdgeSign({ context, scene }: Painter, edge: DrawnEdge): void {
  const sign = SIGNS[edge.look]
  if (sign === null) return
  const { camera, colors, spotlight } = scene
  const x = edge.sign.x * camera.zoom + camera.x
  const y = edge.sign.y * camera.zoom + camera.y
  if (x < -20 || y < -20 || x > scene.width + 20 || y > scene.height + 20) return
  context.globalAlpha = spotlight !== null && !spotlight.edges.has(edge.id) ? 0.22 : 1
  const color =
    edge.look === 'denied'
      ? colors.denied
      : edge.look === 'through'
        ? colors.through
        : edge.look === 'nowhere'
          ? colors.notice
          : edge.look === 'error'
            ? colors.error
            : colors.unknown
  paintSign(context, { x, y, radius: Math.max(5.5, Math.min(8.5, 8 * camera.zoom)) }, sign, color, colors.surface)
  context.globalAlpha = 1
}

/** Edges whose label is wanted, the one that is pointed at first, then what is denied: who comes late finds less room. */
export function labelOrder({ drawing, attention, spotlight }: OverlayScene): readonly DrawnEdge[] {
  const isPointed = (edge: DrawnEdge) => attention.hoveredEdge === edge.id || attention.chosenEdge === edge.id
  const isNear = (edge: DrawnEdge) =>
    attention.chosenNode !== null && spotlight?.edges.has(edge.id) === true && (!isDeclaredLook(edge.look) || saysWhere(edge))
  const weight = (edge: DrawnEdge) => (isPointed(edge) ? 0 : edge.look === 'denied' || edge.look === 'through' ? 1 : 2)
  return [...drawing.edges.values()]
    .filter((edge) => isPointed(edge) || isNear(edge))
    .sort((a, b) => weight(a) - weight(b) || b.step - a.step)
}

/** Routes and ways out carry hosts, paths and weights that belong on the map. */
function saysWhere({ rows }: DrawnEdge): boolean {
  return rows.some(({ relation }) => relation === 'routes' || relation === 'egress-via' || relation === 'aliases')
}

/** Paints a label unless it would cover one that is `taken`, and takes its place. */
export function paintEdgeLabel(painter: Painter, edge: DrawnEdge, taken: Rect[]): void {
  const { context, scene } = painter
  const { attention, camera, colors } = scene
  const isPointed = attention.hoveredEdge === edge.id || attention.chosenEdge === edge.id
  const rate = edge.rows.reduce((sum, row) => sum + row.rate, 0)
  const text = edge.label + (isPointed && rate > 0 ? ` · ${scene.formatRate(rate)}/s` : '')
  if (text === '') return
  const x = edge.sign.x * camera.zoom + camera.x
  const y = edge.sign.y * camera.zoom + camera.y + (SIGNS[edge.look] === null ? 0 : 17)
  context.font = `500 ${11 * Math.min(1.1, painter.scale)}px ${colors.fontText}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const width = context.measureText(text).width + 10
  const rect = { x: x - width / 2, y: y - 9, width, height: 18 }
  if (!isPointed && taken.some((other) => meets(rect, other))) return
  taken.push(rect)
  context.fillStyle = colors.raised
  context.strokeStyle = colors.border
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(x - width / 2, y - 9, width, 18, 4)
  context.fill()
  context.stroke()
  context.fillStyle = edge.look === 'denied' ? colors.denied : colors.text
  context.fillText(text, x, y + 0.5)
  context.textAlign = 'left'
}

function meets(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
