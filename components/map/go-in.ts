import type { ViewState } from '@/components/live/url-state'
import type { GraphNode } from '@/lib/graph/topology'

/** The view one step into a node: a namespace alone with its workloads, a workload with its pods, a pod with its containers. null where there is nothing inside. */
export function goIn(view: ViewState, node: GraphNode): Partial<ViewState> | null {
  if (node.kind === 'cluster') return { clusters: [node.name], selection: null }
  if (node.kind === 'namespace') {
    if (view.level !== 'namespace' && view.namespaces.length === 1 && view.namespaces[0] === node.name) return null
    const level = view.level === 'namespace' ? 'workload' : view.level
    return { namespaces: [node.name], level, open: [], selection: null }
  }
  if (!canOpenInPlace(view, node)) return null
  return { open: [...view.open, node.ref], selection: null }
}

/** Whether the node can show its inside where it stands. */
export function canOpenInPlace(view: ViewState, node: GraphNode): boolean {
  if (node.kind === 'cluster' || view.open.includes(node.ref)) return false
  if (node.kind === 'namespace') return view.level === 'namespace'
  if (node.kind === 'workload') return view.level === 'namespace' || view.level === 'workload'
  return node.kind === 'pod' && view.level !== 'container'
}

export type Crumb = { readonly label: string; readonly kind: string; readonly to: Partial<ViewState> }

/** The way from the whole cluster to here. The last one is where the viewer is. */
export function crumbs(view: ViewState): readonly Crumb[] {
  const path: Crumb[] = [{ label: 'Cluster', kind: 'cluster', to: { level: 'namespace', namespaces: [], open: [], selection: null } }]
  const [only] = view.namespaces
  if (only !== undefined) {
    const label = view.namespaces.length === 1 ? only : `${view.namespaces.length} namespaces`
    path.push({ label, kind: 'namespace', to: { namespaces: view.namespaces, level: view.level, open: [], selection: null } })
  }
  view.open.forEach((ref, i) => {
    path.push({ label: openedName(ref), kind: 'opened', to: { open: view.open.slice(0, i + 1), selection: null } })
  })
  return path
}

function openedName(ref: string): string {
  const name = ref.slice(ref.indexOf('/') + 1)
  const kind = name.lastIndexOf('[')
  return kind > 0 ? name.slice(0, kind) : name
}
