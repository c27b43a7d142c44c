import { type RankEdge, rankItems } from './layout-rank'
import type { Gaps, Size } from './layout-size'

/** Items of each column from left to right, each column from top to bottom, by index. */
export type Columns = readonly (readonly number[])[]

export type ColumnOptions = {
  readonly gaps: Gaps
  /** Width divided by height of the surface. */
  readonly aspect: number
  /** What others take on the same surface: their width in px beside the columns, and the height that they have anyway. */
  readonly beside: Size
  /** Least and most columns. */
  readonly counts: readonly [number, number]
}

export type ArrangedColumns = {
  readonly columns: Columns
  /** How far one must zoom out to see all of it, as a logarithm: twice as far costs 0.7. */
  readonly shapeCost: number
  /** Share of the edges that do not run from left to right. */
  readonly edgeCost: number
}

/**
 * Places items of different sizes into columns so that edges run left to right and are short, and the whole comes
 * close to the wanted shape. Tries every number of columns and keeps the best; deterministic.
 */
export function arrangeColumns(sizes: readonly Size[], edges: readonly RankEdge[], options: ColumnOptions): ArrangedColumns {
  const best = chooseColumns(sizes, edges, orderOf(sizes.length, edges), options)
  return { ...best, columns: orderByNeighbours(best.columns, edges, sizes, options.gaps.row) }
}

/** What the best columns cost for sizes that are told later, without the work of putting each of them in order. */
export function costOfColumns(count: number, edges: readonly RankEdge[], options: ColumnOptions): (sizes: readonly Size[]) => number {
  const order = orderOf(count, edges)
  return (sizes) => totalCost(chooseColumns(sizes, edges, order, options))
}

/** The sequence from callers to called, which does not depend on sizes. */
type Order = { readonly rank: readonly (number | null)[]; readonly ranked: readonly number[]; readonly alone: readonly number[] }

function orderOf(count: number, edges: readonly RankEdge[]): Order {
  const rank = rankItems(count, edges)
  const items = Array.from({ length: count }, (_, i) => i)
  const ranked = items.filter((i) => rank[i] !== null).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || a - b)
  return { rank, ranked, alone: items.filter((i) => rank[i] === null) }
}

type Draft = { columns: number[][]; shapeCost: number; edgeCost: number }

function chooseColumns(sizes: readonly Size[], edges: readonly RankEdge[], order: Order, options: ColumnOptions): Draft {
  const { rank, ranked, alone } = order
  let best: Draft = { columns: [], shapeCost: 0, edgeCost: 0 }
  if (sizes.length === 0) return best
  const [least, most] = columnCounts(sizes, options)
  for (let wanted = least; wanted <= most; wanted++) {
    for (const columns of [
      fill(ranked, alone, rank, sizes, wanted, options.gaps.row),
      fillEvenly(ranked, alone, sizes, wanted, options.gaps.row),
    ]) {
      const draft = { columns, shapeCost: shapeCost(columns, sizes, options), edgeCost: edgeCost(columns, edges, sizes.length) }
      if (best.columns.length === 0 || totalCost(draft) < totalCost(best) - 1e-9) best = draft
    }
  }
  return best
}

function totalCost({ shapeCost, edgeCost }: Draft): number {
  return SHAPE_WEIGHT * shapeCost + edgeCost
}

/** How many columns are worth trying: all for few items, for many those near the number that gives the wanted shape. */
function columnCounts(sizes: readonly Size[], { gaps, aspect, counts }: ColumnOptions): readonly [number, number] {
  const most = Math.min(counts[1], sizes.length)
  const least = Math.min(counts[0], most)
  if (sizes.length <= 12) return [least, most]
  const height = sizes.reduce((sum, size) => sum + size.height + gaps.row, 0)
  const width = sizes.reduce((sum, size) => sum + size.width + gaps.column, 0) / sizes.length
  const middle = Math.round(Math.sqrt((aspect * height) / width))
  return [Math.max(least, Math.min(most, middle - 3)), Math.max(least, Math.min(most, middle + 3))]
}

/** A drawing that must be made small to be seen costs more than edges that run back. */
const SHAPE_WEIGHT = 7

function fill(
  ranked: readonly number[],
  alone: readonly number[],
  rank: readonly (number | null)[],
  sizes: readonly Size[],
  wanted: number,
  gap: number,
): number[][] {
  const total = sizes.reduce((sum, size) => sum + size.height + gap, 0)
  const tallest = sizes.reduce((most, size) => Math.max(most, size.height + gap), 0)
  const limit = Math.max(tallest, (total / wanted) * 1.2)
  const layers = 1 + ranked.reduce((most, item) => Math.max(most, rank[item] ?? 0), 0)
  const groupOf = (item: number) => Math.floor(((rank[item] ?? 0) * Math.min(wanted, layers)) / layers)

  const columns: number[][] = []
  const heights: number[] = []
  let group = -1
  for (const item of ranked) {
    const height = (sizes[item]?.height ?? 0) + gap
    const last = columns.length - 1
    const isFull = last < 0 || (heights[last] ?? 0) + height > limit
    const isNext = groupOf(item) !== group && columns.length < wanted
    if (isFull || isNext) {
      columns.push([])
      heights.push(0)
    }
    group = groupOf(item)
    columns.at(-1)?.push(item)
    heights[columns.length - 1] = (heights[columns.length - 1] ?? 0) + height
  }
  return addAlone(columns, heights, alone, sizes, wanted, gap)
}

/** Cuts the sequence of callers and called into columns so that the highest is as low as can be, whatever the layers are. */
function fillEvenly(ranked: readonly number[], alone: readonly number[], sizes: readonly Size[], wanted: number, gap: number): number[][] {
  const heightOf = (item: number) => (sizes[item]?.height ?? 0) + gap
  const cut = (limit: number): { columns: number[][]; heights: number[] } => {
    const columns: number[][] = []
    const heights: number[] = []
    for (const item of ranked) {
      const last = columns.length - 1
      if (last < 0 || (heights[last] ?? 0) + heightOf(item) > limit) {
        columns.push([item])
        heights.push(heightOf(item))
      } else {
        columns[last]?.push(item)
        heights[last] = (heights[last] ?? 0) + heightOf(item)
      }
    }
    return { columns, heights }
  }
  let low = ranked.reduce((most, item) => Math.max(most, heightOf(item)), 0)
  let high = ranked.reduce((sum, item) => sum + heightOf(item), 0)
  while (high - low > 1) {
    const middle = (low + high) / 2
    if (cut(middle).columns.length <= wanted) high = middle
    else low = middle
  }
  const { columns, heights } = cut(cut(low).columns.length <= wanted ? low : high)
  return addAlone(columns, heights, alone, sizes, wanted, gap)
}

/** Those without edges fill up the lowest columns, the highest of them first. */
function addAlone(
  columns: number[][],
  heights: number[],
  alone: readonly number[],
  sizes: readonly Size[],
  wanted: number,
  gap: number,
): number[][] {
  const height = (item: number) => sizes[item]?.height ?? 0
  for (const item of alone.toSorted((a, b) => height(b) - height(a) || a - b)) {
    while (columns.length < wanted) {
      columns.push([])
      heights.push(0)
    }
    const lowest = heights.indexOf(Math.min(...heights))
    columns[lowest]?.push(item)
    heights[lowest] = (heights[lowest] ?? 0) + (sizes[item]?.height ?? 0) + gap
  }
  return columns.filter((column) => column.length > 0)
}

function shapeCost(columns: Columns, sizes: readonly Size[], options: ColumnOptions): number {
  let width = options.beside.width - options.gaps.column
  let height = Math.max(1, options.beside.height)
  for (const column of columns) {
    width += options.gaps.column + column.reduce((most, item) => Math.max(most, sizes[item]?.width ?? 0), 0)
    height = Math.max(height, columnHeight(column, sizes, options.gaps.row))
  }
  return Math.log(Math.max(width / options.aspect, height))
}

/** Share of the edge weight that does not run from left to right; running back counts more than standing above. */
function edgeCost(columns: Columns, edges: readonly RankEdge[], count: number): number {
  const columnOf = new Int32Array(count)
  columns.forEach((column, c) => {
    for (const item of column) columnOf[item] = c
  })
  let total = 0
  let wrong = 0
  for (const edge of edges) {
    if (edge.from === edge.to) continue
    const span = (columnOf[edge.to] ?? 0) - (columnOf[edge.from] ?? 0)
    total += edge.weight
    if (span === 0) wrong += edge.weight
    else if (span < 0) wrong += 1.3 * edge.weight
    else wrong += 0.04 * (span - 1) * edge.weight
  }
  return total === 0 ? 0 : wrong / total
}

/** Four barycentre passes: every item moves towards the middle of those it is connected with. */
function orderByNeighbours(columns: number[][], edges: readonly RankEdge[], sizes: readonly Size[], gap: number): Columns {
  const middle = new Float64Array(sizes.length)
  const weight = new Float64Array(sizes.length)
  const pull = new Float64Array(sizes.length)
  const place = () => {
    for (const column of columns) {
      let y = -columnHeight(column, sizes, gap) / 2
      for (const item of column) {
        const height = sizes[item]?.height ?? 0
        middle[item] = y + height / 2
        y += height + gap
      }
    }
  }
  place()
  for (let pass = 0; pass < 4; pass++) {
    weight.fill(0)
    pull.fill(0)
    for (const { from, to, weight: w } of edges) {
      if (from === to) continue
      pull[from] = (pull[from] ?? 0) + w * (middle[to] ?? 0)
      pull[to] = (pull[to] ?? 0) + w * (middle[from] ?? 0)
      weight[from] = (weight[from] ?? 0) + w
      weight[to] = (weight[to] ?? 0) + w
    }
    const wish = (item: number) => ((weight[item] ?? 0) > 0 ? (pull[item] ?? 0) / (weight[item] ?? 1) : Number.POSITIVE_INFINITY)
    for (const column of columns) {
      const wishes = new Map(column.map((item) => [item, wish(item)]))
      const order = new Map(column.map((item, i) => [item, i]))
      column.sort((a, b) => compare(wishes.get(a) ?? 0, wishes.get(b) ?? 0) || (order.get(a) ?? 0) - (order.get(b) ?? 0))
    }
    place()
  }
  return columns
}

/** Height of a column with its gaps, in px. */
export function columnHeight(column: readonly number[], sizes: readonly Size[], gap: number): number {
  return column.reduce((sum, item) => sum + (sizes[item]?.height ?? 0) + gap, -gap)
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
