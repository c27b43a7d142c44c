import type { Badge, GraphNode } from './topology'

/** How many grave findings there are about something. */
export type FindingCount = { readonly error: number; readonly warning: number }

/** By contract name of the object; a namespace counts everything in it. */
export type FindingCounts = ReadonlyMap<string, FindingCount>

/** Marks nodes with what was found about them, each row made once as long as its count stays the same. */
export class FindingBadges {
  readonly #marked = new WeakMap<GraphNode, { readonly value: string; readonly row: GraphNode }>()

  /** A namespace that is drawn as a box leaves the marks to what is in it. */
  mark(nodes: readonly GraphNode[], counts: FindingCounts): readonly GraphNode[] {
    if (counts.size === 0) return nodes
    const boxes = new Set(nodes.flatMap(({ parent }) => parent ?? []))
    return nodes.map((node) => {
      const count = node.kind === 'namespace' && boxes.has(node.id) ? undefined : counts.get(node.ref)
      return count === undefined ? node : this.#rowOf(node, countWords(count))
    })
  }

  #rowOf(node: GraphNode, value: string): GraphNode {
    const known = this.#marked.get(node)
    if (known?.value === value) return known.row
    const badge: Badge = { id: 'findings', value }
    const row = { ...node, badges: [...node.badges, badge] }
    this.#marked.set(node, { value, row })
    return row
  }
}

function countWords({ error, warning }: FindingCount): string {
  const parts = [
    ...(error > 0 ? [`${error} ${error === 1 ? 'error' : 'errors'}`] : []),
    ...(warning > 0 ? [`${warning} ${warning === 1 ? 'warning' : 'warnings'}`] : []),
  ]
  return parts.join(', ')
}
