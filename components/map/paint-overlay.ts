import type { EdgeLook } from '@/components/graph/edge-look'
import { boxInset } from '@/lib/graph/layout-size'
import type { Drawing, DrawnEdge, DrawnNode } from './drawing'
import { breakName, type TextFitter } from './fit-text'
import type { MapColors } from './map-colors'
import type { Attention, Spotlight } from './map-scene'
import { paintShield } from './paint-shield'
import { paintSign } from './paint-sign'

export type Camera = { readonly x: number; readonly y: number; readonly zoom: number }

export type OverlayScene = {
  readonly drawing: Drawing
  readonly attention: Attention
  readonly spotlight: Spotlight | null
  readonly camera: Camera
  readonly colors: MapColors
  readonly width: number
  readonly height: number
  readonly formatRate: (perSecond: number) => string
  readonly formatCount: (count: number) => string
}

type Painter = {
  readonly context: CanvasRenderingContext2D
  readonly scene: OverlayScene
  readonly fitter: TextFitter
  readonly scale: number
}

/** Below this zoom a card shows its title alone, and below the second one nothing. */
const TITLE_ONLY_HEIGHT = 30
/** A namespace of this height shows traffic too. */
const THREE_LINES_HEIGHT = 51
const LEAST_HEIGHT = 9.5
/** Smallest size in px of a name that people can read. */
const LEAST_TEXT = 8.5
/** The same for each of two lines. */
const LEAST_HALF = 7.5
/** Size in px to which a name shrinks so that a sign has room beside it. */
const LEAST_SHRINK = 9.5

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
  for (const edge of scene.drawing.edges.values()) paintEdgeSign(painter, edge)
  const taken: Rect[] = []
  for (const edge of labelOrder(scene)) paintEdgeLabel(painter, edge, taken)
  paintFocus(painter)
}

type Rect = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

function onScreen({ camera }: OverlayScene, box: Rect): Rect {
  return {
    x: box.x * camera.zoom + camera.x,
    y: box.y * camera.zoom + camera.y,
    width: box.width * camera.zoom,
    height: box.height * camera.zoom,
  }
}

function isVisible(scene: OverlayScene, node: DrawnNode): boolean {
  const rect = onScreen(scene, node.box)
  return rect.x < scene.width && rect.y < scene.height && rect.x + rect.width > 0 && rect.y + rect.height > 0
}

function isAway({ spotlight }: OverlayScene, id: string): boolean {
  return spotlight !== null && !spotlight.nodes.has(id)
}

function paintBoxLabel(painter: Painter, node: DrawnNode): void {
  const { context, scene, fitter, scale } = painter
  const { colors } = scene
  const rect = onScreen(scene, node.box)
  if (rect.width < 34 || rect.height < 20 || (node.row.kind === 'pod' && scene.camera.zoom < 0.48)) return
  const isNamespace = node.row.kind === 'namespace'
  context.globalAlpha = isAway(scene, node.id) ? 0.45 : 1
  const pad = Math.min(12, Math.max(3, boxInset(node.row.kind).pad * scene.camera.zoom))
  // A box whose upper edge is above the window keeps its label in view.
  const top = Math.min(Math.max(rect.y, 0), rect.y + rect.height - 22)
  const header = boxInset(node.row.kind).header * scene.camera.zoom
  const y = top + Math.min(17 * scale, Math.max(LEAST_TEXT / 2 + 1, header / 2))
  let right = rect.x + rect.width - pad
  const fontOf = fontsOf(600, colors.fontText)
  const size = Math.min((isNamespace ? 12.5 : 11.5) * scale, Math.max(LEAST_TEXT, header * 0.78))
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
  context.fillStyle = colors.muted
  const room = right - rect.x - pad - used - 8
  if (room > 50 && node.facts.subtitle !== '') context.fillText(fitter.fit(context, node.facts.subtitle, room), rect.x + pad + used + 8, y)
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

function paintCard(painter: Painter, node: DrawnNode): void {
  const { scene } = painter
  const rect = onScreen(scene, node.box)
  painter.context.globalAlpha = isAway(scene, node.id) ? 0.4 : 1
  if (node.row.kind === 'pod') paintPod(painter, node, rect)
  else if (node.row.kind === 'service' && node.box.width < 40) paintServiceSign(painter, node, rect)
  else if (rect.height >= LEAST_HEIGHT) paintCardWords(painter, node, rect)
  painter.context.globalAlpha = 1
}

function paintPod(painter: Painter, node: DrawnNode, rect: Rect): void {
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
  const second = node.facts.problem === null ? node.facts.subtitle : `! ${node.facts.problem}`
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

type FontOf = (size: number, weight?: number) => string

function fontsOf(usual: number, family: string): FontOf {
  return (size, weight = usual) => `${weight} ${size}px ${family}`
}

/** Sets the largest font from `most` px down to the smallest readable one with which the text fits, and returns its size. */
function fitSize(context: CanvasRenderingContext2D, text: string, room: number, most: number, fontOf: FontOf, mayBeLight: boolean): number {
  let size = most
  context.font = fontOf(size)
  while (size > LEAST_TEXT && context.measureText(text).width > room) {
    size = Math.max(LEAST_TEXT, size - 0.5)
    context.font = fontOf(size)
  }
  // Light letters are narrower.
  if (mayBeLight && context.measureText(text).width > room) context.font = fontOf(size, 500)
  return size
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

const SIGNS: Readonly<Record<EdgeLook, '✕' | '!' | '?' | null>> = {
  used: null,
  unused: null,
  declared: null,
  denied: '✕',
  through: '!',
  error: '!',
  unknown: '?',
}

function paintEdgeSign({ context, scene }: Painter, edge: DrawnEdge): void {
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
        : edge.look === 'error'
          ? colors.error
          : colors.unknown
  paintSign(context, { x, y, radius: Math.max(5.5, Math.min(8.5, 8 * camera.zoom)) }, sign, color, colors.surface)
  context.globalAlpha = 1
}

/** Edges whose label is wanted, the one that is pointed at first, then what is denied: who comes late finds less room. */
function labelOrder({ drawing, attention, spotlight }: OverlayScene): readonly DrawnEdge[] {
  const isPointed = (edge: DrawnEdge) => attention.hoveredEdge === edge.id || attention.chosenEdge === edge.id
  const isNear = (edge: DrawnEdge) => attention.chosenNode !== null && spotlight?.edges.has(edge.id) === true && edge.look !== 'declared'
  const weight = (edge: DrawnEdge) => (isPointed(edge) ? 0 : edge.look === 'denied' || edge.look === 'through' ? 1 : 2)
  return [...drawing.edges.values()]
    .filter((edge) => isPointed(edge) || isNear(edge))
    .sort((a, b) => weight(a) - weight(b) || b.step - a.step)
}

function paintEdgeLabel(painter: Painter, edge: DrawnEdge, taken: Rect[]): void {
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
