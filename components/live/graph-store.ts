import { applyDelta, applySnapshot, emptyGraphTable, type GraphChange, type GraphTable } from '@/lib/api/columns'
import type { GraphDelta, GraphHeader, GraphSnapshot } from '@/lib/api/stream'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'

/**
 * The live graph of this browser, outside React state: React asks for a version number, the canvas for what changed.
 *
 * While held, the store keeps following the stream but shows the graph as it was at that moment.
 */
export class GraphStore {
  #newest: GraphTable = emptyGraphTable()
  #shown: GraphTable = this.#newest
  /** Contract ids touched since the hold began; as large as the graph at most. */
  #touched: { replaced: boolean; readonly nodes: Set<string>; readonly edges: Set<string> } | null = null
  #version = 0
  readonly #listeners = new Set<() => void>()
  readonly #changeListeners = new Set<(change: GraphChange) => void>()

  /** null until the first snapshot. */
  get header(): GraphHeader | null {
    return this.#shown.header
  }

  get nodes(): ReadonlyMap<string, GraphNode> {
    return this.#shown.nodes
  }

  get edges(): ReadonlyMap<string, GraphEdge> {
    return this.#shown.edges
  }

  get isHeld(): boolean {
    return this.#touched !== null
  }

  /** Grows with every change of what is shown: the snapshot for `useSyncExternalStore`. */
  readonly getVersion = (): number => this.#version

  /** Calls back after every change of what is shown; returns the way to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls back with the rows that changed; returns the way to stop. A new listener reads the whole graph first. */
  readonly onChange = (listener: (change: GraphChange) => void): (() => void) => {
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
  }

  applySnapshot(snapshot: GraphSnapshot): void {
    this.#follow(applySnapshot(this.#newest, snapshot))
  }

  /** `gap`: an event is missing, nothing was changed and a new snapshot is needed. */
  applyDelta(delta: GraphDelta): 'applied' | 'gap' {
    const change = applyDelta(this.#newest, delta)
    if (change === 'gap') return 'gap'
    this.#follow(change)
    return 'applied'
  }

  hold(): void {
    if (this.#touched !== null) return
    this.#touched = { replaced: false, nodes: new Set(), edges: new Set() }
    this.#newest = copyTable(this.#shown)
  }

  release(): void {
    if (this.#touched === null) return
    const { replaced, nodes, edges } = this.#touched
    this.#touched = null
    this.#shown = this.#newest
    this.#publish({ replaced, nodes: splitByPresence(nodes, this.#shown.nodes), edges: splitByPresence(edges, this.#shown.edges) })
  }

  #follow(change: GraphChange): void {
    if (this.#touched === null) {
      this.#publish(change)
      return
    }
    this.#touched.replaced ||= change.replaced
    for (const kind of ['nodes', 'edges'] as const) {
      for (const id of change[kind].put) this.#touched[kind].add(id)
      for (const id of change[kind].removed) this.#touched[kind].add(id)
    }
  }

  #publish(change: GraphChange): void {
    this.#version++
    for (const listener of this.#changeListeners) listener(change)
    for (const listener of this.#listeners) listener()
  }
}

function copyTable(table: GraphTable): GraphTable {
  return {
    header: table.header,
    nodes: new Map(table.nodes),
    edges: new Map(table.edges),
    nodeIds: new Map(table.nodeIds),
    edgeIds: new Map(table.edgeIds),
  }
}

function splitByPresence(ids: ReadonlySet<string>, rows: ReadonlyMap<string, unknown>): { put: string[]; removed: string[] } {
  const put: string[] = []
  const removed: string[] = []
  for (const id of ids) (rows.has(id) ? put : removed).push(id)
  return { put, removed }
}
