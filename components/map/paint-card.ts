import { lineBelow } from '@/components/graph/node-facts'
import type { DrawnNode } from './drawing'
import { breakName } from './fit-text'
import { paintPod } from './paint-pod'
import { paintShield } from './paint-shield'
import { fitSize, fontsOf, isAway, LEAST_HEIGHT, LEAST_TEXT, onScreen, type Painter, type Rect } from './painter'

/** A card of less height shows its title alone. */
const TITLE_ONLY_HEIGHT = 30
/** A namespace of this height shows traffic too. */
const THREE_LINES_HEIGHT = 51
/** The same for each of two lines. */
const LEAST_HALF = 7.5
/** Size in px to which a name shrinks so that a sign has room beside it. */
const LEAST_SHRINK = 9.5

/** Paints what stands on a node that holds nothing: its name first, then signs and facts where they have room. */
export function paintCard(painter: Painter, node: DrawnNode): void {
  const { scene } = painter
  const rect = onScreen(scene, node.box)
  painter.context.globalAlpha = isAway(scene, node.id) ? 0.4 : 1
  if (node.row.kind === 'pod') paintPod(painter, node, rect)
  else if (node.row.kind === 'service' && node.box.width < 40) paintServiceSign(painter, node, rect)
  else if (rect.height >= LEAST_HEIGHT) paintCardWords(painter, node, rect)
  painter.context.globalAlpha = 1
}

/** A Service with the name of its workload: only the word, and a sign when something is wrong with it. */
function paintServiceSign({ context, scene, scale }: Painter, node: DrawnNode, rect: Rect): void {
  if (rect.width < 11) return
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.font = `500 ${Math.max(7, Math.min(10 * scale, rect.width * 0.42))}px ${scene.colors.fontText}`
  context.fillStyle = node.facts.problem === null ? scene.colors.muted : scene.colors.notice
  context.fillText(node.facts.problem === null ? 'svc' : 'svc!', rect.x + rect.width / 2, rect.y + rect.height / 2 + 0.5)
  context.textAlign = 'left'
}

function paintCardWords(painter: Painter, node: DrawnNode, rect: Rect): void {
  const { context, scene, fitter, scale } = painter
  const { colors } = scene
  const isNamespace = node.row.kind === 'namespace'
  const pad = Math.min(rect.width * 0.05, 11)
  let right = rect.x + rect.width - pad
  const titleSize = Math.min((isNamespace ? 13 : 12) * scale, rect.height * 0.72)
  const second = lineBelow(node.row, node.facts)
  const fontOf = fontsOf(node.row.kind === 'service' ? 500 : 600, colors.fontText)

  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.font = fontOf(titleSize)
  const wanted = context.measureText(node.facts.title).width
  const free = (room: number) => right - rect.x - pad - room
  const lines = linesOf(node, rect, second, (wanted * LEAST_TEXT) / titleSize <= free(0))
  const y = lines === 1 ? rect.y + rect.height / 2 : rect.y + rect.height * (lines === 3 ? 0.24 : 0.31)

  // The name comes first: signs stand beside it where they leave it whole, and it shrinks before it is cut.
  const shieldSize = Math.min(15 * scale, rect.height * 0.6)
  if (node.facts.shield !== null && free(shieldSize + 5) >= (wanted * LEAST_SHRINK) / titleSize) {
    right -= shieldSize
    paintShield(context, { x: right, y: y - shieldSize / 2, size: shieldSize }, node.facts.shield, node.facts.isEnforced, colors)
    right -= 5
  }
  const isDenied = node.denied > 0 && !isNamespace && node.row.kind !== 'service'
  if (isDenied) right = paintDeniedCount(painter, node, rect.x + pad, right, y, titleSize, wanted)
  context.fillStyle = colors.text
  const halves = lines > 1 || rect.height < 2 * LEAST_HALF ? null : breakName(node.facts.title)
  const size = fitSize(context, node.facts.title, free(0), titleSize, fontOf, halves === null)
  if (halves === null || context.measureText(node.facts.title).width <= free(0)) {
    context.fillText(fitter.fit(context, node.facts.title, free(0)), rect.x + pad, y)
  } else {
    const longer = halves[0].length > halves[1].length ? halves[0] : halves[1]
    const half = fitSize(context, longer, free(0), Math.min(size + 1, rect.height * 0.46), fontOf, true)
    context.fillText(fitter.fit(context, halves[0], free(0)), rect.x + pad, y - half * 0.54)
    context.fillText(fitter.fit(context, halves[1], free(0)), rect.x + pad, y + half * 0.54)
  }
  if (lines === 1) return

  const smallSize = Math.min(10.5 * scale, Math.max(LEAST_HALF, rect.height * 0.38))
  context.font = `400 ${smallSize}px ${colors.fontText}`
  context.fillStyle = node.facts.problem === null ? colors.muted : colors.notice
  const secondY = rect.y + rect.height * (lines === 3 ? 0.52 : 0.72)
  context.fillText(fitter.fit(context, second, rect.width - 2 * pad), rect.x + pad, secondY)
  if (lines < 3) return

  const thirdY = rect.y + rect.height * 0.79
  let left = rect.x + pad
  if (node.denied > 0) {
    context.font = `600 ${10.5 * scale}px ${colors.fontText}`
    context.fillStyle = colors.denied
    const denied = `✕ ${scene.formatCount(node.denied)} denied`
    context.fillText(fitter.fit(context, denied, rect.width - 2 * pad), left, thirdY)
    left += context.measureText(denied).width + 10
  }
  if (node.innerRate <= 0) return
  context.font = `400 ${10.5 * scale}px ${colors.fontText}`
  context.fillStyle = colors.muted
  context.fillText(fitter.fit(context, `${scene.formatRate(node.innerRate)}/s inside`, rect.x + rect.width - pad - left), left, thirdY)
}

/** Lines of words on a card. What is outside keeps its second line longest: an address alone does not say what it is. */
function linesOf(node: DrawnNode, rect: Rect, second: string, fitsOneLine: boolean): 1 | 2 | 3 {
  if (node.row.kind === 'namespace') return rect.height < TITLE_ONLY_HEIGHT || second === '' ? 1 : rect.height < THREE_LINES_HEIGHT ? 2 : 3
  if (second === '') return 1
  const isOutside = node.row.kind === 'external' || node.row.kind === 'machine'
  if (isOutside && rect.height >= 2 * LEAST_TEXT + 1) return fitsOneLine || rect.height >= TITLE_ONLY_HEIGHT ? 2 : 1
  return rect.height < TITLE_ONLY_HEIGHT ? 1 : 2
}

/** The count where there is room beside the name, else the sign alone, else the border of the card says it. Returns where the title has to end. */
function paintDeniedCount(
  { context, scene, scale }: Painter,
  node: DrawnNode,
  left: number,
  right: number,
  y: number,
  titleSize: number,
  titleWidth: number,
): number {
  context.font = `600 ${Math.min(10.5 * scale, titleSize)}px ${scene.colors.fontText}`
  context.fillStyle = scene.colors.denied
  const whole = `✕ ${scene.formatCount(node.denied)}`
  const roomBeside = (text: string) => right - left - context.measureText(text).width - 6
  const least = (titleWidth * LEAST_SHRINK) / titleSize
  const text = roomBeside(whole) >= titleWidth ? whole : roomBeside('✕') >= least ? '✕' : ''
  if (text === '') return right
  const width = context.measureText(text).width
  context.fillText(text, right - width, y)
  return right - width - 6
}
