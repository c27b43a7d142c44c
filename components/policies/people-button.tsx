'use client'

import Link from 'next/link'
import { type ReactNode, useId, useRef } from 'react'
import type { PictureGroup } from '@/lib/api/policy-picture'
import { allOf } from '@/lib/flows/filter'
import { printFilter } from '@/lib/flows/filter-print'
import type { FilterTerm } from '@/lib/flows/filter-types'
import { anyValue } from '../live/flow-filter'
import { freshView } from '../live/fresh-view'
import { pageHref } from '../live/page-href'
import { useViewState } from '../live/use-view-state'
import { classNames } from '../ui/class-names'
import { countWords } from '../ui/format'
import { Icon } from '../ui/icon'
import { popoverClass, usePopover } from '../ui/popover'
import styles from './people-button.module.css'
import { WorkloadList } from './workload-list'

/**
 * A group of pods, or a peer, that tells who it is now and leads to its traffic with `other` on the map and among the flows.
 * `side` says at which end of that traffic it stands; null for either.
 */
export function PeopleButton({
  group,
  other,
  side,
  children,
}: {
  group: PictureGroup
  other: PictureGroup | null
  side: 'from' | 'to' | null
  children: ReactNode
}) {
  const anchor = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const id = useId()
  const { open, toggle } = usePopover(anchor, panel, 'start')
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={styles.button}
        aria-expanded={open}
        aria-controls={id}
        aria-haspopup="dialog"
        onClick={toggle}
      >
        {children}
      </button>
      <div ref={panel} id={id} popover="auto" role="dialog" aria-label={group.words} className={classNames(popoverClass, styles.panel)}>
        {open && <Who group={group} filter={filterOf(group, other, side)} />}
      </div>
    </>
  )
}

function Who({ group, filter }: { group: PictureGroup; filter: string }) {
  const [view] = useViewState()
  const place = { ...freshView(view), filter }
  return (
    <>
      <p className={styles.title}>
        <bdi>{group.words}</bdi>
      </p>
      {group.workloads.total > 0 && (
        <>
          <p className={styles.muted}>
            {countWords(group.pods, 'pod')} of {countWords(group.workloads.total, 'workload')} now:
          </p>
          <WorkloadList workloads={group.workloads} />
        </>
      )}
      {group.workloads.total === 0 && <p className={styles.muted}>No pod of the cluster fits now.</p>}
      {filter !== '' && (
        <p className={styles.links}>
          <Link href={pageHref('/map', { ...place, level: 'workload' })} prefetch={false}>
            <Icon name="map" /> On the map
          </Link>
          <Link href={pageHref('/flows', place)} prefetch={false}>
            <Icon name="table" /> Its flows
          </Link>
        </p>
      )}
    </>
  )
}

/** The traffic between the two groups as far as the filter language can say it; empty when it cannot name the group. */
function filterOf({ term }: PictureGroup, other: PictureGroup | null, side: 'from' | 'to' | null): string {
  if (term === null) return other === null || side === null ? '' : printFilter(allOf(termOf(other, side === 'from' ? 'to' : 'from')))
  const here = anyValue(term.field, term.values, side)
  const there = other === null || side === null ? [] : termOf(other, side === 'from' ? 'to' : 'from')
  return printFilter(allOf([...here, ...there]))
}

function termOf({ term }: PictureGroup, side: 'from' | 'to'): readonly FilterTerm[] {
  return term === null ? [] : anyValue(term.field, term.values, side)
}
