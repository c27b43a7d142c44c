'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { FlowDocument } from '@/lib/api/documents'
import { placeAfterKey } from '../ui/place-after-key'
import { COLUMNS, FlowRow } from './flow-row'
import styles from './flow-table.module.css'

const WIDE_ROW = 28
const NARROW_ROW = 62
/** Below this the row stands on three lines instead of in columns. */
const NARROW_WIDTH = 620
/** Rows that PageUp and PageDown move. */
const PAGE = 20

/**
 * Flows, newest first, as a grid: one stop in the tab order, arrow keys move, Enter opens. Only the rows in sight are in
 * the document, however many there are.
 */
export function FlowTable({
  flows,
  openId,
  onOpen,
  onTop,
  onEnd,
  label,
}: {
  flows: readonly FlowDocument[]
  /** Row whose details are shown. */
  openId: string | null
  onOpen: (flow: FlowDocument) => void
  /** Whether the newest row is in sight: new flows wait while it is not. */
  onTop: (isAtTop: boolean) => void
  /** The last row came into sight. */
  onEnd: () => void
  label: string
}) {
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  const isNarrow = useIsNarrow(box)
  const [activeId, setActiveId] = useState<string | null>(null)
  const rows = useVirtualizer({
    count: flows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (isNarrow ? NARROW_ROW : WIDE_ROW),
    getItemKey: (index) => flows[index]?.id ?? index,
    overscan: 8,
  })
  useEffect(() => {
    // The size of a row depends on the width: what was measured before is void.
    if (isNarrow !== null) rows.measure()
  }, [isNarrow, rows])

  const activeIndex = flows.findIndex((flow) => flow.id === (activeId ?? openId))
  const onKeyDown = (event: KeyboardEvent) => {
    const next = placeAfterKey(event.key, activeIndex, flows.length, PAGE)
    if (next !== null) {
      const flow = flows[next]
      if (flow === undefined) return
      setActiveId(flow.id)
      rows.scrollToIndex(next)
      if (openId !== null) onOpen(flow)
    } else if (event.key === 'Enter' || event.key === ' ') {
      const flow = flows[Math.max(activeIndex, 0)]
      if (flow !== undefined) onOpen(flow)
    } else {
      return
    }
    event.preventDefault()
  }

  const items = rows.getVirtualItems()
  const lastIndex = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (flows.length > 0 && lastIndex >= flows.length - 1) onEnd()
  }, [lastIndex, flows.length, onEnd])

  return (
    <div
      ref={box}
      className={styles.box}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={flows.length + 1}
      aria-colcount={COLUMNS.length}
      aria-activedescendant={items.some((item) => item.index === activeIndex) ? `${id}-${activeIndex}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => onTop(event.currentTarget.scrollTop < WIDE_ROW)}
    >
      <div className={isNarrow ? styles.hiddenHead : styles.head} role="row" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <span key={column.name} role="columnheader" className={styles[column.name]}>
            {column.title}
          </span>
        ))}
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const flow = flows[item.index]
          if (flow === undefined) return null
          return (
            <FlowRow
              key={item.key}
              id={`${id}-${item.index}`}
              flow={flow}
              rowIndex={item.index + 2}
              top={item.start}
              height={item.size}
              isNarrow={isNarrow}
              isOpen={flow.id === openId}
              isActive={item.index === activeIndex}
              onOpen={() => {
                setActiveId(flow.id)
                onOpen(flow)
              }}
            />
          )
        })}
      </div>
    </div>
  )
}

function useIsNarrow(box: { readonly current: HTMLElement | null }): boolean {
  const [isNarrow, setIsNarrow] = useState(false)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => setIsNarrow((entry?.contentRect.width ?? NARROW_WIDTH) < NARROW_WIDTH))
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return isNarrow
}
