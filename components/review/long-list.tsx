'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import styles from './long-list.module.css'

/** A list of any length: only what is in sight is in the document. Scrolls with the keyboard; what is inside takes the Tab key. */
export function LongList<Item extends { readonly id: string }>({
  label,
  items,
  estimate,
  children,
}: {
  label: string
  items: readonly Item[]
  /** Usual height of an item, in pixels. */
  estimate: (item: Item) => number
  children: (item: Item) => ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => {
      const item = items[index]
      return item === undefined ? 40 : estimate(item)
    },
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 6,
  })
  return (
    <div ref={box} className={styles.box} role="region" aria-label={label} tabIndex={0}>
      <div className={styles.body} role="list" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index]
          if (item === undefined) return null
          return (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className={styles.item}
              role="listitem"
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {children(item)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
