import type { Core, CytoscapeOptions } from 'cytoscape'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import { type Drawing, makeDrawing } from './drawing'
import { TextFitter } from './fit-text'
import { listenToPointer, type PointerEvents } from './listen-to-pointer'
import { MAX_ZOOM, MapCamera, MIN_ZOOM } from './map-camera'
import { type MapColors, readMapColors } from './map-colors'
import { type Attention, chosenIn, insideOf, NO_ATTENTION, type Spotlight, spotlight, stillThere } from './map-scene'
import { mapStyle } from './map-style'
import { paintOverlay } from './paint-overlay'
import { syncCytoscape } from './sync-cytoscape'
import { syncSpotlight } from './sync-spotlight'
import { type Direction, nextNode } from './walk'

export type MapEvents = Omit<PointerEvents, 'hover'>

export type MapText = { readonly formatRate: (perSecond: number) => string; readonly formatCount: (count: number) => string }

type Graph = { readonly nodes: ReadonlyMap<string, GraphNode>; readonly edges: ReadonlyMap<string, GraphEdge> }

type Parts = {
  readonly host: HTMLElement
  readonly overlay: HTMLCanvasElement
  readonly makeCore: (options: CytoscapeOptions) => Core
  readonly events: MapEvents
  /** Keyboard focus moved; null when it left. */
  readonly onFocus: (node: GraphNode | null) => void
  readonly text: MapText
}

/** What is shown, and the arrangement it was asked in. */
type Shown = { readonly graph: Graph; readonly viewKey: string }

const NOTHING: ReadonlySet<string> = new Set()
/** How long after a drawing was placed the page around it may still take its own place. */
const SETTLE_MS = 800
/** A canvas whose shape differs by less, as a logarithm, is the same shape. */
const SAME_SHAPE = 0.03

/** The canvas of the map: a graph becomes a drawing, one Cytoscape instance shows its shapes, and a layer above it the words. */
export class MapController {
  readonly camera: MapCamera
  readonly #parts: Parts
  readonly #cy: Core
  readonly #context: CanvasRenderingContext2D
  readonly #fitter = new TextFitter()
  readonly #resize: ResizeObserver
  readonly #listeners = new Set<() => void>()
  #colors: MapColors
  #shown: Shown | null = null
  #drawing: Drawing | null = null
  #placed = { at: 0, aspect: 1 }
  #attention: Attention = NO_ATTENTION
  #spotlight: Spotlight | null = null
  #selection: string | null = null
  #reveal: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame = 0

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
    this.camera = new MapCamera(this.#cy, parts.host, () => this.#tell())
    this.#cy.on('render', () => this.#paint())
    listenToPointer(this.#cy, parts.host, () => this.#drawing, {
      ...parts.events,
      hover: (hoveredNode, hoveredEdge) => this.#point({ ...this.#attention, hoveredNode, hoveredEdge }),
    })
    this.#resize = new ResizeObserver(() => this.#onResize())
    this.#resize.observe(parts.host)
    this.#onResize()
  }

  destroy(): void {
    clearTimeout(this.#timer)
    cancelAnimationFrame(this.#frame)
    this.#resize.disconnect()
    this.#cy.destroy()
  }

  get drawing(): Drawing | null {
    return this.#drawing
  }

  get focusedNode(): GraphNode | null {
    const id = this.#attention.focusedNode
    return id === null ? null : (this.#drawing?.nodes.get(id)?.row ?? null)
  }

  isChosen(id: string): boolean {
    return this.#attention.chosenNode === id
  }

  /** Calls back when the camera or the drawing changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Shows a graph. A new `viewKey` places everything anew and fits it; with the same key nothing that stays moves. */
  show(graph: Graph, viewKey: string): void {
    const draw = () => this.#draw({ graph, viewKey })
    const rest = this.camera.restsInMs
    clearTimeout(this.#timer)
    if (rest <= 0 || this.#drawing === null) draw()
    else this.#timer = setTimeout(draw, rest)
  }

  select(selection: string | null): void {
    if (selection === this.#selection) return
    this.#selection = selection
    if (this.#drawing?.isBundled === true && this.#shown !== null) this.#draw(this.#shown)
    else if (this.#drawing !== null) this.#point({ ...this.#attention, ...chosenIn(this.#drawing, selection) })
  }

  /** Brings a node into view once it, with its inside, is drawn. */
  revealWhenDrawn(id: string): void {
    this.#reveal = id
  }

  recolor(): void {
    this.#colors = readMapColors(this.#parts.host)
    this.#cy.style(mapStyle(this.#colors))
    this.#paintSoon()
  }

  fit(): void {
    if (this.#drawing !== null) this.camera.fit(this.#drawing.bounds)
  }

  moveFocus(direction: Direction): void {
    if (this.#drawing === null) return
    const id = nextNode(this.#drawing, this.#attention.focusedNode ?? this.#attention.chosenNode, direction)
    const node = id === null ? undefined : this.#drawing.nodes.get(id)
    if (node === undefined) return
    this.#point({ ...this.#attention, focusedNode: node.id })
    this.camera.bringIntoView(node.box)
    this.#parts.onFocus(node.row)
  }

  clearFocus(): void {
    if (this.#attention.focusedNode === null) return
    this.#point({ ...this.#attention, focusedNode: null })
    this.#parts.onFocus(null)
  }

  /** Opens the menu of the focused node at its place. */
  menuAtFocus(): void {
    const id = this.#attention.focusedNode ?? this.#attention.chosenNode
    const node = id === null ? undefined : this.#drawing?.nodes.get(id)
    if (node === undefined) return
    const { x, y, zoom } = this.camera.position
    const frame = this.#parts.host.getBoundingClientRect()
    this.#parts.events.menu(
      { kind: 'node', node: node.row },
      frame.left + (node.box.x + 24) * zoom + x,
      frame.top + (node.box.y + 24) * zoom + y,
    )
  }

  /** Draws: another arrangement is placed anew, the same one moves nothing that is still there unless it is `settling`. */
  #draw(shown: Shown, settling = false): void {
    const before = this.#drawing
    const isKept = !settling && before !== null && before.nodes.size > 0 && this.#shown?.viewKey === shown.viewKey
    const { aspect } = this.camera
    const next = makeDrawing({
      nodes: shown.graph.nodes,
      edges: shown.graph.edges,
      inFocus: this.#inFocus(),
      aspect,
      memory: isKept ? before.memory : null,
    })
    this.#shown = shown
    this.#drawing = next
    syncCytoscape(this.#cy, before, next)
    if (!isKept) this.#placed = { at: settling ? this.#placed.at : performance.now(), aspect }
    this.#attention = { ...stillThere(this.#attention, next), ...chosenIn(next, this.#selection) }
    this.#light()
    if (!isKept || (this.camera.isFitted && grew(before, next))) this.fit()
    this.#revealIfDrawn(next)
    this.#paintSoon()
    this.#tell()
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
    const isJustPlaced = performance.now() - this.#placed.at < SETTLE_MS
    const isOtherShape = Math.abs(Math.log(this.camera.aspect / this.#placed.aspect)) > SAME_SHAPE
    if (this.#shown !== null && isJustPlaced && isOtherShape) this.#draw(this.#shown, true)
    else this.fit()
  }

  #revealIfDrawn(drawing: Drawing): void {
    const node = this.#reveal === null ? undefined : drawing.nodes.get(this.#reveal)
    if (node === undefined || !node.box.isBox) return
    this.#reveal = null
    this.camera.reveal(node.box)
  }

  #point(next: Attention): void {
    const before = this.#attention
    this.#attention = next
    if (before.chosenNode !== next.chosenNode || before.chosenEdge !== next.chosenEdge) this.#light()
    this.#paintSoon()
  }

  #light(): void {
    if (this.#drawing === null) return
    this.#spotlight = spotlight(this.#drawing, this.#attention)
    syncSpotlight(this.#cy, this.#drawing, this.#spotlight, this.#attention)
  }

  #onResize(): void {
    const { width, height } = this.camera.size
    const ratio = window.devicePixelRatio || 1
    const { overlay } = this.#parts
    overlay.width = Math.round(width * ratio)
    overlay.height = Math.round(height * ratio)
    this.#cy.resize()
    if (this.camera.isFitted) this.#settle()
    this.#paint()
    this.#tell()
  }

  /** Paints in the next frame, unless Cytoscape renders in it: then the words are painted with the shapes. */
  #paintSoon(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint())
  }

  #paint(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
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
        camera: this.camera.position,
        colors: this.#colors,
        ...this.camera.size,
        ...this.#parts.text,
      },
      this.#fitter,
    )
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

function grew(before: Drawing, next: Drawing): boolean {
  return next.bounds.width !== before.bounds.width || next.bounds.height !== before.bounds.height
}
