import type { Core, EventObject } from 'cytoscape'
import type { GraphNode } from '@/lib/graph/topology'
import type { Drawing } from './drawing'
import type { MapTarget } from './map-target'
import { drawnId } from './sync-cytoscape'

export type PointerEvents = {
  readonly select: (target: MapTarget) => void
  readonly enter: (node: GraphNode) => void
  /** `x` and `y` in px of the browser window. */
  readonly menu: (target: MapTarget, x: number, y: number) => void
  /** Ids of the drawing; null for what is not pointed at. */
  readonly hover: (node: string | null, edge: string | null) => void
}

/** Says what of the drawing the pointer does something with. */
export function listenToPointer(cy: Core, host: HTMLElement, drawing: () => Drawing | null, events: PointerEvents): void {
  const targetOf = (event: EventObject): MapTarget => {
    if (event.target === cy) return { kind: 'nothing' }
    const id = drawnId(event.target.id())
    if (event.target.isNode()) {
      const node = drawing()?.nodes.get(id)
      return node === undefined ? { kind: 'nothing' } : { kind: 'node', node: node.row }
    }
    const edge = drawing()?.edges.get(id)?.rows[0]
    return edge === undefined ? { kind: 'nothing' } : { kind: 'edge', edge }
  }
  let tapped: MapTarget = { kind: 'nothing' }
  const enter = (target: MapTarget) => {
    if (target.kind === 'node') events.enter(target.node)
  }
  cy.on('tap', (event: EventObject) => {
    tapped = targetOf(event)
    events.select(tapped)
  })
  // How fast a double click has to be is the system's setting, which Cytoscape's own 250 ms would cut short.
  const onDoubleClick = () => enter(tapped)
  host.addEventListener('dblclick', onDoubleClick)
  cy.on('destroy', () => host.removeEventListener('dblclick', onDoubleClick))
  cy.on('dbltap', 'node', (event: EventObject) => {
    if (!(event.originalEvent instanceof MouseEvent)) enter(targetOf(event))
  })
  cy.on('cxttap', (event: EventObject) => {
    const native = event.originalEvent
    if (native instanceof MouseEvent) events.menu(targetOf(event), native.clientX, native.clientY)
  })
  cy.on('mouseover', 'node, edge', (event: EventObject) => {
    const target = targetOf(event)
    const id = drawnId(event.target.id())
    host.style.cursor = target.kind === 'nothing' ? '' : 'pointer'
    host.title = target.kind === 'node' ? titleOf(target.node) : ''
    events.hover(event.target.isNode() ? id : null, event.target.isNode() ? null : id)
  })
  cy.on('mouseout', 'node, edge', () => {
    host.style.cursor = ''
    host.title = ''
    events.hover(null, null)
  })
}

function titleOf(node: GraphNode): string {
  return node.namespace === null || node.kind === 'namespace' ? node.name : `${node.name} in ${node.namespace}`
}
