import { type EdgeLook, edgeLook, isDeclaredLook } from '@/components/graph/edge-look'
import { RELATION_WORDS } from '@/components/graph/edge-words'
import { type NodeFacts, nodeFacts } from '@/components/graph/node-facts'
import { type Box, type LayoutMemory, type LayoutNode, layoutGraph } from '@/lib/graph/layout'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { type Curve, curveBetween, edgeSides, type Point, signPlace } from './edge-curve'

export type DrawnNode = {
  readonly id: string
  readonly row: GraphNode
  readonly box: Box
  /** Nesting depth, 0 at the top. */
  readonly depth: number
  readonly facts: NodeFacts
  /** Refused flows on edges that end here, in the window. */
  readonly denied: number
  /** Which colour the box of a cluster has, counted from 0; null for everything else. */
  readonly tint: number | null
  /** Traffic from the node to itself (inside a namespace), flows per second. */
  readonly innerRate: number
}

/** One line of the drawing: all edges from one node to another that look the same. */
export type DrawnEdge = {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly look: EdgeLook
  /** Most flows first. */
  readonly rows: readonly GraphEdge[]
  /** 0 to 4, by rate. */
  readonly step: number
  readonly curve: Curve
  readonly sign: Point
  /** `TCP 8443`, `3 ports`, `12 connections`. */
  readonly label: string
}

/** What is drawn, as a value: the canvas, the minimap and a test see the same. */
export type Drawing = {
  readonly nodes: ReadonlyMap<string, DrawnNode>
  readonly edges: ReadonlyMap<string, DrawnEdge>
  /** Edge id of the graph to the line that draws it. */
  readonly lineOf: ReadonlyMap<string, string>
  readonly bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly memory: LayoutMemory
  /** True when lines of pods are drawn between their workloads, because there are too many to tell apart. */
  readonly isBundled: boolean
}

export type DrawingInput = {
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly edges: ReadonlyMap<string, GraphEdge>
  readonly aspect: number
  readonly memory: LayoutMemory | null
  /** Nodes whose own lines are drawn one by one even when there are many. */
  readonly inFocus: ReadonlySet<string>
}

/** With more edges than this the lines of pods are drawn between their workloads. */
const MOST_SINGLE_LINES = 260
/** Pixels between the lines that meet one side of a node, where there is room. */
const PORT_GAP = 8
const PORT_MARGIN = 7
const SIGN_RADIUS = 9
const CLUSTER_TINTS = 8
const LABEL_WIDTH = 130
const LABEL_HEIGHT = 28

/** Makes the drawing of a graph. Pure: the same graph and memory give the same drawing. */
export function makeDrawing({ nodes, edges, aspect, memory, inFocus }: DrawingInput): Drawing {
  const layout = layoutGraph(
    {
      nodes: layoutNodes(nodes, edges),
      edges: [...edges.values()].map((edge) => ({ source: edge.source, target: edge.target, weight: pullOf(edge) })),
      aspect,
    },
    memory,
  )
  const denied = new Map<string, number>()
  const inner = new Map<string, number>()
  for (const edge of edges.values()) {
    if (edge.source === edge.target) inner.set(edge.source, (inner.get(edge.source) ?? 0) + edge.rate)
    if (edge.verdicts.dropped === 0) continue
    for (const id of new Set([edge.source, edge.target])) denied.set(id, (denied.get(id) ?? 0) + edge.verdicts.dropped)
  }

  const clusters = [...nodes.values()].filter(({ kind }) => kind === 'cluster').map(({ id }) => id)
  const drawnNodes = new Map<string, DrawnNode>()
  for (const node of nodes.values()) {
    const box = layout.boxes.get(node.id)
    if (box === undefined) continue
    const parent = node.parent === null ? undefined : nodes.get(node.parent)
    drawnNodes.set(node.id, {
      id: node.id,
      row: node,
      box,
      depth: depthOf(nodes, node),
      facts: nodeFacts(node, parent?.name ?? null),
      denied: denied.get(node.id) ?? 0,
      innerRate: inner.get(node.id) ?? 0,
      tint: node.kind === 'cluster' ? clusters.indexOf(node.id) % CLUSTER_TINTS : null,
    })
  }
  const lineCount = [...edges.values()].filter(({ relation }) => relation !== 'owns').length
  const isBundled = lineCount > MOST_SINGLE_LINES
  const endOf = isBundled ? (id: string) => workloadOf(nodes, id, inFocus) : (id: string) => id
  const lines = drawEdges(edges, layout.boxes, endOf)
  return { nodes: drawnNodes, ...lines, bounds: boundsOf(layout.boxes), memory: layout.memory, isBundled }
}

/** A Service that has the name of the workload behind it needs no name of its own. */
function layoutNodes(nodes: ReadonlyMap<string, GraphNode>, edges: ReadonlyMap<string, GraphEdge>): readonly LayoutNode[] {
  const namesakes = new Set<string>()
  for (const { relation, source, target } of edges.values()) {
    const [service, workload] = [nodes.get(source), nodes.get(target)]
    if (relation === 'selects' && service?.kind === 'service' && service.name === workload?.name) namesakes.add(source)
  }
  return [...nodes.values()].map(({ id, kind, parent, lane }) => ({ id, kind, parent, lane, isSmall: namesakes.has(id) }))
}

/** How strongly an edge asks to be short: what nobody uses has little say. */
function pullOf(edge: GraphEdge): number {
  if (edge.relation === 'owns') return 0
  if (edge.state === 'allowed-unused' || edge.relation === 'depends') return 1
  return edge.relation === 'traffic' || edge.relation === 'may-reach' ? 6 : 4
}

/** The workload that stands for a pod or container; the node itself where there is none or it is in focus. */
function workloadOf(nodes: ReadonlyMap<string, GraphNode>, id: string, inFocus: ReadonlySet<string>): string {
  if (inFocus.has(id)) return id
  const node = nodes.get(id)
  if (node === undefined || node.parent === null || (node.kind !== 'pod' && node.kind !== 'container')) return id
  return nodes.has(node.parent) ? workloadOf(nodes, node.parent, inFocus) : id
}

function drawEdges(
  edges: ReadonlyMap<string, GraphEdge>,
  boxes: ReadonlyMap<string, Box>,
  endOf: (id: string) => string,
): Pick<Drawing, 'edges' | 'lineOf'> {
  const groups = new Map<string, Group>()
  for (const edge of edges.values()) {
    const source = endOf(edge.source)
    const target = endOf(edge.target)
    if (source === target || edge.relation === 'owns') continue
    const look = edgeLook(edge)
    // JSON keeps the parts of the key apart, whatever characters the names hold.
    const key = JSON.stringify([source, target, look])
    const group = groups.get(key)
    if (group) group.rows.push(edge)
    else groups.set(key, { source, target, look, rows: [edge] })
  }
  const ports = spreadPorts(groups, boxes)
  const cards = [...boxes.values()].map((box) => (box.isBox ? labelOf(box) : box))
  const signs: Point[] = []
  const lines = new Map<string, DrawnEdge>()
  const lineOf = new Map<string, string>()
  for (const [key, group] of groups) {
    const source = boxes.get(group.source)
    const target = boxes.get(group.target)
    if (source === undefined || target === undefined) continue
    const curve = curveBetween(source, target, { leaves: ports.get(`>${key}`) ?? 0, arrives: ports.get(`<${key}`) ?? 0 })
    if (curve === null) continue
    const hasSign = group.look !== 'used' && group.look !== 'unused' && (group.look === 'nowhere' || !isDeclaredLook(group.look))
    const sign = signPlace(curve, cards, hasSign ? signs : [], SIGN_RADIUS)
    if (hasSign) signs.push(sign)
    const rows = group.rows.toSorted((a, b) => flowsOf(b) - flowsOf(a) || (a.id < b.id ? -1 : 1))
    lines.set(key, {
      id: key,
      source: group.source,
      target: group.target,
      look: group.look,
      rows,
      step: widthStep(rows.reduce((sum, row) => sum + row.rate, 0)),
      curve,
      sign,
      label: lineLabel(rows),
    })
    for (const row of rows) lineOf.set(row.id, key)
  }
  return { edges: lines, lineOf }
}

/** The part of a box where its name stands. */
function labelOf(box: Box): Box {
  return { ...box, width: Math.min(box.width, LABEL_WIDTH), height: LABEL_HEIGHT }
}

type Group = { readonly source: string; readonly target: string; readonly look: EdgeLook; readonly rows: GraphEdge[] }

/**
 * Where on its side each line meets a node, in px from the middle: lines are spread in the order of what stands at their other
 * end, so that they do not cross in front of the node. Keys are `>` (leaves) or `<` (arrives) and the key of the line.
 */
function spreadPorts(groups: ReadonlyMap<string, Group>, boxes: ReadonlyMap<string, Box>): ReadonlyMap<string, number> {
  const meeting = new Map<string, { readonly end: string; readonly y: number }[]>()
  const meet = (id: string, side: string, end: string, other: Box) => {
    const key = `${side} ${id}`
    const y = other.y + other.height / 2
    const list = meeting.get(key)
    if (list) list.push({ end, y })
    else meeting.set(key, [{ end, y }])
  }
  for (const [key, { source, target }] of groups) {
    const from = boxes.get(source)
    const to = boxes.get(target)
    const sides = from && to ? edgeSides(from, to) : null
    if (!from || !to || sides === null) continue
    meet(source, sides.leaves, `>${key}`, to)
    meet(target, sides.arrives, `<${key}`, from)
  }
  const ports = new Map<string, number>()
  for (const [key, ends] of meeting) {
    const box = boxes.get(key.slice(key.indexOf(' ') + 1))
    const room = Math.max(0, (box?.height ?? 0) - 2 * PORT_MARGIN)
    const gap = ends.length < 2 ? 0 : Math.min(PORT_GAP, room / (ends.length - 1))
    ends.sort((a, b) => a.y - b.y || (a.end < b.end ? -1 : 1))
    ends.forEach(({ end }, i) => {
      ports.set(end, (i - (ends.length - 1) / 2) * gap)
    })
  }
  return ports
}

/** Width in five steps, each for ten times the flows per second of the one before. */
export function widthStep(rate: number): number {
  if (rate <= 0) return 0
  return Math.max(0, Math.min(4, Math.floor(Math.log10(rate) + 2.5)))
}

function lineLabel(rows: readonly GraphEdge[]): string {
  const bundled = rows.reduce((sum, row) => sum + row.bundled, 0)
  const ports = [...new Set(rows.flatMap((row) => row.ports.map((port) => (row.protocol === null ? port : `${row.protocol} ${port}`))))]
  const first = rows[0]
  if (first !== undefined && first.label !== '' && isDeclaredLook(edgeLook(first)) && rows.length === 1) {
    const port = ports.length === 1 ? ` → ${ports[0]}` : ''
    return `${shorten(first.label)}${port}`
  }
  if (ports.length > 0 && ports.length <= 2) return ports.join(', ')
  if (bundled > rows.length) return `${bundled} connections`
  if (ports.length === 0) return first?.label || (first?.protocol ?? (first === undefined ? '' : RELATION_WORDS[first.relation]))
  return `${ports.length} ports`
}

/** Longest label of a declared line: the panel has the whole. */
const LONGEST_LABEL = 60

function shorten(text: string): string {
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text
}

function flowsOf(edge: GraphEdge): number {
  const { forwarded, dropped, audit, error, unknown } = edge.verdicts
  return forwarded + dropped + audit + error + unknown
}

function depthOf(nodes: ReadonlyMap<string, GraphNode>, node: GraphNode): number {
  let depth = 0
  let parent = node.parent
  while (parent !== null && depth < 8) {
    const next = nodes.get(parent)
    if (next === undefined) break
    depth++
    parent = next.parent
  }
  return depth
}

function boundsOf(boxes: ReadonlyMap<string, Box>): Drawing['bounds'] {
  let left = Number.POSITIVE_INFINITY
  let top = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  let bottom = Number.NEGATIVE_INFINITY
  for (const box of boxes.values()) {
    left = Math.min(left, box.x)
    top = Math.min(top, box.y)
    right = Math.max(right, box.x + box.width)
    bottom = Math.max(bottom, box.y + box.height)
  }
  return boxes.size === 0 ? { x: 0, y: 0, width: 0, height: 0 } : { x: left, y: top, width: right - left, height: bottom - top }
}
