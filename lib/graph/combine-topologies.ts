import { FoldCounter } from './folds'
import type { Fold, GraphEdge, GraphNode, Topology } from './topology'
import type { TopologyView } from './view'

/** The graph of one of several clusters that are shown together. */
export type ClusterTopology = {
  readonly name: string
  /** How completely it is known, in words; null when there is nothing to say. */
  readonly note: string | null
  readonly topology: Topology
}

/**
 * One graph of several clusters: each is a box that holds what is its own. Ids begin with the cluster, see `idInCluster`;
 * references stay as they are.
 */
export function combineTopologies(clusters: readonly ClusterTopology[], view: TopologyView, at: number): Topology {
  const sum = (count: (topology: Topology) => number) => clusters.reduce((total, { topology }) => total + count(topology), 0)
  return {
    level: view.level,
    at: clusters.reduce((latest, { topology }) => Math.max(latest, topology.at), clusters.length === 0 ? at : 0),
    windowMs: view.windowMs,
    nodes: clusters.flatMap((cluster) => [boxOf(cluster), ...cluster.topology.nodes.map((node) => nodeIn(cluster.name, node))]),
    edges: clusters.flatMap(({ name, topology }) => topology.edges.map((edge) => edgeIn(name, edge))),
    folded: sumFolds(
      clusters.flatMap(({ topology }) => topology.folded),
      view,
    ),
    total: { nodes: sum(({ total }) => total.nodes) + clusters.length, edges: sum(({ total }) => total.edges) },
    filtered: { edges: sum(({ filtered }) => filtered.edges), flows: sum(({ filtered }) => filtered.flows) },
  }
}

/** What one cluster is asked for when several are shown: ids lose their cluster, and those of others are left out. */
export function viewOfCluster(view: TopologyView, cluster: string): TopologyView {
  const own = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const found = splitClusterId(id)
      return found === null ? [id] : found.cluster === cluster && found.id !== '' ? [found.id] : []
    })
  return { ...view, open: own(view.open), selection: view.selection === null ? null : (own([view.selection])[0] ?? null) }
}

/** `@prod/shop/cart[Deployment]`; `@prod` alone is the cluster's own box. The cluster is percent-encoded. */
export function idInCluster(cluster: string, id: string): string {
  return `@${encodeURIComponent(cluster)}${id === '' ? '' : `/${id}`}`
}

/** The cluster that an id begins with, and the id inside it; null for an id without one. */
export function splitClusterId(id: string): { readonly cluster: string; readonly id: string } | null {
  if (!id.startsWith('@')) return null
  const slash = id.indexOf('/')
  try {
    return { cluster: decodeURIComponent(id.slice(1, slash < 0 ? undefined : slash)), id: slash < 0 ? '' : id.slice(slash + 1) }
  } catch {
    return null
  }
}

/** What is folded in all of them. */
function sumFolds(folds: readonly Fold[], view: TopologyView): readonly Fold[] {
  const counter = new FoldCounter(view.show)
  for (const { id, nodes, edges, flows } of folds) counter.add(id, { nodes, edges, flows })
  return counter.list()
}

function boxOf({ name, note, topology }: ClusterTopology): GraphNode {
  const namespaces = topology.nodes.filter(({ kind }) => kind === 'namespace').length
  return {
    id: idInCluster(name, ''),
    kind: 'cluster',
    ref: name,
    name,
    namespace: null,
    parent: null,
    lane: 'workload',
    badges: [
      ...(namespaces === 0 ? [] : [{ id: 'namespaces' as const, value: String(namespaces) }]),
      ...(note === null ? [] : [{ id: 'problem' as const, value: note }]),
    ],
  }
}

function nodeIn(cluster: string, node: GraphNode): GraphNode {
  return { ...node, id: idInCluster(cluster, node.id), parent: idInCluster(cluster, node.parent ?? '') }
}

function edgeIn(cluster: string, edge: GraphEdge): GraphEdge {
  const within = (id: string) => idInCluster(cluster, id)
  return { ...edge, id: within(edge.id), source: within(edge.source), target: within(edge.target) }
}
