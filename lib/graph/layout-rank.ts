/** A directed, weighted edge between items by their index. */
export type RankEdge = { readonly from: number; readonly to: number; readonly weight: number }

/**
 * Layers from left to right: callers before what they call, as far as cycles allow.
 *
 * Cycles are broken by the greedy sequence of Eades, Lin and Smyth (1993): sources first, sinks last, in between the
 * item whose outgoing weight most exceeds its incoming weight. Layers are longest paths along that sequence; an item
 * that only calls stands directly before the first it calls. Items without edges get `null`. Ties go to the lower
 * index, so that the answer depends on nothing but the input.
 */
export function rankItems(count: number, edges: readonly RankEdge[]): readonly (number | null)[] {
  const outgoing: RankEdge[][] = Array.from({ length: count }, () => [])
  const incoming: RankEdge[][] = Array.from({ length: count }, () => [])
  for (const edge of edges) {
    if (edge.from === edge.to) continue
    outgoing[edge.from]?.push(edge)
    incoming[edge.to]?.push(edge)
  }
  const position = greedySequence(count, outgoing, incoming)

  const layer: (number | null)[] = new Array(count).fill(null)
  const byPosition = Array.from({ length: count }, (_, i) => i).sort((a, b) => at(position, a) - at(position, b))
  const isForward = (edge: RankEdge) => at(position, edge.from) < at(position, edge.to)
  for (const item of byPosition) {
    if (outgoing[item]?.length === 0 && incoming[item]?.length === 0) continue
    let own = 0
    for (const edge of incoming[item] ?? []) if (isForward(edge)) own = Math.max(own, (layer[edge.from] ?? 0) + 1)
    layer[item] = own
  }
  for (const item of byPosition.toReversed()) {
    if ((incoming[item] ?? []).some(isForward)) continue
    const next = (outgoing[item] ?? []).filter(isForward).map((edge) => layer[edge.to] ?? 0)
    if (next.length > 0) layer[item] = Math.max(0, Math.min(...next) - 1)
  }
  return layer
}

function greedySequence(count: number, outgoing: readonly (readonly RankEdge[])[], incoming: readonly (readonly RankEdge[])[]): number[] {
  const out = outgoing.map(totalWeight)
  const into = incoming.map(totalWeight)
  const left = new Set(Array.from({ length: count }, (_, i) => i))
  const position: number[] = new Array(count).fill(0)
  let head = 0
  let tail = count
  const take = (item: number, place: number) => {
    position[item] = place
    left.delete(item)
    for (const edge of outgoing[item] ?? []) into[edge.to] = at(into, edge.to) - edge.weight
    for (const edge of incoming[item] ?? []) out[edge.from] = at(out, edge.from) - edge.weight
  }
  const epsilon = 1e-9
  while (left.size > 0) {
    let best = -1
    let bestExcess = Number.NEGATIVE_INFINITY
    let kind: 'sink' | 'source' | 'between' = 'between'
    for (const item of left) {
      if (at(out, item) <= epsilon) {
        best = item
        kind = 'sink'
        break
      }
      if (kind === 'between' && at(into, item) <= epsilon) {
        best = item
        kind = 'source'
      } else if (kind === 'between' && at(out, item) - at(into, item) > bestExcess) {
        best = item
        bestExcess = at(out, item) - at(into, item)
      }
    }
    take(best, kind === 'sink' ? --tail : head++)
  }
  return position
}

function totalWeight(edges: readonly RankEdge[]): number {
  return edges.reduce((sum, edge) => sum + edge.weight, 0)
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? 0
}
