'use client'

import type { ReactNode } from 'react'
import { asSelection } from '@/components/live/selection'
import { useViewState } from '@/components/live/use-view-state'
import styles from './way-panel.module.css'

/** Selects a node of the map; plain text for what has none. */
export function NodeLink({ target, children }: { target: string | null; children: ReactNode }) {
  const [view, changeView] = useViewState()
  if (target === null) return <bdi>{children}</bdi>
  return (
    <button type="button" className={styles.link} onClick={() => changeView({ selection: asSelection(target, view) })}>
      <bdi>{children}</bdi>
    </button>
  )
}
