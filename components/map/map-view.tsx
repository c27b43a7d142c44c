'use client'

import { useCallback, useMemo, useRef, useState } from 'react'
import { useGraphStore, useLiveStatus } from '@/components/live/live-provider'
import { selectionOf } from '@/components/live/selection'
import type { ViewState } from '@/components/live/url-state'
import { useViewState } from '@/components/live/use-view-state'
import { IconButton } from '@/components/ui/button'
import { ContextMenu } from '@/components/ui/menu'
import { FoldLines } from './fold-lines'
import { goIn } from './go-in'
import { GraphCanvas } from './graph-canvas'
import type { MapController, MapEvents } from './map-controller'
import { MapEmpty } from './map-empty'
import { mapMenu } from './map-menu'
import type { MapTarget } from './map-target'
import { MapToolbar } from './map-toolbar'
import styles from './map-view.module.css'
import { Minimap } from './minimap'
import { StateLegend } from './state-legend'
import { TwinTable } from './twin-table'
import { TwinTree } from './twin-tree'

/** The map of the cluster with everything around it: where we are, what the lines mean, what is not drawn. */
export function MapView() {
  const [view, changeView] = useViewState()
  const [controller, setController] = useState<MapController | null>(null)
  const [menu, setMenu] = useState<{ readonly target: MapTarget; readonly x: number; readonly y: number } | null>(null)
  const latest = useRef(view)
  latest.current = view

  const events = useMemo<MapEvents>(
    () => ({
      select: (target) => {
        const selection = target.kind === 'node' ? selectionOf(target.node) : target.kind === 'edge' ? target.edge.id : null
        if (selection !== latest.current.selection) changeView({ selection }, 'replace')
      },
      enter: (node) => {
        const change = goIn(latest.current, node)
        if (change === null) return
        if (node.kind !== 'namespace') controller?.revealWhenDrawn(node.id)
        changeView(change)
      },
      menu: (target, x, y) => setMenu({ target, x, y }),
    }),
    [changeView, controller],
  )
  const closeMenu = useCallback(() => setMenu(null), [])

  return (
    <section className={styles.view} aria-label="Map">
      <MapToolbar />
      <div className={styles.stage}>
        {view.form === 'map' && (
          <>
            <GraphCanvas viewKey={arrangementOf(view)} selection={view.selection} events={events} onReady={setController} />
            {controller !== null && (
              <div className={styles.tools}>
                <Minimap controller={controller} />
                <div className={styles.zoom}>
                  <IconButton look="plain" icon="plus" label="Zoom in (+)" onClick={() => controller.camera.zoom('in')} />
                  <IconButton look="plain" icon="minus" label="Zoom out (-)" onClick={() => controller.camera.zoom('out')} />
                  <IconButton look="plain" icon="fit" label="Fit everything (F)" onClick={() => controller.fit()} />
                </div>
              </div>
            )}
          </>
        )}
        {view.form === 'table' && <TwinTable />}
        {view.form === 'tree' && <TwinTree onMenu={(target, x, y) => setMenu({ target, x, y })} />}
        <EmptyOverMap />
      </div>
      <div className={styles.foot}>
        <StateLegend />
        <FoldLines />
      </div>
      {menu !== null && (
        <ContextMenu
          label="Actions"
          at={menu}
          onClose={closeMenu}
          items={mapMenu(menu.target, {
            view,
            changeView,
            enter: events.enter,
            fit: () => controller?.fit(),
            copy: (text) => void navigator.clipboard?.writeText(text),
          })}
        />
      )}
    </section>
  )
}

/** Says why there is nothing to see, over the canvas. */
function EmptyOverMap() {
  const store = useGraphStore()
  const status = useLiveStatus()
  return <MapEmpty store={store} status={status} />
}

/** The part of a view that asks for a new arrangement. Time, verdicts and states change what is drawn, not where it stands. */
function arrangementOf(view: ViewState): string {
  return JSON.stringify([view.level, view.namespaces, view.filter])
}
