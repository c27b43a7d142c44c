'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { LineSample } from '@/components/graph/line-sample'
import { useGraphClient, useGraphStore } from '@/components/live/live-provider'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount, formatRate } from '@/components/ui/format'
import type { GraphNode } from '@/lib/graph/topology'
import { type TwinColumn, type TwinSort, twinRows } from './twin-rows'
import styles from './twin-table.module.css'

const COLUMNS: readonly { readonly id: TwinColumn; readonly label: string; readonly numeric?: true }[] = [
  { id: 'state', label: 'State' },
  { id: 'source', label: 'From' },
  { id: 'target', label: 'To' },
  { id: 'port', label: 'Port' },
  { id: 'rate', label: 'Flows/s', numeric: true },
  { id: 'flows', label: 'Flows', numeric: true },
  { id: 'denied', label: 'Denied', numeric: true },
  { id: 'policy', label: 'Policy' },
]

const ROW_HEIGHT = 28

/** The connections of the map as a table: sorted by what needs attention, the same selection, arrow keys move through it. */
export function TwinTable() {
  const store = useGraphStore()
  const version = useGraphClient().store.getVersion()
  const [view, changeView] = useViewState()
  const [sort, setSort] = useState<TwinSort>({ column: 'state', direction: 'ascending' })
  // The store changes in place; its version says when.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const rows = useMemo(() => twinRows(store, sort), [store, version, sort])
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW_HEIGHT, overscan: 12 })
  const [active, setActive] = useState(0)
  const current = Math.min(active, Math.max(0, rows.length - 1))

  const sortBy = (column: TwinColumn, numeric: boolean) =>
    setSort((before) => {
      if (before.column !== column) return { column, direction: numeric ? 'descending' : 'ascending' }
      return { column, direction: before.direction === 'ascending' ? 'descending' : 'ascending' }
    })
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setActive(next)
    virtual.scrollToIndex(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 300) / ROW_HEIGHT) - 2)
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    }
    const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined
    if (step !== undefined) moveTo(current + step)
    else if (event.key === 'Enter' || event.key === ' ') changeView({ selection: rows[current]?.id ?? null }, 'replace')
    else return
    event.preventDefault()
  }

  const items = virtual.getVirtualItems()
  return (
    <div className={styles.twin}>
      <div
        ref={box}
        className={styles.box}
        role="grid"
        aria-label="Connections of the map"
        aria-rowcount={rows.length + 1}
        aria-colcount={COLUMNS.length}
        tabIndex={0}
        aria-activedescendant={rows.length > 0 ? `twin-row-${current}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div role="row" aria-rowindex={1} className={styles.head}>
          {COLUMNS.map(({ id, label, numeric = false }) => (
            <div
              key={id}
              role="columnheader"
              className={numeric ? styles.numeric : undefined}
              aria-sort={sort.column === id ? sort.direction : 'none'}
            >
              <button type="button" className={styles.sort} onClick={() => sortBy(id, numeric)}>
                {label}
                <span aria-hidden="true">{sort.column === id ? (sort.direction === 'ascending' ? ' ▲' : ' ▼') : ''}</span>
              </button>
            </div>
          ))}
        </div>
        {rows.length > 0 && (
          <div className={styles.rows} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index]
              if (row === undefined) return null
              return (
                <div
                  key={row.id}
                  id={`twin-row-${item.index}`}
                  role="row"
                  aria-rowindex={item.index + 2}
                  aria-selected={view.selection === row.id}
                  className={styles.row}
                  data-active={item.index === current}
                  style={{ transform: `translateY(${item.start}px)` }}
                  onClick={() => {
                    setActive(item.index)
                    changeView({ selection: row.id }, 'replace')
                  }}
                >
                  <div role="gridcell" className={styles.state}>
                    <LineSample look={row.look} />
                    {row.look === 'error' ? 'lost' : row.state}
                  </div>
                  <div role="gridcell" title={row.source.ref}>
                    <End node={row.source} />
                  </div>
                  <div role="gridcell" title={row.target.ref}>
                    <End node={row.target} />
                  </div>
                  <div role="gridcell">{row.port}</div>
                  <div role="gridcell" className={styles.numeric}>
                    {row.rate > 0 ? formatRate(row.rate) : '–'}
                  </div>
                  <div role="gridcell" className={styles.numeric}>
                    {row.flows > 0 ? formatCount(row.flows) : '–'}
                  </div>
                  <div role="gridcell" className={row.denied > 0 ? styles.denied : styles.numeric}>
                    {row.denied > 0 ? formatCount(row.denied) : '–'}
                  </div>
                  <div role="gridcell" title={row.policies.join(', ')}>
                    {row.policies.join(', ')}
                  </div>
                </div>
              )
            })}
          </div>
        )}
      </div>
    </div>
  )
}

function End({ node }: { node: GraphNode }) {
  if (node.namespace === null || node.kind === 'namespace') return <bdi>{node.name}</bdi>
  return (
    <>
      <bdi className={styles.namespace}>{node.namespace}</bdi>
      <span className={styles.namespace}>/</span>
      <bdi>{node.name}</bdi>
      {node.kind === 'service' && <span className={styles.namespace}> service</span>}
    </>
  )
}
