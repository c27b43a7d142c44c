'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import type { PolicyListDocument, PolicyRow } from '@/lib/api/details'
import { useViewState } from '../live/use-view-state'
import { classNames } from '../ui/class-names'
import { DEFAULT_SORT, type PolicyColumn, type PolicyLine, type PolicySort, policyLines } from './policy-rows'
import styles from './policy-table.module.css'
import { PolicyTableRow } from './policy-table-row'

const COLUMNS: readonly { readonly id: PolicyColumn; readonly label: string; readonly hint?: string; readonly numeric?: true }[] = [
  { id: 'policy', label: 'Policy' },
  { id: 'namespace', label: 'Namespace' },
  { id: 'kind', label: 'Kind' },
  { id: 'pods', label: 'Pods', hint: 'Pods that it selects now', numeric: true },
  { id: 'ingress', label: 'Rules in', hint: 'Rules for what comes in', numeric: true },
  { id: 'egress', label: 'Rules out', hint: 'Rules for what goes out', numeric: true },
  { id: 'hits', label: 'Hits', hint: 'Recorded connections that it decided in the time range', numeric: true },
  { id: 'last', label: 'Last match', hint: 'Last traffic on a connection that it decides', numeric: true },
  { id: 'problems', label: 'Problems' },
]

const ROW_HEIGHT = 30

/** Every policy by tier: one stop in the tab order, arrow keys move, Enter opens. Only the rows in sight are in the document. */
export function PolicyTable({ list, policies }: { list: PolicyListDocument; policies: readonly PolicyRow[] }) {
  const [, changeView] = useViewState()
  const [sort, setSort] = useState<PolicySort>(DEFAULT_SORT)
  const lines = useMemo(() => policyLines(list, policies, sort), [list, policies, sort])
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
  })
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const places = useMemo(() => lines.flatMap((line, index) => (line.kind === 'policy' ? [index] : [])), [lines])
  const known = places.findIndex((index) => lines[index]?.key === activeKey)
  const current = Math.max(known, 0)

  const sortBy = (column: PolicyColumn, numeric: boolean) =>
    setSort((before) => {
      if (before.column !== column) return { column, direction: numeric || column === 'problems' ? 'descending' : 'ascending' }
      return { column, direction: before.direction === 'ascending' ? 'descending' : 'ascending' }
    })
  const open = (line: PolicyLine | undefined) => {
    if (line?.kind === 'policy') changeView({ policy: line.policy.ref })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 300) / ROW_HEIGHT) - 2)
    const next = placeAfterKey(event.key, current, places.length, page)
    if (next !== null) {
      const index = places[next] ?? 0
      setActiveKey(lines[index]?.key ?? null)
      // The heading of the first group stays in sight.
      virtual.scrollToIndex(next === 0 ? 0 : index)
    } else if (event.key === 'Enter' || event.key === ' ') open(lines[places[current] ?? -1])
    else return
    event.preventDefault()
  }

  const items = virtual.getVirtualItems()
  const activeIndex = places[current] ?? -1
  return (
    <div className={styles.table}>
      <div
        ref={box}
        className={styles.box}
        role="grid"
        aria-label="Policies"
        aria-rowcount={lines.length + 1}
        aria-colcount={COLUMNS.length}
        tabIndex={0}
        aria-activedescendant={items.some(({ index }) => index === activeIndex) ? `policy-row-${activeIndex}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div role="row" aria-rowindex={1} className={styles.head}>
          {COLUMNS.map(({ id, label, hint, numeric = false }) => (
            <div
              key={id}
              role="columnheader"
              className={classNames(numeric && styles.numeric)}
              aria-sort={sort.column === id ? sort.direction : 'none'}
            >
              <button type="button" className={styles.sort} title={hint} onClick={() => sortBy(id, numeric)}>
                {label}
                <span aria-hidden="true">{sort.column === id ? (sort.direction === 'ascending' ? ' ▲' : ' ▼') : ''}</span>
              </button>
            </div>
          ))}
        </div>
        <div className={styles.rows} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const line = lines[item.index]
            if (line === undefined) return null
            const place = { index: item.index, top: item.start }
            if (line.kind === 'group') return <GroupRow key={line.key} line={line} {...place} />
            return (
              <PolicyTableRow
                key={line.key}
                policy={line.policy}
                hasFlows={list.connections > 0}
                isActive={item.index === activeIndex}
                onOpen={() => {
                  setActiveKey(line.key)
                  open(line)
                }}
                {...place}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

function GroupRow({ line, index, top }: { line: Extract<PolicyLine, { kind: 'group' }>; index: number; top: number }) {
  return (
    <div role="row" aria-rowindex={index + 2} className={styles.group} style={{ transform: `translateY(${top}px)` }}>
      <div role="gridcell" aria-colspan={COLUMNS.length}>
        <strong>{line.title}</strong> <span className={styles.muted}>{line.about}</span>
      </div>
    </div>
  )
}

function placeAfterKey(key: string, place: number, count: number, page: number): number | null {
  const clamp = (wanted: number) => Math.max(0, Math.min(count - 1, wanted))
  switch (key) {
    case 'ArrowDown':
      return clamp(place + 1)
    case 'ArrowUp':
      return clamp(place - 1)
    case 'PageDown':
      return clamp(place + page)
    case 'PageUp':
      return clamp(place - page)
    case 'Home':
      return 0
    case 'End':
      return clamp(count)
    default:
      return null
  }
}
