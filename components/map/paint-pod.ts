import type { DrawnNode } from './drawing'
import { LEAST_HEIGHT, type Painter, type Rect } from './painter'

/** Paints a pod: a dot that says whether it is ready, with its name where there is room. */
export function paintPod(painter: Painter, node: DrawnNode, rect: Rect): void {
  const { context, scene, fitter, scale } = painter
  const { colors } = scene
  const isDot = node.box.width < 30
  const isReady = node.facts.problem === null && !(node.row.badges.find((badge) => badge.id === 'pods')?.value.startsWith('0/') ?? false)
  const radius = isDot ? Math.max(1.5, rect.width * 0.28) : Math.min(4, Math.max(2, rect.height * 0.17))
  const x = isDot ? rect.x + rect.width / 2 : rect.x + 6 + radius
  const y = rect.y + rect.height / 2
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
  // Ready is a full dot, not ready a ring.
  if (isReady) {
    context.fillStyle = node.denied > 0 ? colors.denied : colors.forwarded
    context.fill()
  } else {
    context.strokeStyle = colors.notice
    context.lineWidth = 1.5
    context.stroke()
  }
  if (isDot || rect.height < LEAST_HEIGHT) return
  context.font = `400 ${Math.min(10.5 * scale, rect.height * 0.62)}px ${colors.fontMono}`
  context.fillStyle = colors.text
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  const left = x + radius + 5
  context.fillText(fitter.fit(context, node.facts.title, rect.x + rect.width - left - 3), left, y)
}
