import { arrangeColumns, columnHeight } from './layout-columns'
import type { RankEdge } from './layout-rank'
import { boxGaps, boxInset, leafSize, minBoxWidth, POD_CARD_LIMIT, ROOT_GAPS, type Size } from './layout-size'
import { type BoxMemory, type Child, refill, type Stack } from './layout-slots'
import type { GraphNode } from './topology'

export type LayoutNode = Pick<GraphNode, 'id' | 'kind' | 'parent' | 'lane'> & {
  /** True for a Service that is drawn as a sign without a name. */
  readonly isSmall: boolean
}

/** `weight` says how much the edge should be short and run left to right; whole numbers, 0 for no say. */
export type LayoutEdge = { readonly source: string; readonly target: string; readonly weight: number }

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
  const after = before !== undefined && isUnchanged(run, id, before, list.length) ? before : fitChildren(run, node, list, before)
  run.after.set(id, after)
  const size = node === undefined ? after : outerSize(node, after)
  run.sizes.set(id, size)
  return size
}

function fitChildren(run: Run, node: LayoutNode | undefined, list: readonly LayoutNode[], before: BoxMemory | undefined): BoxMemory {
  const children = list.map((child): Child => ({ id: child.id, lane: laneIn(node, child), size: run.sizes.get(child.id) ?? NO_SIZE }))
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

function byId(a: Child, b: Child): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function outerSize(node: LayoutNode, inner: Size): Size {
  const inset = boxInset(node.kind)
  return {
    width: Math.max(minBoxWidth(node.kind), inner.width + 2 * inset.pad),
    height: inset.header + inner.height + inset.footer,
  }
}

function laneIn(parent: LayoutNode | undefined, child: LayoutNode): string {
  if (parent === undefined) return child.lane === 'entry' || child.lane === 'external' ? child.lane : 'middle'
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
  const edges = run.edges.get(node?.id ?? ROOT) ?? []
  if (node === undefined) return arrangeRoot(children, edges, run.aspect, (id) => run.tree.nodes.get(id)?.kind === 'external')
  if (node.kind === 'namespace') return arrangeNamespace(children, edges, run.podsAsDots)
  if (node.kind === 'pod') return arrangeRow(children, boxGaps(node.kind, false).column)
  return arrangeGrid(children, boxGaps(node.kind, run.podsAsDots))
}

function arrangeRoot(children: readonly Child[], edges: readonly LayoutEdge[], aspect: number, isFar: (id: string) => boolean): BoxMemory {
  const middle = children.filter((child) => child.lane === 'middle')
  const indexed = indexEdges(middle, edges)
  const besideWidth = (['entry', 'external'] as const)
    .flatMap((name) => laneColumns(childrenIn(children, name), edges, new Map(), 0, name, isFar))
    .reduce((sum, column) => sum + LANE_GAP + column.reduce((most, child) => Math.max(most, child.size.width), 0), 0)
  const columns = arrangeColumns(sizesOf(middle), indexed, { gaps: ROOT_GAPS, aspect, besideWidth, maxColumns: 24 })
  const height = columns.reduce((most, column) => Math.max(most, columnHeight(column, sizesOf(middle), ROOT_GAPS.row)), 0)

  const centre = new Map<string, number>()
  for (const column of columns) {
    let y = (height - columnHeight(column, sizesOf(middle), ROOT_GAPS.row)) / 2
    for (const item of column) {
      const child = middle[item]
      if (child === undefined) continue
      centre.set(child.id, y + child.size.height / 2)
      y += child.size.height + ROOT_GAPS.row
    }
  }
  const stacks: Stack[] = []
  const lane = (name: 'entry' | 'external') => {
    const own = childrenIn(children, name)
    return laneColumns(own, edges, centre, height, name, isFar).map((column) => ({ lane: name, column }))
  }
  const all = [
    ...lane('entry'),
    ...columns.map((column) => ({ lane: 'middle', column: column.flatMap((item) => middle[item] ?? []) })),
    ...lane('external'),
  ]
  let x = 0
  let previous: string | null = null
  for (const { lane: name, column } of all) {
    if (previous !== null) x += name === 'middle' && previous === 'middle' ? ROOT_GAPS.column : LANE_GAP
    previous = name
    const gap = name === 'middle' ? ROOT_GAPS.row : 16
    const stack = stackOf(name, x, gap, column)
    const bottom = stack.slots.reduce((most, slot) => Math.max(most, slot.y + slot.height), 0)
    const shift = Math.round((height - bottom) / 2)
    stacks.push({ ...stack, slots: stack.slots.map((slot) => ({ ...slot, y: slot.y + shift })) })
    x += stack.width
  }
  return { stacks, width: x, height }
}

const LANE_GAP = 52
const MOST_LANE_HEIGHT = 640

function childrenIn(children: readonly Child[], lane: string): readonly Child[] {
  return children.filter((child) => child.lane === lane)
}

/** An outer lane: those that only lead to others of the lane first, then by the height of what they are connected with. */
function laneColumns(
  own: readonly Child[],
  edges: readonly LayoutEdge[],
  centre: ReadonlyMap<string, number>,
  middleHeight: number,
  lane: 'entry' | 'external',
  isFar: (id: string) => boolean,
): readonly (readonly Child[])[] {
  if (own.length === 0) return []
  const members = new Map(own.map((child) => [child.id, child]))
  const pull = new Map<string, { sum: number; weight: number }>()
  const outer = new Set(own.filter((child) => lane === 'entry' && isFar(child.id)).map((child) => child.id))
  const add = (id: string, y: number | undefined, weight: number) => {
    if (y === undefined || !members.has(id)) return
    const before = pull.get(id) ?? { sum: 0, weight: 0 }
    pull.set(id, { sum: before.sum + y * (weight + 1), weight: before.weight + weight + 1 })
  }
  for (const { source, target, weight } of edges) {
    add(source, centre.get(target), weight)
    add(target, centre.get(source), weight)
    if (source !== target && members.has(source) && members.has(target)) outer.add(lane === 'entry' ? source : target)
  }
  for (const { source, target } of edges)
    if (outer.has(source) && outer.has(target) && !isFar(source)) outer.delete(lane === 'entry' ? target : source)
  const wish = (child: Child) => {
    const sum = pull.get(child.id)
    return sum === undefined ? Number.MAX_VALUE : sum.sum / sum.weight
  }
  const wishes = new Map(own.map((child) => [child.id, wish(child)]))
  const ordered = own.toSorted((a, b) => (wishes.get(a.id) ?? 0) - (wishes.get(b.id) ?? 0) || byId(a, b))
  const near = splitColumn(
    ordered.filter((child) => !outer.has(child.id)),
    middleHeight,
  )
  const far = splitColumn(
    ordered.filter((child) => outer.has(child.id)),
    middleHeight,
  )
  return lane === 'entry' ? [...far, ...near] : [...near, ...far]
}

function splitColumn(children: readonly Child[], middleHeight: number): readonly (readonly Child[])[] {
  if (children.length === 0) return []
  const total = children.reduce((sum, child) => sum + child.size.height + 16, 0)
  const count = Math.max(1, Math.ceil(total / Math.max(MOST_LANE_HEIGHT, middleHeight * 1.25)))
  const each = Math.ceil(children.length / count)
  return Array.from({ length: count }, (_, i) => children.slice(i * each, (i + 1) * each)).filter((column) => column.length > 0)
}

/** Workloads in columns from caller to called, each with the services that lead to it on its left. */
function arrangeNamespace(children: readonly Child[], edges: readonly LayoutEdge[], podsAsDots: boolean): BoxMemory {
  const gaps = boxGaps('namespace', podsAsDots)
  const units = pairUnits(children, edges)
  const sizes = units.map(unitSize)
  const unitOf = new Map<string, number>()
  units.forEach((unit, i) => {
    for (const child of unit.services) unitOf.set(child.id, i)
    if (unit.workload) unitOf.set(unit.workload.id, i)
  })
  const ranked = mergeEdges(edges, unitOf)
  const columns = arrangeColumns(sizes, ranked, { gaps, aspect: 1.5, besideWidth: 0, maxColumns: 12 })
  const spare = Math.floor(units.length * RESERVE)
  const stacks: Stack[] = []
  let x = 0
  let height = 0
  columns.forEach((column, c) => {
    const own = column.flatMap((item) => units[item] ?? [])
    const serviceWidth = own.reduce((most, unit) => unit.services.reduce((w, s) => Math.max(w, s.size.width), most), 0)
    const workloadWidth = own.reduce((most, unit) => Math.max(most, unit.workload?.size.width ?? 0), serviceWidth > 0 ? 0 : 1)
    const services: { id: string | null; y: number; height: number }[] = []
    const workloads: { id: string | null; y: number; height: number }[] = []
    let y = 0
    for (const unit of own) {
      const { height: unitHeight } = unitSize(unit)
      const lead = Math.min(unit.workload?.size.height ?? unitHeight, 44)
      let top = y + Math.max(0, (lead - servicesHeight(unit)) / 2)
      for (const service of unit.services) {
        services.push({ id: service.id, y: top, height: service.size.height })
        top += service.size.height + SERVICE_GAP
      }
      if (unit.workload) workloads.push({ id: unit.workload.id, y, height: unit.workload.size.height })
      y += unitHeight + gaps.row
    }
    const free = Math.floor((spare + c) / columns.length)
    for (let i = 0; i < free; i++) {
      workloads.push({ id: null, y, height: 44 })
      y += 44 + gaps.row
    }
    if (serviceWidth > 0) {
      stacks.push({ lane: 'service', x, width: serviceWidth, gap: SERVICE_GAP, slots: services })
      x += serviceWidth + (workloadWidth > 0 ? UNIT_GAP : 0)
    }
    if (workloadWidth > 1) stacks.push({ lane: 'workload', x, width: workloadWidth, gap: gaps.row, slots: workloads })
    x += workloadWidth + gaps.column
    height = Math.max(height, y - gaps.row)
  })
  return { stacks, width: Math.max(0, x - gaps.column), height }
}

const SERVICE_GAP = 8
const UNIT_GAP = 18

type Unit = { readonly workload: Child | null; readonly services: readonly Child[] }

function pairUnits(children: readonly Child[], edges: readonly LayoutEdge[]): Unit[] {
  const byIdMap = new Map(children.map((child) => [child.id, child]))
  const leadsTo = new Map<string, string>()
  for (const { source, target } of edges) {
    if (byIdMap.get(source)?.lane !== 'service' || byIdMap.get(target)?.lane !== 'workload') continue
    const known = leadsTo.get(source)
    if (known === undefined || target < known) leadsTo.set(source, target)
  }
  const services = new Map<string, Child[]>()
  const units: Unit[] = []
  for (const child of children) {
    if (child.lane !== 'service') continue
    const workload = leadsTo.get(child.id)
    if (workload === undefined) units.push({ workload: null, services: [child] })
    else services.set(workload, [...(services.get(workload) ?? []), child])
  }
  for (const child of children) if (child.lane !== 'service') units.push({ workload: child, services: services.get(child.id) ?? [] })
  return units
}

function servicesHeight(unit: Unit): number {
  return unit.services.reduce((sum, service) => sum + service.size.height + SERVICE_GAP, -SERVICE_GAP)
}

function unitSize(unit: Unit): Size {
  const serviceWidth = unit.services.reduce((most, service) => Math.max(most, service.size.width), 0)
  const between = serviceWidth > 0 && unit.workload ? UNIT_GAP : 0
  return {
    width: serviceWidth + between + (unit.workload?.size.width ?? 0),
    height: Math.max(unit.workload?.size.height ?? 0, servicesHeight(unit)),
  }
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

function stackOf(lane: string, x: number, gap: number, column: readonly Child[]): Stack {
  let y = 0
  const slots = column.map((child) => {
    const slot = { id: child.id, y, height: child.size.height }
    y += child.size.height + gap
    return slot
  })
  return { lane, x, width: column.reduce((most, child) => Math.max(most, child.size.width), 0), gap, slots }
}

function sizesOf(children: readonly Child[]): readonly Size[] {
  return children.map((child) => child.size)
}

function indexEdges(children: readonly Child[], edges: readonly LayoutEdge[]): readonly RankEdge[] {
  return mergeEdges(edges, new Map(children.map((child, i) => [child.id, i])))
}

/** One edge for each ordered pair, in an order that does not depend on the input's. */
function mergeEdges(edges: readonly LayoutEdge[], indexOf: ReadonlyMap<string, number>): readonly RankEdge[] {
  const sums = new Map<number, number>()
  const count = Math.max(1, ...[...indexOf.values()].map((i) => i + 1))
  for (const { source, target, weight } of edges) {
    const from = indexOf.get(source)
    const to = indexOf.get(target)
    if (from === undefined || to === undefined || from === to || weight <= 0) continue
    const key = from * count + to
    sums.set(key, (sums.get(key) ?? 0) + weight)
  }
  return [...sums.entries()]
    .sort((a, b) => a[0] - b[0])
    .map(([key, weight]) => ({ from: Math.floor(key / count), to: key % count, weight }))
}
