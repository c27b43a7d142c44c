'use client'

import { type MouseEvent, type ReactNode, useCallback, useState } from 'react'
import { ContextMenu } from '../ui/menu'
import { filterTerm, withTerm } from './filter-terms'
import styles from './filter-value.module.css'
import { useViewState } from './use-view-state'

/**
 * A value that can be clicked to filter by it, to exclude it or to copy it. `field` is a field of the filter language.
 * Inside a grid the cell holds the focus and the value is out of the tab order: the row's details offer the same.
 */
export function FilterValue({
  field,
  value,
  children,
  inGrid = false,
}: {
  field: string
  value: string
  /** What is shown; the value itself by default. */
  children?: ReactNode
  inGrid?: boolean
}) {
  const [, changeView] = useViewState()
  const [at, setAt] = useState<{ x: number; y: number } | null>(null)
  const close = useCallback(() => setAt(null), [])
  const term = filterTerm(field, value)
  const open = (event: MouseEvent<HTMLButtonElement>) => {
    event.stopPropagation()
    event.preventDefault()
    const box = event.currentTarget.getBoundingClientRect()
    setAt({ x: box.left, y: box.bottom })
  }
  return (
    <>
      <button
        type="button"
        className={styles.value}
        title={value}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        tabIndex={inGrid ? -1 : undefined}
        onClick={open}
        onContextMenu={open}
      >
        {children ?? value}
      </button>
      {at !== null && (
        <ContextMenu
          label={term}
          at={at}
          onClose={close}
          items={[
            {
              kind: 'action',
              icon: 'filter',
              label: `Only ${term}`,
              run: () => changeView((view) => ({ filter: withTerm(view.filter, term, 'only') })),
            },
            {
              kind: 'action',
              icon: 'exclude',
              label: `Without ${term}`,
              run: () => changeView((view) => ({ filter: withTerm(view.filter, term, 'not') })),
            },
            { kind: 'action', icon: 'copy', label: 'Copy', run: () => void navigator.clipboard?.writeText(value) },
          ]}
        />
      )}
    </>
  )
}
