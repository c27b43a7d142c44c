'use client'

import { Fragment } from 'react'
import type { MapForm } from '@/components/live/url-state'
import { useViewState } from '@/components/live/use-view-state'
import { Icon } from '@/components/ui/icon'
import { Segmented } from '@/components/ui/segmented'
import type { Level } from '@/lib/graph/topology'
import { ExportMenu } from './export-menu'
import { crumbs } from './go-in'
import styles from './map-toolbar.module.css'

const LEVEL_OPTIONS: readonly { value: Level; label: string; hint: string }[] = [
  { value: 'namespace', label: 'Namespaces', hint: 'One card for each namespace' },
  { value: 'workload', label: 'Workloads', hint: 'Services and workloads inside their namespace' },
  { value: 'pod', label: 'Pods', hint: 'The pods of each workload' },
  { value: 'container', label: 'Containers', hint: 'The containers of each pod, which share one localhost' },
]

const FORM_OPTIONS: readonly { value: MapForm; label: string; hint: string }[] = [
  { value: 'map', label: 'Map', hint: 'Drawn' },
  { value: 'table', label: 'Table', hint: 'The same connections as a list that can be sorted' },
  { value: 'tree', label: 'Tree', hint: 'The same things by what they stand in' },
]

/** Where we are, how deep we look, and in which form. */
export function MapToolbar() {
  const [view, changeView] = useViewState()
  const path = crumbs(view)
  return (
    <div className={styles.bar}>
      <nav aria-label="Where you are" className={styles.path}>
        {path.map((crumb, i) => (
          <Fragment key={`${crumb.kind} ${crumb.label}`}>
            {i > 0 && <Icon name="right" size={12} />}
            {i === path.length - 1 ? (
              <span className={styles.here} aria-current="location">
                {crumb.label}
              </span>
            ) : (
              <button type="button" className={styles.crumb} onClick={() => changeView(crumb.to)}>
                {crumb.label}
              </button>
            )}
          </Fragment>
        ))}
      </nav>
      <div className={styles.choices}>
        <Segmented label="Level" value={view.level} options={LEVEL_OPTIONS} onChange={(level) => changeView({ level, open: [] })} />
        <Segmented label="Form" value={view.form} options={FORM_OPTIONS} onChange={(form) => changeView({ form })} />
        <ExportMenu />
      </div>
    </div>
  )
}
