'use client'

import type { ReactNode } from 'react'
import { useViewState } from '@/components/live/use-view-state'
import { idInCluster, splitClusterId } from '@/lib/graph/combine-topologies'
import styles from './way-panel.module.css'

/** Selects a node of the map; plain text for what has none. */
export function NodeLink({ target, children }: { target: string | null; children: ReactNode }) {
  const [view, changeView] = useViewState()
  if (target === null) return <bdi>{children}</bdi>
  // With several clusters on the map, it is in the one of what is selected.
  const cluster = view.selection === null ? null : (splitClusterId(view.selection)?.cluster ?? null)
  const selection = cluster === null ? target : idInCluster(cluster, target)
  return (
    <button type="button" className={styles.link} onClick={() => changeView({ selection })}>
      <bdi>{children}</bdi>
    </button>
  )
}
