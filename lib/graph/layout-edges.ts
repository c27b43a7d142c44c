import type { RankEdge } from './layout-rank'
import type { Child } from './layout-slots'

/** `weight` says how much the edge should be short and run left to right; whole numbers, 0 for no say. */
export type LayoutEdge = { readonly source: string; readonly target: string; readonly weight: number }

/** The edges between these children, by their place in the list. */
export function indexEdges(children: readonly Child[], edges: readonly LayoutEdge[]): readonly RankEdge[] {
  return mergeEdges(edges, new Map(children.map((child, i) => [child.id, i])))
}

/** One edge for each ordered pair, in an order that does not depend on the input's. */
export function mergeEdges(edges: readonly LayoutEdge[], indexOf: ReadonlyMap<string, number>): readonly RankEdge[] {
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
