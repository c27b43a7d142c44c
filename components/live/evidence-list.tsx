'use client'

import Link from 'next/link'
import type { Evidence, EvidenceObject } from '@/lib/platform/evidence'
import styles from './evidence-list.module.css'
import { freshView } from './fresh-view'
import { pageHref } from './page-href'
import { asSelection } from './selection'
import type { ViewState } from './url-state'
import { useViewState } from './use-view-state'

/** What something was concluded from, closed at first: one sentence each, with a way to the object where the map has it. */
export function EvidenceList({ evidence, label = 'How we know' }: { evidence: readonly Evidence[]; label?: string }) {
  const [view] = useViewState()
  if (evidence.length === 0) return null
  return (
    <details className={styles.evidence}>
      <summary>
        {label} <span className={styles.count}>({evidence.length})</span>
      </summary>
      <ul>
        {evidence.map(({ text, object }) => {
          const place = placeOnMap(object, view)
          return (
            <li key={text}>
              <bdi>{text}</bdi>{' '}
              {place !== null && (
                <Link href={pageHref('/map', { ...freshView(view), level: 'workload', ...place })} prefetch={false}>
                  on the map
                </Link>
              )}
            </li>
          )
        })}
      </ul>
    </details>
  )
}

/** Where the map shows an object; null for one that it does not draw. */
function placeOnMap({ kind, namespace, name }: EvidenceObject, view: ViewState): Partial<ViewState> | null {
  if (namespace === null || !DRAWN.has(kind)) return null
  const ref = kind === 'Service' ? `svc:${namespace}/${name}` : `${namespace}/${name}[${kind}]`
  return { namespaces: [namespace], selection: asSelection(ref, view), unfolded: ['system-namespaces', 'system-services'] }
}

const DRAWN: ReadonlySet<string> = new Set(['Service', 'DaemonSet', 'Deployment'])
