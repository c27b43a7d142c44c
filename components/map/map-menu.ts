import { nodeTerm } from '@/components/graph/node-terms'
import { afterChoice } from '@/components/live/flow-filter'
import { selectionOf } from '@/components/live/selection'
import type { ViewState } from '@/components/live/url-state'
import type { ChangeView } from '@/components/live/use-view-state'
import type { MenuItem } from '@/components/ui/menu'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { canOpenInPlace, goIn } from './go-in'
import type { MapTarget } from './map-target'

type Actions = {
  readonly view: ViewState
  readonly changeView: ChangeView
  readonly enter: (node: GraphNode) => void
  readonly fit: () => void
  readonly copy: (text: string) => void
}

/** What can be done with the thing under the pointer. */
export function mapMenu(target: MapTarget, actions: Actions): readonly MenuItem[] {
  if (target.kind === 'node') return nodeMenu(target.node, actions)
  if (target.kind === 'edge') return edgeMenu(target.edge, actions)
  return [
    { kind: 'action', icon: 'fit', label: 'Fit everything', keys: 'F', run: actions.fit },
    {
      kind: 'action',
      icon: 'map',
      label: 'Whole cluster',
      run: () => actions.changeView({ namespaces: [], level: 'namespace', open: [], selection: null, filter: '' }),
    },
  ]
}

function nodeMenu(node: GraphNode, { view, changeView, enter, copy }: Actions): readonly MenuItem[] {
  const items: MenuItem[] = []
  if (view.selection !== selectionOf(node))
    items.push({
      kind: 'action',
      icon: 'info',
      label: 'Show details',
      keys: 'Enter',
      run: () => changeView({ selection: selectionOf(node) }),
    })
  if (goIn(view, node) !== null) items.push({ kind: 'action', icon: 'zoomIn', label: inside(node), run: () => enter(node) })
  if (node.kind === 'namespace' && canOpenInPlace(view, node)) {
    items.push({ kind: 'action', icon: 'plus', label: 'Open in place', run: () => changeView({ open: [...view.open, node.ref] }) })
  }
  if (view.open.includes(node.ref)) {
    const rest = view.open.filter((ref) => ref !== node.ref)
    items.push({ kind: 'action', icon: 'minus', label: 'Close', run: () => changeView({ open: rest }) })
  }
  items.push({
    kind: 'action',
    icon: 'table',
    label: 'Show its flows',
    run: () => changeView({ selection: selectionOf(node), flowPane: true }),
  })
  const term = nodeTerm(node)
  if (term !== null) {
    const include = { side: null, ...term, mode: 'include' } as const
    const exclude = { side: null, ...term, mode: 'exclude' } as const
    items.push(
      { kind: 'separator' },
      {
        kind: 'action',
        icon: 'filter',
        label: 'Only this and what it talks to',
        run: () => changeView({ filter: afterChoice('', include) }),
      },
      {
        kind: 'action',
        icon: 'filter',
        label: 'Add to the filter',
        run: () => changeView((now) => ({ filter: afterChoice(now.filter, include) })),
      },
      {
        kind: 'action',
        icon: 'exclude',
        label: 'Leave it out',
        run: () => changeView((now) => ({ filter: afterChoice(now.filter, exclude) })),
      },
    )
  }
  items.push({ kind: 'separator' }, { kind: 'action', icon: 'copy', label: 'Copy name', run: () => copy(node.ref) })
  return items
}

function edgeMenu(edge: GraphEdge, { view, changeView, copy }: Actions): readonly MenuItem[] {
  const items: MenuItem[] = []
  const label = edge.state === null ? 'Show details' : 'Why?'
  if (view.selection !== edge.id) items.push({ kind: 'action', icon: 'info', label, run: () => changeView({ selection: edge.id }) })
  items.push(
    { kind: 'action', icon: 'table', label: 'Show its flows', run: () => changeView({ selection: edge.id, flowPane: true }) },
    { kind: 'separator' },
    { kind: 'action', icon: 'copy', label: 'Copy both names', run: () => copy(`${edge.source} → ${edge.target}`) },
  )
  return items
}

function inside(node: GraphNode): string {
  if (node.kind === 'cluster') return 'Show this cluster alone'
  if (node.kind === 'namespace') return 'Go into the namespace'
  return node.kind === 'workload' ? 'Show its pods' : 'Show its containers'
}
