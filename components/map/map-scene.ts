import { selectedNode } from '@/components/live/selection'
import type { Drawing } from './drawing'

/** What the pointer, the keyboard and the URL point at. Ids of the drawing; null for nothing. */
export type Attention = {
  readonly chosenNode: string | null
  readonly chosenEdge: string | null
  readonly hoveredNode: string | null
  readonly hoveredEdge: string | null
  readonly focusedNode: string | null
}

export const NO_ATTENTION: Attention = { chosenNode: null, chosenEdge: null, hoveredNode: null, hoveredEdge: null, focusedNode: null }

/** What stays bright while something is chosen; null when nothing is and all is equal. */
export type Spotlight = { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> }

/** The chosen node or edge with everything it is connected with, and what that stands in. */
export function spotlight(drawing: Drawing, attention: Attention): Spotlight | null {
  const { chosenNode, chosenEdge } = attention
  if (chosenNode === null && chosenEdge === null) return null
  const nodes = new Set<string>()
  const edges = new Set<string>()
  if (chosenEdge !== null) {
    const edge = drawing.edges.get(chosenEdge)
    if (edge === undefined) return null
    edges.add(edge.id)
    nodes.add(edge.source).add(edge.target)
  } else if (chosenNode !== null) {
    if (!drawing.nodes.has(chosenNode)) return null
    const own = insideOf(drawing, chosenNode)
    for (const id of own) nodes.add(id)
    for (const edge of drawing.edges.values()) {
      if (!own.has(edge.source) && !own.has(edge.target)) continue
      edges.add(edge.id)
      nodes.add(edge.source).add(edge.target)
    }
  }
  for (const id of [...nodes]) {
    let parent = drawing.nodes.get(id)?.row.parent ?? null
    while (parent !== null && !nodes.has(parent)) {
      nodes.add(parent)
      parent = drawing.nodes.get(parent)?.row.parent ?? null
    }
  }
  return { nodes, edges }
}

/** The node and everything drawn inside it. */
export function insideOf(drawing: Drawing, id: string): ReadonlySet<string> {
  const inside = new Set([id])
  for (const node of drawing.nodes.values()) {
    const path: string[] = []
    let at: string | null = node.id
    while (at !== null && !inside.has(at) && path.length < 8) {
      path.push(at)
      at = drawing.nodes.get(at)?.row.parent ?? null
    }
    if (at !== null && inside.has(at)) for (const step of path) inside.add(step)
  }
  return inside
}

/** What the selection of the URL is in a drawing: a node, or the line that draws a selected edge. */
export function chosenIn(drawing: Drawing, selection: string | null): Pick<Attention, 'chosenNode' | 'chosenEdge'> {
  if (selection === null) return { chosenNode: null, chosenEdge: null }
  // An outside end that both enters and is called has two nodes.
  const chosenNode = selectedNode(selection, drawing.nodes)?.id ?? null
  return { chosenNode, chosenEdge: chosenNode === null ? (drawing.lineOf.get(selection) ?? null) : null }
}

/** What of the attention is still drawn. */
export function stillThere(attention: Attention, drawing: Drawing): Attention {
  const keep = (id: string | null, rows: ReadonlyMap<string, unknown>) => (id !== null && rows.has(id) ? id : null)
  return {
    chosenNode: keep(attention.chosenNode, drawing.nodes),
    chosenEdge: keep(attention.chosenEdge, drawing.edges),
    hoveredNode: keep(attention.hoveredNode, drawing.nodes),
    hoveredEdge: keep(attention.hoveredEdge, drawing.edges),
    focusedNode: keep(attention.focusedNode, drawing.nodes),
  }
}
