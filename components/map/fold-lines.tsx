'use client'

import { useGraphStore } from '@/components/live/live-provider'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount } from '@/components/ui/format'
import type { Fold } from '@/lib/graph/topology'
import styles from './fold-lines.module.css'

/** One line for everything that is not drawn, with a switch to draw it, and how much of the whole is shown. */
export function FoldLines() {
  const [view, changeView] = useViewState()
  const { header } = useGraphStore()
  if (header === null) return null
  const toggle = (fold: Fold) =>
    changeView({ unfolded: fold.folded ? [...view.unfolded, fold.id] : view.unfolded.filter((id) => id !== fold.id) })
  const { shown, total } = header
  return (
    <ul className={styles.lines} aria-label="Not drawn">
      {shown.edges < total.edges && (
        <li>
          showing {formatCount(shown.edges)} of {formatCount(total.edges)} edges, all denied shown
        </li>
      )}
      {header.folded.map((fold) => (
        <li key={fold.id}>
          {fold.label}
          {CAN_OPEN.has(fold.id) && (
            <>
              {' · '}
              <button type="button" className={styles.toggle} onClick={() => toggle(fold)}>
                {fold.folded ? 'show' : 'hide'}
              </button>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

/** Limits cannot be opened: they are narrowed down with a filter. */
const CAN_OPEN: ReadonlySet<Fold['id']> = new Set(['system-namespaces', 'dns', 'health-checks', 'monitoring', 'declared', 'unused'])
