'use client'

import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Filter } from '@/lib/flows/filter-types'
import { useGraphStore } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button, IconButton } from '../ui/button'
import { FlowBoard } from './flow-board'
import styles from './flow-pane.module.css'
import { selectionFilter } from './selection-filter'

const LEAST_HEIGHT = 140
const USUAL_HEIGHT = 320
const STEP = 32
const STORAGE = 'sluice-flow-pane-height'

/** The flow table docked under the map, bound to what is selected there. Its upper edge can be dragged. */
export function FlowPane() {
  const [view, changeView] = useViewState()
  if (!view.flowPane) {
    return (
      <div className={styles.closed}>
        <Button look="quiet" icon="panel" aria-expanded={false} onClick={() => changeView({ flowPane: true }, 'replace')}>
          Flows
        </Button>
      </div>
    )
  }
  return <OpenPane selection={view.selection} onClose={() => changeView({ flowPane: false }, 'replace')} />
}

function OpenPane({ selection, onClose }: { selection: string | null; onClose: () => void }) {
  const store = useGraphStore()
  const pane = useRef<HTMLElement>(null)
  const [height, setHeight] = useState(USUAL_HEIGHT)
  useLayoutEffect(() => setHeight(rememberedHeight()), [])
  // Set on the element: a style attribute in the server's HTML is forbidden by the page's Content-Security-Policy.
  useLayoutEffect(() => pane.current?.style.setProperty('height', `${height}px`), [height])
  const key = selection === null ? '' : JSON.stringify(selectionFilter(selection, store) ?? [])
  const more = useMemo<readonly Filter[]>(() => (key === '' ? [] : JSON.parse(key)), [key])

  const resize = (wanted: number) => {
    const most = Math.max(window.innerHeight - 200, LEAST_HEIGHT)
    const next = Math.round(Math.min(Math.max(wanted, LEAST_HEIGHT), most))
    setHeight(next)
    window.localStorage.setItem(STORAGE, String(next))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    resize(height + (event.key === 'ArrowUp' ? STEP : -STEP))
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const bottom = pane.current?.getBoundingClientRect().bottom ?? window.innerHeight
    resize(bottom - event.clientY)
  }

  return (
    <section ref={pane} className={styles.pane} aria-label="Flows of the view">
      <div
        className={styles.edge}
        role="separator"
        aria-label="Height of the flow table"
        aria-orientation="horizontal"
        aria-valuenow={height}
        aria-valuemin={LEAST_HEIGHT}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
      />
      <header className={styles.header}>
        <h2>Flows</h2>
        <span className={styles.bound}>{selection === null ? 'of the whole view' : <bdi>of {selection}</bdi>}</span>
        <IconButton icon="close" label="Close the flow table" onClick={onClose} />
      </header>
      <FlowBoard more={more} label={selection === null ? 'Flows of the view, newest first' : 'Flows of the selection, newest first'} />
    </section>
  )
}

function rememberedHeight(): number {
  const remembered = Number(window.localStorage.getItem(STORAGE))
  return remembered >= LEAST_HEIGHT ? Math.min(remembered, Math.max(window.innerHeight - 200, LEAST_HEIGHT)) : USUAL_HEIGHT
}
