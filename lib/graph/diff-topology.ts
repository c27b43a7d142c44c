import type { GraphEdge, GraphNode, Topology } from './topology'

/** What turns one topology into the next: rows to put (new or changed), and the ids that are gone. */
export type TopologyDiff = {
  readonly nodes: { readonly put: readonly GraphNode[]; readonly removed: readonly string[] }
  readonly edges: { readonly put: readonly GraphEdge[]; readonly removed: readonly string[] }
}

/** Compares two topologies row by row; rows that are equal in every field are left out. */
export function diffTopology(before: Topology, after: Topology): TopologyDiff {
  return {
    nodes: diffRows(before.nodes, after.nodes, sameNode),
    edges: diffRows(before.edges, after.edges, sameEdge),
  }
}

export function isEmptyDiff({ nodes, edges }: TopologyDiff): boolean {
  return nodes.put.length + nodes.removed.length + edges.put.length + edges.removed.length === 0
}

function diffRows<Row extends { readonly id: string }>(before: readonly Row[], after: readonly Row[], same: (a: Row, b: Row) => boolean) {
  const gone = new Map<string, Row>()
  for (const row of before) gone.set(row.id, row)
  const put: Row[] = []
  for (const row of after) {
    const old = gone.get(row.id)
    gone.delete(row.id)
    if (old === undefined || !same(old, row)) put.push(row)
  }
  return { put, removed: [...gone.keys()] }
}

function sameNode(a: GraphNode, b: GraphNode): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.ref === b.ref &&
      a.name === b.name &&
      a.namespace === b.namespace &&
      a.parent === b.parent &&
      a.lane === b.lane &&
      sameList(a.badges, b.badges, (x, y) => x.id === y.id && x.value === y.value))
  )
}

function sameEdge(a: GraphEdge, b: GraphEdge): boolean {
  return (
    a === b ||
    (a.source === b.source &&
      a.target === b.target &&
      a.relation === b.relation &&
      a.basis === b.basis &&
      a.state === b.state &&
      a.protocol === b.protocol &&
      a.rate === b.rate &&
      a.label === b.label &&
      a.lastSeen === b.lastSeen &&
      a.mutualTls === b.mutualTls &&
      a.claim === b.claim &&
      a.bundled === b.bundled &&
      a.service?.ref === b.service?.ref &&
      a.service?.basis === b.service?.basis &&
      a.verdicts.forwarded === b.verdicts.forwarded &&
      a.verdicts.dropped === b.verdicts.dropped &&
      a.verdicts.audit === b.verdicts.audit &&
      a.verdicts.error === b.verdicts.error &&
      a.verdicts.unknown === b.verdicts.unknown &&
      sameList(a.reporters, b.reporters, (x, y) => x === y) &&
      sameList(a.ports, b.ports, (x, y) => x === y) &&
      sameList(a.policies, b.policies, (x, y) => x.policy === y.policy && x.rule === y.rule && x.confidence === y.confidence))
  )
}

function sameList<Item>(a: readonly Item[], b: readonly Item[], same: (x: Item, y: Item) => boolean): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  return a.every((item, index) => same(item, b[index] as Item))
}
