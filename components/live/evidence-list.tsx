'use client'

import Link from 'next/link'
import type { Evidence, EvidenceObject } from '@/lib/platform/evidence'
import styles from './evidence-list.module.css'
import { pageHref } from './page-href'
import { freshView } from './url-state'
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
          const selection = refOf(object)
          return (
            <li key={text}>
              <bdi>{text}</bdi>{' '}
              {selection !== null && (
                <Link
                  href={pageHref('/map', { ...freshView(view), selection, unfolded: ['system-namespaces', 'system-services'] })}
                  prefetch={false}
                >
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

/** The name of an object that the map draws; null for all others. */
function refOf({ kind, namespace, name }: EvidenceObject): string | null {
  if (namespace === null) return null
  if (kind === 'Service') return `svc:${namespace}/${name}`
  return kind === 'DaemonSet' || kind === 'Deployment' ? `${namespace}/${name}[${kind}]` : null
}
