import type { Core } from 'cytoscape'
import type { Drawing } from './drawing'
import type { Attention, Spotlight } from './map-scene'
import { edgeElement, nodeElement } from './sync-cytoscape'

/** Marks in the instance what is chosen, what is connected with it and what is not; nothing without a spotlight. */
export function syncSpotlight(cy: Core, drawing: Drawing, light: Spotlight | null, { chosenNode, chosenEdge }: Attention): void {
  cy.batch(() => {
    cy.elements('.away, .near, .chosen').removeClass('away near chosen')
    if (light === null) return
    for (const id of drawing.nodes.keys()) if (!light.nodes.has(id)) cy.getElementById(nodeElement(id)).addClass('away')
    for (const id of drawing.edges.keys()) cy.getElementById(edgeElement(id)).addClass(light.edges.has(id) ? 'near' : 'away')
    if (chosenNode !== null) cy.getElementById(nodeElement(chosenNode)).addClass('chosen')
    if (chosenEdge !== null) cy.getElementById(edgeElement(chosenEdge)).addClass('chosen')
  })
}
