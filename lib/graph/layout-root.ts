import { compareText } from '../model/compare-text'
import { arrangeColumns, type ColumnOptions, columnHeight, costOfColumns } from './layout-columns'
import { indexEdges, type LayoutEdge } from './layout-edges'
import { ROOT_GAPS, type Size } from './layout-size'
import type { BoxMemory, Child, Stack } from './layout-slots'

/** The whole surface: its children, the edges between them, and which of them are far outside. */
export type Surface = {
  readonly children: readonly Child[]
  readonly edges: readonly LayoutEdge[]
  /** Width divided by height. */
  readonly aspect: number
  readonly isFar: (id: string) => boolean
}

/** What a surface costs to look at when its children have other sizes. */
export function surfaceCost(surface: Surface): (sizes: ReadonlyMap<string, Size>) => number {
  const middle = childrenIn(surface.children, 'middle')
  const indexed = indexEdges(middle, surface.edges)
  const cost = costOfColumns(middle.length, indexed, columnOptions(surface))
  return (sizes) => cost(middle.map((child) => sizes.get(child.id) ?? child.size))
}

function columnOptions({ children, edges, aspect, isFar }: Surface): ColumnOptions {
  let width = 0
  let height = 0
  for (const name of ['entry', 'external'] as const) {
    for (const column of laneColumns(childrenIn(children, name), edges, new Map(), 0, name, isFar)) {
      width += LANE_GAP + column.reduce((most, child) => Math.max(most, child.size.width), 0)
      height = Math.max(
        height,
        column.reduce((sum, child) => sum + child.size.height + LANE_ROW_GAP, -LANE_ROW_GAP),
      )
    }
  }
  return { gaps: ROOT_GAPS, aspect, beside: { width, height }, counts: [1, 24] }
}

/** What enters on the left, what is outside on the right, everything else in columns between them. */
export function arrangeRoot(surface: Surface): BoxMemory {
  const { children, edges, isFar } = surface
  const middle = childrenIn(children, 'middle')
  const { columns } = arrangeColumns(sizesOf(middle), indexEdges(middle, edges), columnOptions(surface))
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
    const gap = name === 'middle' ? ROOT_GAPS.row : LANE_ROW_GAP
    const stack = stackOf(name, x, gap, column)
    const bottom = stack.slots.reduce((most, slot) => Math.max(most, slot.y + slot.height), 0)
    const shift = Math.round((height - bottom) / 2)
    stacks.push({ ...stack, slots: stack.slots.map((slot) => ({ ...slot, y: slot.y + shift })) })
    x += stack.width
  }
  return { stacks, width: x, height }
}

const LANE_GAP = 44
const LANE_ROW_GAP = 14
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
  const total = children.reduce((sum, child) => sum + child.size.height + LANE_ROW_GAP, 0)
  const count = Math.max(1, Math.ceil(total / Math.max(MOST_LANE_HEIGHT, middleHeight * 1.25)))
  const each = Math.ceil(children.length / count)
  return Array.from({ length: count }, (_, i) => children.slice(i * each, (i + 1) * each)).filter((column) => column.length > 0)
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

function byId(a: Child, b: Child): number {
  return compareText(a.id, b.id)
}
