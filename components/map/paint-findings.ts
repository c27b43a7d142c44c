import type { DrawnNode } from './drawing'
import { isAway, onScreen, type Painter } from './painter'

/** Nodes of less width in px have no room for a mark, and of less than the other one none for a number. */
const LEAST_WIDTH = 12
const LEAST_NUMBER_WIDTH = 48

/**
 * The mark of findings on the upper right corner of a node: an octagon for errors, a triangle for warnings, each with its
 * own shape so that colour is never the only difference, and how many there are where that fits.
 */
export function paintFindings({ context, scene, scale }: Painter, node: DrawnNode): void {
  const { findings } = node.facts
  const rect = onScreen(scene, node.box)
  if (findings === null || rect.width < LEAST_WIDTH) return
  const size = Math.min(9 * scale, Math.max(6.5, rect.height * 0.3))
  context.save()
  context.globalAlpha = isAway(scene, node.id) ? 0.45 : 1
  context.font = `700 ${size * 1.15}px ${scene.colors.fontText}`
  const text = rect.width < LEAST_NUMBER_WIDTH ? '' : scene.formatCount(findings.count)
  const words = text === '' ? 0 : context.measureText(text).width + 3
  const [width, height] = [size + words + 8, size + 6]
  const x = rect.x + rect.width - width + 4
  const y = rect.y - height / 2
  const color = findings.worst === 'error' ? scene.colors.error : scene.colors.notice
  context.fillStyle = scene.colors.surface
  context.strokeStyle = color
  context.lineWidth = 1.25
  context.beginPath()
  context.roundRect(x, y, width, height, height / 2)
  context.fill()
  context.stroke()
  context.fillStyle = color
  paintShape(context, { x: x + 4, y: y + 3, size }, findings.worst)
  if (text !== '') {
    context.textAlign = 'left'
    context.textBaseline = 'middle'
    context.fillText(text, x + 4 + size + 3, y + height / 2 + 0.5)
  }
  context.restore()
}

function paintShape(
  context: CanvasRenderingContext2D,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
  severity: 'error' | 'warning',
): void {
  const corner = size * 0.3
  const points: readonly (readonly [number, number])[] =
    severity === 'warning'
      ? [
          [x + size / 2, y],
          [x + size, y + size],
          [x, y + size],
        ]
      : [
          [x + corner, y],
          [x + size - corner, y],
          [x + size, y + corner],
          [x + size, y + size - corner],
          [x + size - corner, y + size],
          [x + corner, y + size],
          [x, y + size - corner],
          [x, y + corner],
        ]
  context.beginPath()
  for (const [index, [px, py]] of points.entries()) {
    if (index === 0) context.moveTo(px, py)
    else context.lineTo(px, py)
  }
  context.closePath()
  context.fill()
}
