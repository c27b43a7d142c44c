import { VERDICTS, type Verdict } from '../flows/flow'
import type { TopologyDiff } from '../graph/diff-topology'
import type { GraphEdge, GraphNode, Topology } from '../graph/topology'
import type { EdgeColumns, GraphDelta, GraphHeader, GraphSnapshot, NodeColumns } from './stream'

/**
 * Integer ids of one stream. A number stays with its node or edge while that is drawn and is never given again, so the
 * table is as large as what is drawn and no larger.
 */
export class ColumnIds {
  readonly #nodes = new Map<string, number>()
  readonly #edges = new Map<string, number>()
  #next = 1

  node(id: string): number {
    return this.#idIn(this.#nodes, id)
  }

  edge(id: string): number {
    return this.#idIn(this.#edges, id)
  }

  releaseNode(id: string): number {
    return this.#release(this.#nodes, id)
  }

  releaseEdge(id: string): number {
    return this.#release(this.#edges, id)
  }

  #idIn(table: Map<string, number>, id: string): number {
    const known = table.get(id)
    if (known !== undefined) return known
    const given = this.#next++
    table.set(id, given)
    return given
  }

  #release(table: Map<string, number>, id: string): number {
    const given = this.#idIn(table, id)
    table.delete(id)
    return given
  }
}

export function encodeHeader(topology: Topology, seq: number): GraphHeader {
  return {
    seq,
    level: topology.level,
    at: topology.at,
    windowMs: topology.windowMs,
    shown: { nodes: topology.nodes.length, edges: topology.edges.length },
    total: topology.total,
    folded: topology.folded,
    filtered: topology.filtered,
  }
}

export function encodeSnapshot(topology: Topology, ids: ColumnIds, seq: number): GraphSnapshot {
  return { ...encodeHeader(topology, seq), nodes: nodeColumns(topology.nodes, ids), edges: edgeColumns(topology.edges, ids) }
}

/** `after` is the topology that the diff leads to. */
export function encodeDelta(diff: TopologyDiff, after: Topology, ids: ColumnIds, seq: number): GraphDelta {
  return {
    ...encodeHeader(after, seq),
    nodes: nodeColumns(diff.nodes.put, ids),
    edges: edgeColumns(diff.edges.put, ids),
    removedEdges: diff.edges.removed.map((id) => ids.releaseEdge(id)),
    removedNodes: diff.nodes.removed.map((id) => ids.releaseNode(id)),
  }
}

/**
 * What a client holds of one stream: rows by their contract id, kept outside of any view framework. Rows are replaced, never
 * changed, so a row can be compared by identity.
 */
export type GraphTable = {
  header: GraphHeader | null
  readonly nodes: Map<string, GraphNode>
  readonly edges: Map<string, GraphEdge>
  /** Integer ids of the running stream to contract ids. */
  readonly nodeIds: Map<number, string>
  readonly edgeIds: Map<number, string>
}

/** Contract ids that an event touched. */
export type GraphChange = {
  /** True after a snapshot: other views' rows may have gone with it. */
  readonly replaced: boolean
  readonly nodes: { readonly put: readonly string[]; readonly removed: readonly string[] }
  readonly edges: { readonly put: readonly string[]; readonly removed: readonly string[] }
}

export function emptyGraphTable(): GraphTable {
  return { header: null, nodes: new Map(), edges: new Map(), nodeIds: new Map(), edgeIds: new Map() }
}

/** Makes the table say what the snapshot says. */
export function applySnapshot(table: GraphTable, snapshot: GraphSnapshot): GraphChange {
  const goneNodes = new Set(table.nodes.keys())
  const goneEdges = new Set(table.edges.keys())
  table.nodes.clear()
  table.edges.clear()
  table.nodeIds.clear()
  table.edgeIds.clear()
  table.header = headerOf(snapshot)
  const nodes = putNodes(table, snapshot.nodes)
  const edges = putEdges(table, snapshot.edges)
  for (const id of nodes) goneNodes.delete(id)
  for (const id of edges) goneEdges.delete(id)
  return { replaced: true, nodes: { put: nodes, removed: [...goneNodes] }, edges: { put: edges, removed: [...goneEdges] } }
}

/** Applies the next delta; `gap` means that one is missing and the table is left as it was: ask for a snapshot. */
export function applyDelta(table: GraphTable, delta: GraphDelta): GraphChange | 'gap' {
  if (table.header === null || delta.seq !== table.header.seq + 1) return 'gap'
  table.header = headerOf(delta)
  const nodes = putNodes(table, delta.nodes)
  const edges = putEdges(table, delta.edges)
  const removedEdges = removeRows(table.edges, table.edgeIds, delta.removedEdges)
  const removedNodes = removeRows(table.nodes, table.nodeIds, delta.removedNodes)
  return { replaced: false, nodes: { put: nodes, removed: removedNodes }, edges: { put: edges, removed: removedEdges } }
}

function headerOf({ seq, level, at, windowMs, shown, total, folded, filtered }: GraphHeader): GraphHeader {
  return { seq, level, at, windowMs, shown, total, folded, filtered }
}

function nodeColumns(nodes: readonly GraphNode[], ids: ColumnIds): NodeColumns {
  return {
    id: nodes.map((node) => ids.node(node.id)),
    ref: nodes.map((node) => node.ref),
    key: nodes.map((node) => (node.id === node.ref ? null : node.id)),
    kind: nodes.map((node) => node.kind),
    name: nodes.map((node) => node.name),
    namespace: nodes.map((node) => node.namespace),
    parent: nodes.map((node) => (node.parent === null ? null : ids.node(node.parent))),
    lane: nodes.map((node) => node.lane),
    badges: nodes.map((node) => node.badges),
  }
}

function edgeColumns(edges: readonly GraphEdge[], ids: ColumnIds): EdgeColumns {
  const counts = (verdict: Verdict) => edges.map((edge) => edge.verdicts[verdict])
  return {
    id: edges.map((edge) => ids.edge(edge.id)),
    ref: edges.map((edge) => edge.id),
    source: edges.map((edge) => ids.node(edge.source)),
    target: edges.map((edge) => ids.node(edge.target)),
    relation: edges.map((edge) => edge.relation),
    basis: edges.map((edge) => edge.basis),
    state: edges.map((edge) => edge.state),
    protocol: edges.map((edge) => edge.protocol),
    ports: edges.map((edge) => edge.ports),
    verdicts: {
      forwarded: counts('forwarded'),
      dropped: counts('dropped'),
      audit: counts('audit'),
      error: counts('error'),
      unknown: counts('unknown'),
    },
    rate: edges.map((edge) => edge.rate),
    policies: edges.map((edge) => edge.policies),
    label: edges.map((edge) => edge.label),
    lastSeen: edges.map((edge) => edge.lastSeen),
    service: edges.map((edge) => edge.service),
    mutualTls: edges.map((edge) => edge.mutualTls),
    reporters: edges.map((edge) => edge.reporters),
    claims: edges.map((edge) => edge.claim),
    bundled: edges.map((edge) => edge.bundled),
  }
}

function putNodes(table: GraphTable, columns: NodeColumns): string[] {
  const put = columns.id.map((number, row) => {
    const id = columns.key[row] ?? at(columns.ref, row)
    table.nodeIds.set(number, id)
    return id
  })
  put.forEach((id, row) => {
    const parent = at(columns.parent, row)
    table.nodes.set(id, {
      id,
      ref: at(columns.ref, row),
      kind: at(columns.kind, row),
      name: at(columns.name, row),
      namespace: at(columns.namespace, row),
      parent: parent === null ? null : known(table.nodeIds, parent),
      lane: at(columns.lane, row),
      badges: at(columns.badges, row),
    })
  })
  return put
}

function putEdges(table: GraphTable, columns: EdgeColumns): string[] {
  return columns.id.map((number, row) => {
    const id = at(columns.ref, row)
    table.edgeIds.set(number, id)
    const verdicts = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
    for (const verdict of VERDICTS) verdicts[verdict] = at(columns.verdicts[verdict], row)
    table.edges.set(id, {
      id,
      source: known(table.nodeIds, at(columns.source, row)),
      target: known(table.nodeIds, at(columns.target, row)),
      relation: at(columns.relation, row),
      basis: at(columns.basis, row),
      state: at(columns.state, row),
      protocol: at(columns.protocol, row),
      ports: at(columns.ports, row),
      verdicts,
      rate: at(columns.rate, row),
      policies: at(columns.policies, row),
      label: at(columns.label, row),
      lastSeen: at(columns.lastSeen, row),
      service: at(columns.service, row),
      mutualTls: at(columns.mutualTls, row),
      reporters: at(columns.reporters, row),
      claim: at(columns.claims, row),
      bundled: at(columns.bundled, row),
    })
    return id
  })
}

function removeRows<Row>(rows: Map<string, Row>, ids: Map<number, string>, numbers: readonly number[]): string[] {
  const removed: string[] = []
  for (const number of numbers) {
    const id = ids.get(number)
    if (id === undefined) continue
    ids.delete(number)
    rows.delete(id)
    removed.push(id)
  }
  return removed
}

function at<Value>(column: readonly Value[], row: number): Value {
  if (row >= column.length) throw new Error('columns of a graph event differ in length')
  return column[row] as Value
}

function known(ids: Map<number, string>, number: number): string {
  const id = ids.get(number)
  if (id === undefined) throw new Error(`graph event names the unknown id ${number}`)
  return id
}
