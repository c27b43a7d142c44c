import type { Core, CytoscapeOptions, EventObject } from 'cytoscape'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { type Drawing, makeDrawing } from './drawing'
import { TextFitter } from './fit-text'
import { type MapColors, readMapColors } from './map-colors'
import { type Attention, insideOf, NO_ATTENTION, type Spotlight, spotlight } from './map-scene'
import { mapStyle } from './map-style'
import { type Camera, paintOverlay } from './paint-overlay'
import { drawnId, edgeElement, nodeElement, syncCytoscape } from './sync-cytoscape'
import { type Direction, nextNode } from './walk'

export type MapTarget =
  | { readonly kind: 'node'; readonly node: GraphNode }
  | { readonly kind: 'edge'; readonly edge: GraphEdge }
  | { readonly kind: 'nothing' }

export type MapEvents = {
  readonly select: (target: MapTarget) => void
  readonly enter: (node: GraphNode) => void
  /** `x` and `y` in px of the browser window. */
  readonly menu: (target: MapTarget, x: number, y: number) => void
  /** Keyboard focus moved; null when it left. */
  readonly focus: (node: GraphNode | null) => void
}

export type MapText = { readonly formatRate: (perSecond: number) => string; readonly formatCount: (count: number) => string }

type Graph = { readonly nodes: ReadonlyMap<string, GraphNode>; readonly edges: ReadonlyMap<string, GraphEdge> }

type Parts = {
  readonly host: HTMLElement
  readonly overlay: HTMLCanvasElement
  readonly makeCore: (options: CytoscapeOptions) => Core
  readonly events: MapEvents
  readonly text: MapText
}

const NOTHING: ReadonlySet<string> = new Set()
const MIN_ZOOM = 0.06
const MAX_ZOOM = 2.6
const FIT_PADDING = 20
const MOST_FIT_ZOOM = 1.25
/** Updates wait until the viewer's hand rests. */
const GESTURE_REST_MS = 140
/** How long after a drawing was placed the page around it may still take its own place. */
const SETTLE_MS = 800

/** The canvas of the map: one Cytoscape instance, the painted layer above it, the camera, and what is pointed at. */
export class MapController {
  readonly #parts: Parts
  readonly #cy: Core
  readonly #context: CanvasRenderingContext2D
  readonly #fitter = new TextFitter()
  readonly #resize: ResizeObserver
  readonly #cameraListeners = new Set<() => void>()
  #colors: MapColors
  #drawing: Drawing | null = null
  #attention: Attention = NO_ATTENTION
  #spotlight: Spotlight | null = null
  #selection: string | null = null
  #viewKey = ''
  #graph: Graph | null = null
  #isFitted = true
  #reveal: string | null = null
  #waiting: (() => void) | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #lastGesture = 0
  #placedAt = 0
  #placedFor = 0

  constructor(parts: Parts) {
    this.#parts = parts
    const context = parts.overlay.getContext('2d')
    if (context === null) throw new Error('this browser has no 2D canvas')
    this.#context = context
    this.#colors = readMapColors(parts.host)
    this.#cy = parts.makeCore({
      container: parts.host,
      style: mapStyle(this.#colors),
      layout: { name: 'preset' },
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      boxSelectionEnabled: false,
      autoungrabify: true,
      autounselectify: true,
    })
    this.#listen()
    this.#resize = new ResizeObserver(() => this.#onResize())
    this.#resize.observe(parts.host)
    this.#onResize()
  }

  destroy(): void {
    clearTimeout(this.#timer)
    this.#resize.disconnect()
    this.#cy.destroy()
  }

  get drawing(): Drawing | null {
    return this.#drawing
  }

  get camera(): Camera {
    const pan = this.#cy.pan()
    return { x: pan.x, y: pan.y, zoom: this.#cy.zoom() }
  }

  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#parts.host.clientWidth, height: this.#parts.host.clientHeight }
  }

  get focusedNode(): GraphNode | null {
    const id = this.#attention.focusedNode
    return id === null ? null : (this.#drawing?.nodes.get(id)?.row ?? null)
  }

  isChosen(id: string): boolean {
    return this.#attention.chosenNode === id
  }

  /** Calls back when the camera or the drawing changed. */
  onCamera(listener: () => void): () => void {
    this.#cameraListeners.add(listener)
    return () => this.#cameraListeners.delete(listener)
  }

  /** Shows a graph. A new `viewKey` places everything anew and fits it; with the same key nothing that stays moves. */
  show(graph: Graph, viewKey: string): void {
    const draw = () => this.#draw(graph, viewKey)
    const rest = this.#lastGesture + GESTURE_REST_MS - performance.now()
    this.#waiting = draw
    clearTimeout(this.#timer)
    if (rest <= 0 || this.#drawing === null) this.#flush()
    else this.#timer = setTimeout(() => this.#flush(), rest)
  }

  select(selection: string | null): void {
    if (selection === this.#selection) return
    this.#selection = selection
    if (this.#drawing?.isBundled === true && this.#graph !== null) this.#draw(this.#graph, this.#viewKey)
    this.#point({ ...this.#attention, ...this.#chosen() })
  }

  /** Brings a node into view once it, with its inside, is drawn. */
  revealWhenDrawn(id: string): void {
    this.#reveal = id
  }

  recolor(): void {
    this.#colors = readMapColors(this.#parts.host)
    this.#cy.style(mapStyle(this.#colors))
    this.#paint()
  }

  fit(): void {
    if (this.#drawing === null) return
    this.#lookAt(this.#drawing.bounds, MOST_FIT_ZOOM)
    this.#isFitted = true
  }

  zoomBy(factor: number): void {
    const { width, height } = this.size
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

  moveFocus(direction: Direction): void {
    if (this.#drawing === null) return
    const from = this.#attention.focusedNode ?? this.#attention.chosenNode
    const next = nextNode(this.#drawing, from, direction)
    if (next === null) return
    this.#point({ ...this.#attention, focusedNode: next })
    this.#bringIntoView(next)
    this.#parts.events.focus(this.focusedNode)
  }

  clearFocus(): void {
    if (this.#attention.focusedNode === null) return
    this.#point({ ...this.#attention, focusedNode: null })
    this.#parts.events.focus(null)
  }

  /** Opens the menu of the focused node at its place. */
  menuAtFocus(): void {
    const id = this.#attention.focusedNode ?? this.#attention.chosenNode
    const node = id === null ? undefined : this.#drawing?.nodes.get(id)
    if (node === undefined) return
    const { x, y, zoom } = this.camera
    const frame = this.#parts.host.getBoundingClientRect()
    this.#parts.events.menu(
      { kind: 'node', node: node.row },
      frame.left + (node.box.x + 24) * zoom + x,
      frame.top + (node.box.y + 24) * zoom + y,
    )
  }

  #flush(): void {
    const draw = this.#waiting
    this.#waiting = null
    draw?.()
  }

  #draw(graph: Graph, viewKey: string, isAnew = false): void {
    const isNew = isAnew || viewKey !== this.#viewKey || this.#drawing === null || this.#drawing.nodes.size === 0
    const before = this.#drawing
    this.#graph = graph
    const next = makeDrawing({
      inFocus: this.#inFocus(),
      nodes: graph.nodes,
      edges: graph.edges,
      aspect: this.#aspect,
      memory: isNew ? null : (before?.memory ?? null),
    })
    if (isNew && !isAnew) this.#placedAt = performance.now()
    this.#viewKey = viewKey
    this.#drawing = next
    if (isNew) this.#placedFor = this.#aspect
    syncCytoscape(this.#cy, before, next)
    const stillThere = (id: string | null, rows: ReadonlyMap<string, unknown>) => (id !== null && rows.has(id) ? id : null)
    this.#point(
      {
        ...this.#attention,
        ...this.#chosen(),
        hoveredEdge: stillThere(this.#attention.hoveredEdge, next.edges),
        hoveredNode: stillThere(this.#attention.hoveredNode, next.nodes),
        focusedNode: stillThere(this.#attention.focusedNode, next.nodes),
      },
      true,
    )
    if (isNew || (this.#isFitted && grew(before, next))) this.fit()
    this.#revealIfDrawn()
    this.#paint()
    this.#tellCamera()
  }

  /** What is selected, with its inside: its lines are drawn one by one. */
  #inFocus(): ReadonlySet<string> {
    const selection = this.#selection
    if (selection === null || this.#drawing === null || !this.#drawing.nodes.has(selection)) return NOTHING
    return insideOf(this.#drawing, selection)
  }

  /**
   * Fits the drawing to a canvas of another size. The lines below the map and the panel beside it come with the first graph
   * and take from the canvas just after it was placed: only then it is placed once more, for the room that is left.
   */
  #settle(): void {
    const isJustPlaced = performance.now() - this.#placedAt < SETTLE_MS
    const isOtherShape = Math.abs(Math.log(this.#aspect / this.#placedFor)) > 0.03
    if (this.#graph !== null && this.#drawing !== null && isJustPlaced && isOtherShape) this.#draw(this.#graph, this.#viewKey, true)
    this.fit()
  }

  get #aspect(): number {
    const { width, height } = this.size
    return width > 0 && height > 0 ? roomIn(width) / roomIn(height) : 1.6
  }

  #revealIfDrawn(): void {
    const node = this.#reveal === null ? undefined : this.#drawing?.nodes.get(this.#reveal)
    if (node === undefined || !node.box.isBox) return
    this.#reveal = null
    this.#lookAt(node.box, 1.3, 90)
    this.#isFitted = false
  }

  #lookAt(
    bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
    mostZoom: number,
    padding = FIT_PADDING,
  ): void {
    const { width, height } = this.size
    if (width === 0 || height === 0 || bounds.width === 0) return
    const zoom = Math.max(MIN_ZOOM, Math.min(mostZoom, roomIn(width, padding) / bounds.width, roomIn(height, padding) / bounds.height))
    this.#cy.viewport({
      zoom,
      pan: { x: width / 2 - (bounds.x + bounds.width / 2) * zoom, y: height / 2 - (bounds.y + bounds.height / 2) * zoom },
    })
  }

  #bringIntoView(id: string): void {
    const node = this.#drawing?.nodes.get(id)
    if (node === undefined) return
    const { x, y, zoom } = this.camera
    const { width, height } = this.size
    const left = node.box.x * zoom + x
    const top = node.box.y * zoom + y
    const right = left + node.box.width * zoom
    const bottom = top + (node.box.isBox ? 40 : node.box.height * zoom)
    const margin = 24
    const dx = left < margin ? margin - left : right > width - margin ? Math.max(width - margin - right, margin - left) : 0
    const dy = top < margin ? margin - top : bottom > height - margin ? height - margin - bottom : 0
    if (dx !== 0 || dy !== 0) this.panBy(dx, dy)
  }

  #chosen(): Pick<Attention, 'chosenNode' | 'chosenEdge'> {
    const drawing = this.#drawing
    const selection = this.#selection
    if (drawing === null || selection === null) return { chosenNode: null, chosenEdge: null }
    if (drawing.nodes.has(selection)) return { chosenNode: selection, chosenEdge: null }
    const entering = `from:${selection}`
    if (drawing.nodes.has(entering)) return { chosenNode: entering, chosenEdge: null }
    return { chosenNode: null, chosenEdge: drawing.lineOf.get(selection) ?? null }
  }

  #point(next: Attention, always = false): void {
    const before = this.#attention
    this.#attention = next
    const isChosen = always || before.chosenNode !== next.chosenNode || before.chosenEdge !== next.chosenEdge
    if (isChosen) this.#applySpotlight()
    this.#paint()
  }

  #applySpotlight(): void {
    const drawing = this.#drawing
    if (drawing === null) return
    this.#spotlight = spotlight(drawing, this.#attention)
    const light = this.#spotlight
    const { chosenNode, chosenEdge } = this.#attention
    this.#cy.batch(() => {
      this.#cy.elements('.away, .near, .chosen').removeClass('away near chosen')
      if (light === null) return
      for (const id of drawing.nodes.keys()) if (!light.nodes.has(id)) this.#cy.getElementById(nodeElement(id)).addClass('away')
      for (const id of drawing.edges.keys()) this.#cy.getElementById(edgeElement(id)).addClass(light.edges.has(id) ? 'near' : 'away')
      if (chosenNode !== null) this.#cy.getElementById(nodeElement(chosenNode)).addClass('chosen')
      if (chosenEdge !== null) this.#cy.getElementById(edgeElement(chosenEdge)).addClass('chosen')
    })
  }

  #listen(): void {
    const cy = this.#cy
    const { host, events } = this.#parts
    cy.on('render', () => this.#paint())
    cy.on('viewport', () => {
      this.#lastGesture = performance.now()
      this.#tellCamera()
    })
    cy.on('scrollzoom pinchzoom dragpan', () => {
      this.#isFitted = false
    })
    cy.on('tap', (event: EventObject) => events.select(this.#targetOf(event)))
    cy.on('dbltap', 'node', (event: EventObject) => {
      const target = this.#targetOf(event)
      if (target.kind === 'node') events.enter(target.node)
    })
    cy.on('cxttap', (event: EventObject) => {
      const native = event.originalEvent
      if (native instanceof MouseEvent) events.menu(this.#targetOf(event), native.clientX, native.clientY)
    })
    cy.on('mouseover', 'node, edge', (event: EventObject) => {
      const target = this.#targetOf(event)
      const id = event.target === cy ? null : drawnId(event.target.id())
      const isEdge = target.kind === 'edge'
      host.style.cursor = target.kind === 'nothing' ? '' : 'pointer'
      host.title = target.kind === 'node' ? titleOf(target.node) : ''
      this.#point({ ...this.#attention, hoveredEdge: isEdge ? id : null, hoveredNode: isEdge ? null : id })
    })
    cy.on('mouseout', 'node, edge', () => {
      host.style.cursor = ''
      host.title = ''
      this.#point({ ...this.#attention, hoveredEdge: null, hoveredNode: null })
    })
  }

  #targetOf(event: EventObject): MapTarget {
    if (event.target === this.#cy || this.#drawing === null) return { kind: 'nothing' }
    const id = drawnId(event.target.id())
    if (event.target.isNode()) {
      const node = this.#drawing.nodes.get(id)
      return node === undefined ? { kind: 'nothing' } : { kind: 'node', node: node.row }
    }
    const edge = this.#drawing.edges.get(id)?.rows[0]
    return edge === undefined ? { kind: 'nothing' } : { kind: 'edge', edge }
  }

  #onResize(): void {
    const { width, height } = this.size
    const ratio = window.devicePixelRatio || 1
    const { overlay } = this.#parts
    overlay.width = Math.round(width * ratio)
    overlay.height = Math.round(height * ratio)
    this.#cy.resize()
    if (this.#isFitted) this.#settle()
    this.#paint()
    this.#tellCamera()
  }

  #paint(): void {
    const drawing = this.#drawing
    if (drawing === null) return
    const ratio = window.devicePixelRatio || 1
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0)
    paintOverlay(
      this.#context,
      {
        drawing,
        attention: this.#attention,
        spotlight: this.#spotlight,
        camera: this.camera,
        colors: this.#colors,
        ...this.size,
        ...this.#parts.text,
      },
      this.#fitter,
    )
  }

  #tellCamera(): void {
    for (const listener of this.#cameraListeners) listener()
  }
}

/** What a border leaves of a length of the canvas, in px. */
function roomIn(length: number, padding = FIT_PADDING): number {
  return Math.max(40, length - 2 * padding)
}

function titleOf(node: GraphNode): string {
  return node.namespace === null || node.kind === 'namespace' ? node.name : `${node.name} in ${node.namespace}`
}

function grew(before: Drawing | null, next: Drawing): boolean {
  return before === null || next.bounds.width !== before.bounds.width || next.bounds.height !== before.bounds.height
}
