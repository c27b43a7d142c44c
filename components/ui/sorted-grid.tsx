'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { classNames } from './class-names'
import { placeAfterKey } from './place-after-key'
import { type Sort, type SortDirection, sortedBy } from './sort'
import styles from './sorted-grid.module.css'

export type GridColumn<Id extends string> = {
  readonly id: Id
  readonly label: string
  readonly hint?: string
  readonly numeric?: true
  /** The direction of the first click; descending for numbers when left out, else ascending. */
  readonly first?: SortDirection
}

/** What the element of a line has to carry. */
export type GridLineProps = {
  readonly id: string
  readonly role: 'row'
  readonly 'aria-rowindex': number
  readonly 'aria-selected': boolean | undefined
  readonly 'data-active': boolean
  readonly className: string | undefined
  readonly style: CSSProperties
  readonly onClick?: () => void
}

const LINE_HEIGHT = 28
/** The head with its border. It stays on top of the box, whose lines begin below it. */
const HEAD_HEIGHT = 29

/**
 * A long table that is sorted by its heads: one stop in the tab order, arrow keys move, Enter or a click opens. Only the
 * lines in sight are in the document.
 */
export function SortedGrid<Id extends string, Line>({
  label,
  columns,
  layout,
  sort,
  onSort,
  lines,
  keyOf,
  isHeading = noHeadings,
  selected = null,
  returnTo = null,
  onOpen,
  children,
}: {
  label: string
  columns: readonly GridColumn<Id>[]
  /** Class with the columns' widths and the least width of all. */
  layout: string | undefined
  sort: Sort<Id>
  onSort: (sort: Sort<Id>) => void
  lines: readonly Line[]
  keyOf: (line: Line) => string
  /** Whether a line is one between groups, which cannot be opened. */
  isHeading?: (line: Line) => boolean
  /** Key of the line that is selected elsewhere too; null in a grid whose lines are only opened. */
  selected?: string | null
  /** Key of the line that was opened when the grid was last on the page; it is in sight again, and active. */
  returnTo?: string | null
  onOpen: (line: Line) => void
  children: (line: Line, props: GridLineProps) => ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  const keyAt = (index: number): string | null => {
    const line = lines[index]
    return line === undefined ? null : keyOf(line)
  }
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => keyAt(index) ?? index,
    overscan: 12,
    scrollPaddingEnd: HEAD_HEIGHT,
  })
  const [activeKey, setActiveKey] = useState(returnTo)
  const stops = useMemo(() => lines.flatMap((line, index) => (isHeading(line) ? [] : [index])), [lines, isHeading])
  const known = activeKey === null ? -1 : stops.findIndex((index) => keyAt(index) === activeKey)
  const current = Math.max(known, 0)
  const activeIndex = stops[current] ?? -1

  const start = useRef(known < 0 ? null : activeIndex)
  useEffect(() => {
    if (start.current === null) return
    virtual.scrollToIndex(start.current)
    // What had the focus went with the page that was left; whoever types somewhere keeps it.
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true })
  }, [virtual])

  const onKeyDown = (event: KeyboardEvent) => {
    // The heads are buttons with keys of their own.
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 300) / LINE_HEIGHT) - 2)
    const next = placeAfterKey(event.key, current, stops.length, page)
    const active = lines[activeIndex]
    if (next !== null) {
      const index = stops[next] ?? 0
      setActiveKey(keyAt(index))
      // The heading of the first group stays in sight.
      virtual.scrollToIndex(next === 0 ? 0 : index)
    } else if ((event.key === 'Enter' || event.key === ' ') && active !== undefined) onOpen(active)
    else return
    event.preventDefault()
  }

  const items = virtual.getVirtualItems()
  return (
    <div className={styles.frame}>
      <div
        ref={box}
        className={styles.box}
        role="grid"
        aria-label={label}
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length}
        tabIndex={0}
        aria-activedescendant={items.some(({ index }) => index === activeIndex) ? `${id}-${activeIndex}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div role="row" aria-rowindex={1} className={classNames(styles.head, layout)}>
          {columns.map((column) => (
            <div
              key={column.id}
              role="columnheader"
              className={column.numeric && styles.numeric}
              aria-sort={sort.column === column.id ? sort.direction : 'none'}
            >
              <button
                type="button"
                className={styles.sort}
                title={column.hint}
                onClick={() => onSort(sortedBy(sort, column.id, firstOf(column)))}
              >
                {column.label}
                <span aria-hidden="true">{sort.column === column.id ? (sort.direction === 'ascending' ? ' ▲' : ' ▼') : ''}</span>
              </button>
            </div>
          ))}
        </div>
        {lines.length > 0 && (
          <div className={classNames(styles.lines, layout)} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {items.map(({ index, start }) => {
              const line = lines[index]
              if (line === undefined) return null
              const place = {
                id: `${id}-${index}`,
                role: 'row',
                'aria-rowindex': index + 2,
                'aria-selected': selected === null ? undefined : keyOf(line) === selected,
                'data-active': index === activeIndex,
                style: { transform: `translateY(${start}px)` },
              } as const
              if (isHeading(line)) return children(line, { ...place, className: styles.heading })
              const open = () => {
                setActiveKey(keyOf(line))
                onOpen(line)
              }
              return children(line, { ...place, className: classNames(styles.line, layout), onClick: open })
            })}
          </div>
        )}
      </div>
    </div>
  )
}

function noHeadings(): boolean {
  return false
}

function firstOf({ first, numeric }: GridColumn<string>): SortDirection {
  return first ?? (numeric ? 'descending' : 'ascending')
}
