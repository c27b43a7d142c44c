'use client'

import { type ReactNode, useMemo } from 'react'
import type { DiffDocument } from '@/lib/api/diff-document'
import { useViewState } from '../live/use-view-state'
import { classNames } from '../ui/class-names'
import { countWords } from '../ui/format'
import { Notice, Progress } from '../ui/notice'
import { Segmented } from '../ui/segmented'
import { useCopy } from '../ui/use-copy'
import { ConnectionChanges } from './connection-changes'
import { DraftColumn } from './draft-column'
import { EvidenceMeter } from './evidence-meter'
import { ExportMenu } from './export-menu'
import { FlowChanges } from './flow-changes'
import { HowToReview } from './how-to-review'
import { reviewRows } from './review-rows'
import styles from './review-view.module.css'
import { useDraft } from './use-draft'
import { useReview } from './use-review'

/** The Review page: a draft, what it would open and close, and what of the recorded traffic it would break. */
export function ReviewView({ timeRange }: { timeRange: ReactNode }) {
  const draft = useDraft()
  const [{ windowMs, at, reviewRows: rows }] = useViewState()
  const review = useReview({ draft: draft.text, windowMs, at, unchanged: rows === 'all' })
  const { result, isStale, isComparing, problems, failure } = review
  const { outcome, copy } = useCopy(draft.text)
  const isEmpty = draft.isLoaded && draft.text.trim() === ''
  return (
    <div className={styles.page}>
      <Summary
        result={result}
        isStale={isStale}
        isComparing={isComparing}
        timeRange={timeRange}
        onCopy={(markdown) => void copy(markdown)}
      />
      {outcome === 'copied' && <Notice title="The result is copied as Markdown." polite />}
      {outcome === 'refused' && (
        <Notice tone="warning" title="The browser did not allow to copy." polite>
          <p>Download the Markdown instead.</p>
        </Notice>
      )}
      {failure !== null && (
        <Notice tone="failure" title="The draft could not be compared." polite>
          <p>
            {failure} {result !== null && 'Below is the last result.'}
          </p>
        </Notice>
      )}
      {isStale && (
        <Notice tone="warning" title="A part of the draft cannot be read." polite>
          <p>Below is the result of the last draft that could be read. The problems stand at their lines.</p>
        </Notice>
      )}
      {!isStale && result !== null && !result.isComplete && (
        <Notice tone="warning" title="A part of the draft cannot be read and is left out." polite>
          <p>The result below is that of the rest.</p>
        </Notice>
      )}
      <div className={styles.columns}>
        <DraftColumn draft={draft} problems={problems} result={isStale ? null : result} />
        {result === null ? (
          <div className={styles.wide}>
            {isEmpty && <HowToReview onExample={draft.setText} />}
            {isComparing && problems.length === 0 && <Progress label="Comparing with the cluster…" done={null} total={null} />}
            {!isEmpty && problems.length > 0 && (
              <p className={styles.wait}>There is nothing to compare yet: correct the problems of the draft first.</p>
            )}
          </div>
        ) : (
          <Result result={result} isStale={isStale} />
        )}
      </div>
    </div>
  )
}

const SIDES = [
  { value: 'now', label: 'Now', hint: 'What is allowed without the draft' },
  { value: 'draft', label: 'Draft', hint: 'What the draft makes of it' },
] as const
const ROWS = [
  { value: 'changed', label: 'Only changed', hint: 'Connections that open, close or change' },
  { value: 'all', label: 'All', hint: 'Also those of which nothing changes' },
] as const

function Summary({
  result,
  isStale,
  isComparing,
  timeRange,
  onCopy,
}: {
  result: DiffDocument | null
  isStale: boolean
  isComparing: boolean
  timeRange: ReactNode
  onCopy: (markdown: string) => void
}) {
  const [view, changeView] = useViewState()
  return (
    <div className={styles.summary}>
      <div className={styles.words}>
        <p role="status" className={classNames(styles.sentence, isStale && styles.stale)}>
          {result === null ? 'What would a change open, close and break?' : result.summary}
        </p>
        <p className={styles.quiet}>
          Nothing is applied to the cluster.{isComparing && result !== null ? ' Comparing…' : ''}
          {isStale ? ' This is the result of an earlier draft.' : ''}
        </p>
      </div>
      <div className={styles.tools}>
        <Segmented label="State" value={view.reviewSide} options={SIDES} onChange={(reviewSide) => changeView({ reviewSide })} />
        <Segmented label="Connections" value={view.reviewRows} options={ROWS} onChange={(rows) => changeView({ reviewRows: rows })} />
        {timeRange}
        {result !== null && !isStale && <ExportMenu result={result} onCopy={onCopy} />}
      </div>
    </div>
  )
}

function Result({ result, isStale }: { result: DiffDocument; isStale: boolean }) {
  const [{ reviewSide }] = useViewState()
  const rows = useMemo(() => reviewRows(result), [result])
  const changed = rows.filter((row) => row.kind === 'pair' && row.sign !== 'same' && row.sign !== 'unknown').length
  return (
    <>
      <section className={classNames(styles.column, isStale && styles.old)} aria-label="Connections">
        <h2 className={styles.head}>
          Connections <span className={styles.muted}>{changed === 0 ? 'none changes' : countWords(changed, 'changes', 'change')}</span>
        </h2>
        {rows.length === 0 ? (
          <p className={styles.wait}>No connection opens or closes.</p>
        ) : (
          <ConnectionChanges rows={rows} side={reviewSide} />
        )}
      </section>
      <section className={classNames(styles.column, isStale && styles.old)} aria-label="Recorded flows">
        <h2 className={styles.head}>Recorded flows</h2>
        <EvidenceMeter evidence={result.evidence} />
        <FlowChanges flows={result.flows} />
      </section>
    </>
  )
}
