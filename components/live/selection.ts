import { idInCluster, splitClusterId } from '@/lib/graph/combine-topologies'
import type { GraphNode } from '@/lib/graph/topology'
import { oneCluster } from './one-cluster'
import type { ViewState } from './url-state'

/** How the address names a node: by its reference, in its cluster where several are shown. */
export function selectionOf({ id, ref, kind }: Pick<GraphNode, 'id' | 'ref' | 'kind'>): string {
  const found = splitClusterId(id)
  if (found === null) return ref
  return kind === 'cluster' ? id : idInCluster(found.cluster, ref)
}

/** The node that a selection names. An outside end that both enters and is called has two; the called one counts. */
export function selectedNode<Node>(selection: string | null, nodes: ReadonlyMap<string, Node>): Node | undefined {
  return selection === null ? undefined : (nodes.get(selection) ?? nodes.get(enteringId(selection)))
}

/** Id of the node that an outside end has where it enters the cluster. */
export function enteringId(selection: string): string {
  const found = splitClusterId(selection)
  return found === null ? `from:${selection}` : idInCluster(found.cluster, `from:${found.id}`)
}

/** A reference or id out of what is known of one cluster, as the map names it. */
export function asSelection(name: string, view: Pick<ViewState, 'clusters' | 'selection'>): string {
  const [cluster] = oneCluster(view)
  return view.clusters.length < 2 || cluster === undefined || splitClusterId(name) !== null ? name : idInCluster(cluster, name)
}

/** An id as its own cluster knows it. */
export function withoutCluster(id: string): string {
  return splitClusterId(id)?.id ?? id
}
