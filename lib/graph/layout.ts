import { compareText } from '../model/compare-text'
import type { LayoutEdge } from './layout-edges'
import { arrangeNamespace, namespaceShapes } from './layout-namespace'
import { arrangeRoot, type Surface, surfaceCost } from './layout-root'
import { chooseShapes } from './layout-shapes'
import { boxGaps, boxInset, leafSize, minBoxWidth, POD_CARD_LIMIT, ROOT_GAPS, type Size } from './layout-size'
import { type BoxMemory, type Child, refill, type Stack } from './layout-slots'
import type { GraphNode } from './topology'

export type LayoutNode = Pick<GraphNode, 'id' | 'kind' | 'parent' | 'lane'> & {
  /** True for a Service that is drawn as a sign without a name. */
  readonly isSmall: boolean
}

export type { LayoutEdge }

export type LayoutInput = {
  readonly nodes: readonly LayoutNode[]
  readonly edges: readonly LayoutEdge[]
  /** Width divided by height of the surface it is drawn on; read only when there is no memory. */
  readonly aspect: number
}

/** Upper left corner and size in px, in the coordinates of the whole drawing. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly isBox: boolean }

/** What one layout tells the next. Opaque to callers: keep it as long as the same view is open. */
export type LayoutMemory = { readonly podsAsDots: boolean; readonly boxes: ReadonlyMap<string, BoxMemory> }

export type Layout = { readonly boxes: ReadonlyMap<string, Box>; readonly memory: LayoutMemory }

const ROOT = ''
const NO_SIZE: Size = { width: 0, height: 0 }
const RESERVE = 0.2

/**
 * Places every node: what enters on the left, what is outside on the right, namespaces as boxes between them, inside
 * a namespace services left of their workloads, pods inside workloads, containers inside pods.
 *
 * Pure and deterministic: the order of the input does not matter. With the memory of the layout before, nodes that
 * stay do not move; a new one takes a freed slot or the reserve of its box, and a box grows only when it is full.
 */
export function layoutGraph(input: LayoutInput, memory: LayoutMemory | null): Layout {
  const pods = input.nodes.reduce((count, node) => count + (node.kind === 'pod' ? 1 : 0), 0)
  const tree = buildTree(input.nodes)
  const run: Run = {
    tree,
    edges: liftEdges(tree, input.edges),
    aspect: input.aspect,
    podsAsDots: memory?.podsAsDots ?? pods > POD_CARD_LIMIT,
    before: memory?.boxes ?? new Map(),
    after: new Map(),
    sizes: new Map(),
  }
  measure(run, ROOT)
  const boxes = new Map<string, Box>()
  place(run, ROOT, 0, 0, boxes)
  return { boxes, memory: { podsAsDots: run.podsAsDots, boxes: run.after } }
}

type Tree = {
  readonly nodes: ReadonlyMap<string, LayoutNode>
  readonly children: ReadonlyMap<string, readonly LayoutNode[]>
}

type Run = {
  readonly tree: Tree
  /** Edges between the children of each box. */
  readonly edges: ReadonlyMap<string, readonly LayoutEdge[]>
  readonly aspect: number
  readonly podsAsDots: boolean
  readonly before: ReadonlyMap<string, BoxMemory>
  readonly after: Map<string, BoxMemory>
  readonly sizes: Map<string, Size>
}

function buildTree(list: readonly LayoutNode[]): Tree {
  const nodes = new Map(list.map((node) => [node.id, node]))
  const children = new Map<string, LayoutNode[]>()
  for (const node of list) {
    const parent = parentOf(nodes, node)
    const siblings = children.get(parent)
    if (siblings) siblings.push(node)
    else children.set(parent, [node])
  }
  return { nodes, children }
}

/** A parent that is not in view counts as none. */
function parentOf(nodes: ReadonlyMap<string, LayoutNode>, node: LayoutNode): string {
  return node.parent !== null && nodes.has(node.parent) ? node.parent : ROOT
}

/** Gives every edge to the innermost box that holds both its ends, between that box's own children. */
function liftEdges(tree: Tree, edges: readonly LayoutEdge[]): Map<string, LayoutEdge[]> {
  const paths = new Map<string, readonly string[]>()
  const pathOf = (id: string): readonly string[] => {
    const known = paths.get(id)
    if (known) return known
    const node = tree.nodes.get(id)
    const path = node === undefined ? [] : [...pathOf(parentOf(tree.nodes, node)), id]
    paths.set(id, path)
    return path
  }
  const lifted = new Map<string, LayoutEdge[]>()
  for (const edge of edges) {
    const from = pathOf(edge.source)
    const to = pathOf(edge.target)
    let depth = 0
    while (depth < from.length && depth < to.length && from[depth] === to[depth]) depth++
    const source = from[depth]
    const target = to[depth]
    if (source === undefined || target === undefined) continue
    const box = depth === 0 ? ROOT : (from[depth - 1] ?? ROOT)
    const list = lifted.get(box)
    const own = { source, target, weight: edge.weight }
    if (list) list.push(own)
    else lifted.set(box, [own])
  }
  return lifted
}

function measure(run: Run, id: string): Size {
  const node = run.tree.nodes.get(id)
  const list = run.tree.children.get(id)
  if (list === undefined) {
    const size = node === undefined ? { width: 0, height: 0 } : leafSize(node, run.podsAsDots)
    run.sizes.set(id, size)
    return size
  }
  for (const child of list) measure(run, child.id)
  const before = run.before.get(id)
  if (isSurface(node) && before === undefined) shapeNamespaces(run, id, list)
  const after = before !== undefined && isUnchanged(run, id, before, list.length) ? before : fitChildren(run, node, list, before)
  run.after.set(id, after)
  const size = node === undefined ? after : outerSize(node, after)
  run.sizes.set(id, size)
  return size
}

/** On a fresh surface the namespaces take those shapes with which the whole can be seen largest. */
function shapeNamespaces(run: Run, id: string, list: readonly LayoutNode[]): void {
  const choices = list
    .filter(({ id, kind }) => kind === 'namespace' && run.after.has(id) && !run.before.has(id))
    .map((node) => {
      const children = childrenOf(run, node, run.tree.children.get(node.id) ?? []).toSorted(byId)
      const shapes = namespaceShapes(children, run.edges.get(node.id) ?? [], run.podsAsDots)
      return { id: node.id, shapes: shapes.map((shape) => ({ ...shape, size: outerSize(node, shape.inside) })) }
    })
    .toSorted(byId)
  const children = childrenOf(run, run.tree.nodes.get(id), list).toSorted(byId)
  const cost = surfaceCost(surfaceOf(run, id, children))
  for (const [id, shape] of chooseShapes(choices, cost)) {
    run.after.set(id, shape.inside)
    run.sizes.set(id, shape.size)
  }
}

function childrenOf(run: Run, node: LayoutNode | undefined, list: readonly LayoutNode[]): readonly Child[] {
  return list.map((child): Child => ({ id: child.id, lane: laneIn(node, child), size: run.sizes.get(child.id) ?? NO_SIZE }))
}

function surfaceOf(run: Run, id: string, children: readonly Child[]): Surface {
  const isFar = (id: string) => run.tree.nodes.get(id)?.kind === 'external'
  return { children, edges: run.edges.get(id) ?? [], aspect: run.aspect, isFar }
}

function fitChildren(run: Run, node: LayoutNode | undefined, list: readonly LayoutNode[], before: BoxMemory | undefined): BoxMemory {
  const children = childrenOf(run, node, list)
  const gaps = node === undefined ? ROOT_GAPS : boxGaps(node.kind, run.podsAsDots)
  return before === undefined ? arrange(run, node, children.toSorted(byId)) : refill(before, children, gaps.column)
}

/** True when exactly the children of before are here and each still fits its slot: most boxes, most of the time. */
function isUnchanged(run: Run, id: string, before: BoxMemory, count: number): boolean {
  let seated = 0
  for (const stack of before.stacks) {
    for (const slot of stack.slots) {
      if (slot.id === null) continue
      const node = run.tree.nodes.get(slot.id)
      const size = run.sizes.get(slot.id)
      if (node === undefined || size === undefined || parentOf(run.tree.nodes, node) !== id) return false
      if (size.height > slot.height || size.width > stack.width) return false
      seated++
    }
  }
  return seated === count
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return compareText(a.id, b.id)
}

function outerSize(node: LayoutNode, inner: Size): Size {
  const inset = boxInset(node.kind)
  return {
    width: Math.max(minBoxWidth(node.kind), inner.width + 2 * inset.pad),
    height: inset.header + inner.height + inset.footer,
  }
}

/** What enters stands left and what is outside right on the whole surface, and in the box of each cluster. */
function isSurface(node: LayoutNode | undefined): node is (LayoutNode & { readonly kind: 'cluster' }) | undefined {
  return node === undefined || node.kind === 'cluster'
}

function laneIn(parent: LayoutNode | undefined, child: LayoutNode): string {
  if (isSurface(parent)) return child.lane === 'entry' || child.lane === 'external' ? child.lane : 'middle'
  if (parent.kind === 'namespace') return child.kind === 'service' ? 'service' : 'workload'
  return child.kind
}

function place(run: Run, id: string, x: number, y: number, boxes: Map<string, Box>): void {
  const memory = run.after.get(id)
  if (memory === undefined) return
  for (const stack of memory.stacks) {
    for (const slot of stack.slots) {
      if (slot.id === null) continue
      const node = run.tree.nodes.get(slot.id)
      const size = run.sizes.get(slot.id)
      if (node === undefined || size === undefined) continue
      const left = x + stack.x
      const top = y + slot.y
      const isBox = run.after.has(slot.id)
      boxes.set(slot.id, { x: left, y: top, width: size.width, height: size.height, isBox })
      if (!isBox) continue
      const inset = boxInset(node.kind)
      place(run, slot.id, left + inset.pad, top + inset.header, boxes)
    }
  }
}

function arrange(run: Run, node: LayoutNode | undefined, children: readonly Child[]): BoxMemory {
  if (isSurface(node)) return arrangeRoot(surfaceOf(run, node?.id ?? ROOT, children))
  if (node.kind === 'namespace') return arrangeNamespace(children, run.edges.get(node.id) ?? [], run.podsAsDots)
  if (node.kind === 'pod') return arrangeRow(children, boxGaps(node.kind, false).column)
  return arrangeGrid(children, boxGaps(node.kind, run.podsAsDots))
}

function arrangeRow(children: readonly Child[], gap: number): BoxMemory {
  let x = 0
  const stacks = children.map((child) => {
    const stack: Stack = { lane: child.lane, x, width: child.size.width, gap, slots: [{ id: child.id, y: 0, height: child.size.height }] }
    x += child.size.width + gap
    return stack
  })
  return { stacks, width: Math.max(0, x - gap), height: children.reduce((most, child) => Math.max(most, child.size.height), 0) }
}

/** Equal cells, row by row, with the reserve at the end. */
function arrangeGrid(children: readonly Child[], gaps: { readonly row: number; readonly column: number }): BoxMemory {
  const width = children.reduce((most, child) => Math.max(most, child.size.width), 1)
  const height = children.reduce((most, child) => Math.max(most, child.size.height), 1)
  // A few large boxes (pods with their containers) would leave more room empty than they use.
  const spare = height > 40 && children.length < 5 ? 0 : Math.max(1, Math.ceil(children.length * RESERVE))
  const places = children.length + spare
  const wish = Math.round(Math.sqrt((places * (height + gaps.row) * 2.2) / (width + gaps.column)))
  const columns = Math.max(Math.min(2, places), Math.min(places, wish))
  const rows = Math.ceil(places / columns)
  const lane = children[0]?.lane ?? 'pod'
  const stacks: Stack[] = Array.from({ length: columns }, (_, c) => ({
    lane,
    x: c * (width + gaps.column),
    width,
    gap: gaps.row,
    slots: Array.from({ length: rows }, (_, r) => ({ id: children[r * columns + c]?.id ?? null, y: r * (height + gaps.row), height })),
  }))
  return { stacks, width: columns * (width + gaps.column) - gaps.column, height: rows * (height + gaps.row) - gaps.row }
}
