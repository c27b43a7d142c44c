'use client'

import { Fragment } from 'react'
import { useGraphStore } from '@/components/live/live-provider'
import { useViewState } from '@/components/live/use-view-state'
import { countWords, formatCount } from '@/components/ui/format'
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
  const hidden = header.folded.filter((fold) => fold.folded)
  const opened = header.folded.filter((fold) => !fold.folded)
  return (
    <div className={styles.lines}>
      {shown.edges < total.edges && (
        <p>
          showing {formatCount(shown.edges)} of {formatCount(total.edges)} edges, all denied shown
        </p>
      )}
      <FoldList name="Hidden" action="show" folds={hidden} toggle={toggle} />
      <FoldList name="Also shown" action="hide" folds={opened} toggle={toggle} />
    </div>
  )
}

function FoldList({ name, action, folds, toggle }: { name: string; action: string; folds: readonly Fold[]; toggle: (fold: Fold) => void }) {
  if (folds.length === 0) return null
  return (
    <p>
      {name}:{' '}
      {folds.map((fold, i) => (
        <Fragment key={fold.id}>
          {i > 0 && ' · '}
          <span title={fold.label}>{shortLabel(fold)}</span>
          {CAN_OPEN.has(fold.id) && (
            <>
              {' '}
              <button type="button" className={styles.toggle} aria-label={`${action} ${shortLabel(fold)}`} onClick={() => toggle(fold)}>
                {action}
              </button>
            </>
          )}
        </Fragment>
      ))}
    </p>
  )
}

function shortLabel(fold: Fold): string {
  switch (fold.id) {
    case 'system-namespaces':
      return fold.nodes > 0 ? countWords(fold.nodes, 'system namespace') : `${formatCount(fold.flows)} system flows`
    case 'system-services':
      return countWords(fold.nodes, 'system Service')
    case 'empty-namespaces':
      return countWords(fold.nodes, 'empty namespace')
    case 'dns':
      return `${formatCount(fold.flows)} DNS`
    case 'health-checks':
      return `${formatCount(fold.flows)} health checks`
    case 'monitoring':
      return `${formatCount(fold.flows)} monitoring`
    case 'unused':
      return `${formatCount(fold.edges)} unused`
    case 'declared':
      return `${countWords(fold.nodes, 'way')} in or out`
    case 'node-limit':
    case 'edge-limit':
      return fold.label
  }
}

/** Limits cannot be opened: they are narrowed down with a filter. */
const CAN_OPEN: ReadonlySet<Fold['id']> = new Set([
  'system-namespaces',
  'system-services',
  'empty-namespaces',
  'dns',
  'health-checks',
  'monitoring',
  'declared',
  'unused',
])
