import type { Core } from 'cytoscape'
import type { Box } from '@/lib/graph/layout'

/** Where a point of the drawing is on the canvas: `point * zoom + offset`, in px. */
export type CameraPosition = { readonly x: number; readonly y: number; readonly zoom: number }

type Bounds = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

export const MIN_ZOOM = 0.06
export const MAX_ZOOM = 2.6
const ZOOM_STEP = 1.25
const FIT_PADDING = 20
const MOST_FIT_ZOOM = 1.25
const REVEAL_PADDING = 90
const MOST_REVEAL_ZOOM = 1.3
/** Room that a node brought into view keeps from the edge of the canvas. */
const VIEW_MARGIN = 24
/** A box is in view when its label is. */
const LABEL_HEIGHT = 40
/** Updates wait until the viewer's hand rests. */
const GESTURE_REST_MS = 140

/** The window on the drawing: what of it is seen and how large. It shows everything until the viewer moves it. */
export class MapCamera {
  readonly #cy: Core
  readonly #host: HTMLElement
  #isFitted = true
  #movedAt = 0

  /** `onMove` is called at every change of place or zoom. */
  constructor(cy: Core, host: HTMLElement, onMove: () => void) {
    this.#cy = cy
    this.#host = host
    cy.on('viewport', () => {
      this.#movedAt = performance.now()
      onMove()
    })
    cy.on('scrollzoom pinchzoom dragpan', () => {
      this.#isFitted = false
    })
  }

  get position(): CameraPosition {
    const { x, y } = this.#cy.pan()
    return { x, y, zoom: this.#cy.zoom() }
  }

  /** Of the canvas, in px. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#host.clientWidth, height: this.#host.clientHeight }
  }

  /** Width by height of the room for a drawing. */
  get aspect(): number {
    const { width, height } = this.size
    return width > 0 && height > 0 ? roomIn(width, FIT_PADDING) / roomIn(height, FIT_PADDING) : 1.6
  }

  /** True while everything is shown and the viewer has chosen nothing else. */
  get isFitted(): boolean {
    return this.#isFitted
  }

  /** Milliseconds until an update disturbs no movement; 0 or less when it disturbs none now. */
  get restsInMs(): number {
    return this.#movedAt + GESTURE_REST_MS - performance.now()
  }

  fit(bounds: Bounds): void {
    this.#lookAt(bounds, MOST_FIT_ZOOM, FIT_PADDING)
    this.#isFitted = true
  }

  /** Brings a box to the middle, large enough to be read. */
  reveal(box: Box): void {
    this.#lookAt(box, MOST_REVEAL_ZOOM, REVEAL_PADDING)
    this.#isFitted = false
  }

  zoom(direction: 'in' | 'out'): void {
    const { width, height } = this.size
    const factor = direction === 'in' ? ZOOM_STEP : 1 / ZOOM_STEP
    this.#isFitted = false
    this.#cy.zoom({ level: this.#cy.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } })
  }

  panBy(x: number, y: number): void {
    this.#isFitted = false
    this.#cy.panBy({ x, y })
  }

  /** Puts a point of the drawing into the middle. */
  centreOn(x: number, y: number): void {
    const { width, height } = this.size
    const zoom = this.#cy.zoom()
    this.#isFitted = false
    this.#cy.pan({ x: width / 2 - x * zoom, y: height / 2 - y * zoom })
  }

  /** Moves as little as needed to see the box, or its label when it holds others. */
  bringIntoView(box: Box): void {
    const { x, y, zoom } = this.position
    const { width, height } = this.size
    const left = box.x * zoom + x
    const top = box.y * zoom + y
    const right = left + box.width * zoom
    const bottom = top + (box.isBox ? LABEL_HEIGHT : box.height * zoom)
    const margin = VIEW_MARGIN
    const dx = left < margin ? margin - left : right > width - margin ? Math.max(width - margin - right, margin - left) : 0
    const dy = top < margin ? margin - top : bottom > height - margin ? height - margin - bottom : 0
    if (dx !== 0 || dy !== 0) this.panBy(dx, dy)
  }

  #lookAt(bounds: Bounds, mostZoom: number, padding: number): void {
    const { width, height } = this.size
    if (width === 0 || height === 0 || bounds.width === 0) return
    const zoom = Math.max(MIN_ZOOM, Math.min(mostZoom, roomIn(width, padding) / bounds.width, roomIn(height, padding) / bounds.height))
    this.#cy.viewport({
      zoom,
      pan: { x: width / 2 - (bounds.x + bounds.width / 2) * zoom, y: height / 2 - (bounds.y + bounds.height / 2) * zoom },
    })
  }
}

/** What a border leaves of a length of the canvas, in px. */
function roomIn(length: number, padding: number): number {
  return Math.max(40, length - 2 * padding)
}
