import { showsDenial } from './edge-state'
import { type Box, layoutGraph } from './layout'
import type { EdgeState, GraphEdge, GraphNode, Topology } from './topology'

/** One thing to draw, in px from the upper left corner. Later shapes cover earlier ones. */
export type Shape =
  | {
      readonly kind: 'rect'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly fill: string
      readonly stroke: string
    }
  | {
      readonly kind: 'line'
      readonly from: Point
      readonly to: Point
      readonly stroke: string
      readonly width: number
      readonly dash: readonly number[]
    }
  | { readonly kind: 'polygon'; readonly points: readonly Point[]; readonly fill: string }
  | {
      readonly kind: 'text'
      readonly at: Point
      readonly text: string
      readonly size: number
      readonly fill: string
      readonly bold: boolean
    }

export type Point = { readonly x: number; readonly y: number }

/** A topology as shapes: the same picture for SVG and for pixels. */
export type Picture = { readonly width: number; readonly height: number; readonly background: string; readonly shapes: readonly Shape[] }

export type Theme = 'light' | 'dark'

type Palette = {
  readonly background: string
  readonly box: string
  readonly node: string
  readonly border: string
  readonly text: string
  readonly faint: string
  readonly states: Readonly<Record<EdgeState, string>>
  readonly declared: string
}

const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    background: '#f3f5f7',
    box: '#eceff2',
    node: '#ffffff',
    border: '#b4bcc6',
    text: '#171b21',
    faint: '#535d69',
    states: {
      'allowed-used': '#4a545f',
      'allowed-unused': '#a5adb6',
      'denied-tried': '#c1121f',
      'seen-though-denied': '#a84a00',
      unknown: '#616b76',
    },
    declared: '#0b5fc1',
  },
  dark: {
    background: '#0f1318',
    box: '#161b22',
    node: '#1d242d',
    border: '#3d4753',
    text: '#e6eaef',
    faint: '#a1acb8',
    states: {
      'allowed-used': '#aab4bf',
      'allowed-unused': '#5c6672',
      'denied-tried': '#ff6b6b',
      'seen-though-denied': '#f0a35e',
      unknown: '#8d98a5',
    },
    declared: '#6ea8f7',
  },
}

const MARGIN = 24
const HEAD = 36
const NAME_SIZE = 12
const SMALL_SIZE = 10

/** Lays a topology out and draws it, with a heading and a foot that says what is not drawn. */
export function drawPicture(topology: Topology, theme: Theme, heading: string): Picture {
  const palette = PALETTES[theme]
  const weightOf = (edge: GraphEdge) => (edge.relation === 'may-reach' ? 0 : 1)
  const edges = topology.edges.map((edge) => ({ source: edge.source, target: edge.target, weight: weightOf(edge) }))
  const { boxes } = layoutGraph({ nodes: topology.nodes.map((node) => ({ ...node, isSmall: false })), edges, aspect: 1.6 }, null)
  const moved = new Map([...boxes].map(([id, box]) => [id, { ...box, x: box.x + MARGIN, y: box.y + MARGIN + HEAD }]))
  const extent = [...moved.values()].reduce(
    (size, box) => ({ x: Math.max(size.x, box.x + box.width), y: Math.max(size.y, box.y + box.height) }),
    {
      x: 480,
      y: 160,
    },
  )
  const folds = topology.folded.filter(({ folded }) => folded).map(({ label }) => label)
  const foot = [`${topology.nodes.length} nodes, ${topology.edges.length} edges`, ...folds]

  const containers = topology.nodes.filter(({ id }) => moved.get(id)?.isBox)
  const leaves = topology.nodes.filter(({ id }) => !moved.get(id)?.isBox)
  const shapes: Shape[] = [
    text({ x: MARGIN, y: MARGIN + 4 }, heading, 14, palette.text, true),
    ...containers.flatMap((node) => nodeShapes(node, moved.get(node.id), palette)),
    ...inOrder(topology.edges).flatMap((edge) => edgeShapes(edge, moved, palette)),
    ...leaves.flatMap((node) => nodeShapes(node, moved.get(node.id), palette)),
    ...foot.map((line, index) => text({ x: MARGIN, y: extent.y + MARGIN + 8 + index * 15 }, line, SMALL_SIZE + 1, palette.faint, false)),
  ]
  return {
    width: Math.ceil(extent.x + MARGIN),
    height: Math.ceil(extent.y + MARGIN * 2 + foot.length * 15),
    background: palette.background,
    shapes,
  }
}

/** Denials are drawn last, over everything else. */
function inOrder(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return [...edges.filter(({ state }) => !showsDenial(state)), ...edges.filter(({ state }) => showsDenial(state))]
}

function nodeShapes(node: GraphNode, box: Box | undefined, palette: Palette): Shape[] {
  if (box === undefined) return []
  const { x, y, width, height, isBox } = box
  const rect: Shape = { kind: 'rect', x, y, width, height, fill: isBox ? palette.box : palette.node, stroke: palette.border }
  const name = text({ x: x + 8, y: y + 16 }, shorten(node.name, width - 16, NAME_SIZE), NAME_SIZE, palette.text, isBox)
  if (isBox || height < 34) return [rect, name]
  return [rect, name, text({ x: x + 8, y: y + 30 }, shorten(subtitle(node), width - 16, SMALL_SIZE), SMALL_SIZE, palette.faint, false)]
}

function subtitle(node: GraphNode): string {
  const badge = (id: string) => node.badges.find((candidate) => candidate.id === id)?.value
  if (node.kind === 'entry') return badge('door') ?? 'entry'
  if (node.kind === 'service')
    return `${badge('service-type') ?? 'Service'}${badge('endpoints') === undefined ? '' : ` · ${badge('endpoints')} ready`}`
  const pods = badge('pods')
  return pods === undefined ? node.kind : `${node.kind} · ${pods} pods ready`
}

/** Cuts a text that would leave its box. */
function shorten(value: string, width: number, size: number): string {
  const room = Math.max(3, Math.floor(width / (size * 0.58)))
  const characters = [...value]
  return characters.length <= room ? value : `${characters.slice(0, room - 1).join('')}…`
}

function edgeShapes(edge: GraphEdge, boxes: ReadonlyMap<string, Box>, palette: Palette): Shape[] {
  const source = boxes.get(edge.source)
  const target = boxes.get(edge.target)
  if (source === undefined || target === undefined || edge.source === edge.target) return []
  const from = border(source, center(target))
  const to = border(target, center(source))
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  if (length < 1) return []
  const colour = edge.state === null ? palette.declared : palette.states[edge.state]
  const unit = { x: (to.x - from.x) / length, y: (to.y - from.y) / length }
  const shapes: Shape[] = [
    { kind: 'line', from, to, stroke: colour, width: showsDenial(edge.state) ? 2 : 1, dash: dashOf(edge) },
    { kind: 'polygon', points: arrowHead(to, unit), fill: colour },
  ]
  if (showsDenial(edge.state)) shapes.push(...cross({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, colour))
  return shapes
}

function dashOf(edge: GraphEdge): readonly number[] {
  if (edge.relation === 'may-reach') return [2, 4]
  if (edge.relation !== 'traffic') return [6, 3]
  return edge.state === 'seen-though-denied' || edge.state === 'unknown' ? [8, 4] : []
}

function center(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Where the line from a box's middle towards a point leaves the box. */
function border(box: Box, towards: Point): Point {
  const middle = center(box)
  const dx = towards.x - middle.x
  const dy = towards.y - middle.y
  if (dx === 0 && dy === 0) return middle
  const scale = Math.min(box.width / 2 / Math.max(Math.abs(dx), 1e-6), box.height / 2 / Math.max(Math.abs(dy), 1e-6))
  return { x: middle.x + dx * scale, y: middle.y + dy * scale }
}

function arrowHead(tip: Point, unit: Point): Point[] {
  const back = { x: tip.x - unit.x * 7, y: tip.y - unit.y * 7 }
  return [tip, { x: back.x - unit.y * 3.5, y: back.y + unit.x * 3.5 }, { x: back.x + unit.y * 3.5, y: back.y - unit.x * 3.5 }]
}

function cross({ x, y }: Point, stroke: string): Shape[] {
  const line = (from: Point, to: Point): Shape => ({ kind: 'line', from, to, stroke, width: 2, dash: [] })
  return [line({ x: x - 5, y: y - 5 }, { x: x + 5, y: y + 5 }), line({ x: x - 5, y: y + 5 }, { x: x + 5, y: y - 5 })]
}

function text(at: Point, value: string, size: number, fill: string, bold: boolean): Shape {
  return { kind: 'text', at, text: value, size, fill, bold }
}
