import type { Core, ElementDefinition } from 'cytoscape'
import type { Drawing, DrawnEdge, DrawnNode } from './drawing'
import { asCytoscape } from './edge-curve'

/** Node and edge ids live in one space in Cytoscape; the prefix keeps a node from taking an edge's id. */
export function nodeElement(id: string): string {
  return `n:${id}`
}

export function edgeElement(id: string): string {
  return `e:${id}`
}

/** The id of the drawing behind a Cytoscape element id. */
export function drawnId(elementId: string): string {
  return elementId.slice(2)
}

export type SyncCounts = { readonly added: number; readonly updated: number; readonly removed: number }

/**
 * Makes the instance show `next`, touching only what differs from `before`, in one batch. Selection and viewport stay; an
 * element that did not change is not looked up.
 */
export function syncCytoscape(cy: Core, before: Drawing | null, next: Drawing): SyncCounts {
  let updated = 0
  let removed = 0
  const add: ElementDefinition[] = []
  cy.batch(() => {
    for (const id of before?.edges.keys() ?? []) {
      if (next.edges.has(id)) continue
      cy.getElementById(edgeElement(id)).remove()
      removed++
    }
    for (const id of before?.nodes.keys() ?? []) {
      if (next.nodes.has(id)) continue
      cy.getElementById(nodeElement(id)).remove()
      removed++
    }
    for (const node of next.nodes.values()) {
      const known = before?.nodes.get(node.id)
      if (known === undefined) add.push(nodeDefinition(node))
      else if (updateNode(cy, known, node)) updated++
    }
    for (const edge of next.edges.values()) {
      const known = before?.edges.get(edge.id)
      if (known === undefined) add.push(edgeDefinition(edge, next))
      else if (updateEdge(cy, known, edge, before, next)) updated++
    }
    if (add.length > 0) cy.add(add)
  })
  return { added: add.length, updated, removed }
}

function nodeDefinition(node: DrawnNode): ElementDefinition {
  return {
    group: 'nodes',
    data: { id: nodeElement(node.id), w: node.box.width, h: node.box.height, z: node.depth },
    position: centre(node),
    classes: nodeClasses(node),
    grabbable: false,
  }
}

function updateNode(cy: Core, before: DrawnNode, next: DrawnNode): boolean {
  const isMoved = !sameBox(before, next)
  const classes = nodeClasses(next)
  const isRestyled = classes !== nodeClasses(before)
  if (!isMoved && !isRestyled) return false
  const element = cy.getElementById(nodeElement(next.id))
  if (isMoved) {
    element.data({ w: next.box.width, h: next.box.height, z: next.depth })
    element.position(centre(next))
  }
  if (isRestyled) swapClasses(element, nodeClasses(before), classes)
  return true
}

function edgeDefinition(edge: DrawnEdge, drawing: Drawing): ElementDefinition {
  return {
    group: 'edges',
    data: {
      id: edgeElement(edge.id),
      source: nodeElement(edge.source),
      target: nodeElement(edge.target),
      ...curveData(edge, drawing),
    },
    classes: edgeClasses(edge),
  }
}

function updateEdge(cy: Core, known: DrawnEdge, next: DrawnEdge, before: Drawing | null, drawing: Drawing): boolean {
  const classes = edgeClasses(next)
  const isRestyled = classes !== edgeClasses(known)
  const isMoved = before === null || JSON.stringify(curveData(known, before)) !== JSON.stringify(curveData(next, drawing))
  if (!isMoved && !isRestyled) return false
  const element = cy.getElementById(edgeElement(next.id))
  if (isMoved) element.data(curveData(next, drawing))
  if (isRestyled) swapClasses(element, edgeClasses(known), classes)
  return true
}

function curveData(edge: DrawnEdge, drawing: Drawing) {
  const source = drawing.nodes.get(edge.source)
  const target = drawing.nodes.get(edge.target)
  if (source === undefined || target === undefined) throw new Error(`edge ${edge.id} has an end that is not drawn`)
  return asCytoscape(edge.curve, source.box, target.box)
}

function nodeClasses(node: DrawnNode): string {
  const classes = [node.row.kind, node.box.isBox ? 'box' : 'card']
  if (node.denied > 0 && !node.box.isBox) classes.push('has-denied')
  if (node.tint !== null) classes.push(`tint-${node.tint}`)
  return classes.join(' ')
}

function edgeClasses(edge: DrawnEdge): string {
  return `${edge.look} width-${edge.step}`
}

function swapClasses(
  element: { removeClass(classes: string): unknown; addClass(classes: string): unknown },
  before: string,
  next: string,
): void {
  element.removeClass(before)
  element.addClass(next)
}

function centre(node: DrawnNode): { x: number; y: number } {
  return { x: node.box.x + node.box.width / 2, y: node.box.y + node.box.height / 2 }
}

function sameBox(a: DrawnNode, b: DrawnNode): boolean {
  return a.box.x === b.box.x && a.box.y === b.box.y && a.box.width === b.box.width && a.box.height === b.box.height && a.depth === b.depth
}
