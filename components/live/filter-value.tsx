'use client'

import { useRouter } from 'next/navigation'
import { type MouseEvent, type ReactNode, useCallback, useState } from 'react'
import { printTerm } from '@/lib/flows/filter-print'
import type { FilterField, FilterSide } from '@/lib/flows/filter-types'
import { classNames } from '../ui/class-names'
import { ContextMenu, type MenuItem } from '../ui/menu'
import styles from './filter-value.module.css'
import { afterChoice } from './flow-filter'
import { freshView } from './fresh-view'
import { pageHref } from './page-href'
import { useViewState } from './use-view-state'

/**
 * A value that can be clicked to filter by it, to exclude it or to copy it; a policy also leads to its page. Inside a grid the rows hold the focus and the
 * value is out of the tab order: the row's details offer the same.
 */
export function FilterValue({
  field,
  value,
  side = null,
  children,
  inGrid = false,
}: {
  field: FilterField
  value: string
  /** Which end of a connection the value is about. */
  side?: FilterSide
  /** What is shown; the value itself by default. */
  children?: ReactNode
  inGrid?: boolean
}) {
  const [view, changeView] = useViewState()
  const router = useRouter()
  const [at, setAt] = useState<{ x: number; y: number } | null>(null)
  const close = useCallback(() => setAt(null), [])
  const term = printTerm({ kind: 'term', side, field, values: [value] })
  const choose = (mode: 'include' | 'exclude') => () =>
    changeView((view) => ({ filter: afterChoice(view.filter, { side, field, value, mode }) }))
  const open = (event: MouseEvent<HTMLButtonElement>) => {
    event.stopPropagation()
    event.preventDefault()
    const box = event.currentTarget.getBoundingClientRect()
    setAt({ x: box.left, y: box.bottom })
  }
  const openPolicy: MenuItem = {
    kind: 'action',
    icon: 'shield',
    label: 'Open the policy',
    run: () => router.push(pageHref('/policies', { ...freshView(view), policy: value })),
  }
  return (
    <>
      <button
        type="button"
        className={classNames(styles.value, inGrid && styles.inGrid)}
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
            ...(field === 'policy' && value.includes(':') ? [openPolicy] : []),
            { kind: 'action', icon: 'filter', label: `Only ${term}`, run: choose('include') },
            { kind: 'action', icon: 'exclude', label: `Without ${term}`, run: choose('exclude') },
            { kind: 'action', icon: 'copy', label: 'Copy', run: () => void navigator.clipboard?.writeText(value) },
          ]}
        />
      )}
    </>
  )
}
