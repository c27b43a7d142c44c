'use client'

import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { kindWord, nodeFacts } from '@/components/graph/node-facts'
import { useGraphClient } from '@/components/live/live-provider'
import { formatCount, formatRate } from '@/components/ui/format'
import { VisuallyHidden } from '@/components/ui/visually-hidden'
import type { GraphNode } from '@/lib/graph/topology'
import styles from './graph-canvas.module.css'
import { MapController, type MapEvents } from './map-controller'

/** Starts with the page's script, not after its first render: the map is what people wait for. */
const cytoscapeModule = typeof window === 'undefined' ? null : import('cytoscape')

function loadCytoscape() {
  return cytoscapeModule ?? import('cytoscape')
}

const PAN_STEP = 60

/**
 * The drawn map. React mounts it once; the graph goes from the store to the canvas without passing through React. Arrow keys
 * walk from node to node, Enter selects and goes in, the menu key opens the menu.
 */
export function GraphCanvas({
  viewKey,
  selection,
  events,
  onReady,
}: {
  /** Changes when the view asks for a new arrangement. */
  viewKey: string
  selection: string | null
  events: MapEvents
  onReady: (controller: MapController | null) => void
}) {
  const { store } = useGraphClient()
  const host = useRef<HTMLDivElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const [controller, setController] = useState<MapController | null>(null)
  const [focused, setFocused] = useState<GraphNode | null>(null)
  const [isDrawn, setDrawn] = useState(false)
  const latest = useRef({ events, viewKey })
  latest.current = { events, viewKey }

  useEffect(() => {
    let made: MapController | null = null
    let isGone = false
    void loadCytoscape().then(({ default: cytoscape }) => {
      if (isGone || host.current === null || overlay.current === null) return
      made = new MapController({
        host: host.current,
        overlay: overlay.current,
        makeCore: (options) => cytoscape(options),
        text: { formatCount, formatRate },
        events: {
          select: (target) => latest.current.events.select(target),
          enter: (node) => latest.current.events.enter(node),
          menu: (target, x, y) => latest.current.events.menu(target, x, y),
        },
        onFocus: setFocused,
      })
      setController(made)
    })
    return () => {
      isGone = true
      made?.destroy()
      setController(null)
      setDrawn(false)
    }
  }, [])

  useEffect(() => onReady(controller), [controller, onReady])

  useEffect(() => {
    if (controller === null) return
    const show = () => {
      controller.show(store, latest.current.viewKey)
      setDrawn(true)
    }
    if (store.header !== null) show()
    return store.onChange(show)
  }, [controller, store])

  useEffect(() => controller?.select(selection), [controller, selection])

  useEffect(() => {
    if (controller === null) return
    const recolor = () => controller.recolor()
    const observer = new MutationObserver(recolor)
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', recolor)
    return () => {
      observer.disconnect()
      system.removeEventListener('change', recolor)
    }
  }, [controller])

  const onKeyDown = (event: KeyboardEvent) => {
    if (controller === null || event.ctrlKey || event.metaKey || event.altKey) return
    if (act(controller, event, latest.current.events)) event.preventDefault()
  }

  return (
    <div className={styles.frame}>
      {/* Cytoscape adds a style element unless one with this id is there, and the page's policy would refuse it. */}
      <template id="__________cytoscape_stylesheet" />
      <div
        className={styles.surface}
        tabIndex={0}
        role="application"
        aria-roledescription="map"
        aria-busy={!isDrawn}
        aria-label="Map. Arrow keys go from one thing to the next, Enter selects and then goes in, plus and minus zoom, F fits. The Table and Tree views show the same."
        onKeyDown={onKeyDown}
        onBlur={() => controller?.clearFocus()}
      >
        <div ref={host} className={styles.host} />
        <canvas ref={overlay} className={styles.overlay} />
      </div>
      <VisuallyHidden>
        <span role="status">{focused === null ? '' : spoken(focused)}</span>
      </VisuallyHidden>
    </div>
  )
}

const ARROWS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const

/** True when the key meant something to the map. */
function act(controller: MapController, event: KeyboardEvent, events: MapEvents): boolean {
  const arrow = Object.hasOwn(ARROWS, event.key) ? ARROWS[event.key as keyof typeof ARROWS] : null
  if (arrow !== null) {
    if (!event.shiftKey) controller.moveFocus(arrow)
    else
      controller.camera.panBy(
        arrow === 'left' ? PAN_STEP : arrow === 'right' ? -PAN_STEP : 0,
        arrow === 'up' ? PAN_STEP : arrow === 'down' ? -PAN_STEP : 0,
      )
    return true
  }
  const node = controller.focusedNode
  switch (event.key) {
    case 'Enter':
      if (node === null) return false
      if (controller.isChosen(node.id)) events.enter(node)
      else events.select({ kind: 'node', node })
      return true
    case '+':
    case '=':
      controller.camera.zoom('in')
      return true
    case '-':
      controller.camera.zoom('out')
      return true
    case 'f':
      controller.fit()
      return true
    case 'ContextMenu':
      controller.menuAtFocus()
      return true
    case 'F10':
      if (!event.shiftKey) return false
      controller.menuAtFocus()
      return true
    default:
      return false
  }
}

function spoken(node: GraphNode): string {
  const facts = nodeFacts(node, null)
  const shield =
    facts.shield === null || facts.shield === 'none' ? '' : `, isolated: ${facts.shield}${facts.isEnforced ? '' : ', not enforced'}`
  return `${node.name}, ${kindWord(node)}${node.namespace && node.kind !== 'namespace' ? ` in ${node.namespace}` : ''}, ${facts.subtitle}${shield}${facts.findings === null ? '' : `, findings: ${facts.findings.words}`}`
}
