'use client'

import Link from 'next/link'
import type { Bounded } from '@/lib/api/bounded'
import { freshView } from '../live/fresh-view'
import { pageHref } from '../live/page-href'
import { asSelection } from '../live/selection'
import { useViewState } from '../live/use-view-state'
import { formatCount } from '../ui/format'
import { workloadName } from './policy-words'
import styles from './workload-list.module.css'

/** Workloads by name, each leading to its place on the map. `most` are shown, the rest is counted. */
export function WorkloadList({ workloads, most = 12 }: { workloads: Bounded<string>; most?: number }) {
  const [view] = useViewState()
  const shown = workloads.items.slice(0, most)
  return (
    <>
      <ul className={styles.list}>
        {shown.map((ref) => {
          const namespaces = [ref.slice(0, Math.max(ref.indexOf('/'), 0))]
          const place = { ...freshView(view), level: 'workload' as const, namespaces, selection: asSelection(ref, view) }
          return (
            <li key={ref}>
              <Link href={pageHref('/map', place)} prefetch={false} className={styles.link} title={`Show ${ref} on the map`}>
                <bdi>{workloadName(ref)}</bdi>
              </Link>
            </li>
          )
        })}
      </ul>
      {workloads.total > shown.length && <p className={styles.more}>and {formatCount(workloads.total - shown.length)} more</p>}
    </>
  )
}
