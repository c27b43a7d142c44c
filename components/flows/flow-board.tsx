'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { FlowDocument, FlowHistogramDocument } from '@/lib/api/documents'
import type { Filter } from '@/lib/flows/filter-types'
import type { Verdict } from '@/lib/flows/flow'
import { ChangeList } from '../graph/change-list'
import { changesOptions } from '../live/change-queries'
import { useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { classNames } from '../ui/class-names'
import { formatCount } from '../ui/format'
import { Notice, Progress } from '../ui/notice'
import styles from './flow-board.module.css'
import { FlowDetail } from './flow-detail'
import { MOST_ROWS } from './flow-list'
import { PAGE_ROWS } from './flow-queries'
import { FlowTable } from './flow-table'
import { NoFlows } from './no-flows'
import { Timeline } from './timeline'
import { useFlowView } from './use-flow-view'

/** Timeline, table and the details of one row: the Flows page, and the pane under the map. */
export function FlowBoard({ more, label }: { more: readonly Filter[]; label: string }) {
  const [view, changeView] = useViewState()
  const { paused } = useLiveStatus()
  const [isAtTop, setIsAtTop] = useState(true)
  const [open, setOpen] = useState<FlowDocument | null>(null)
  const flows = useFlowView(view, more, isAtTop && open === null)
  const { list, error, histogram, newer, loadOlder, refresh } = flows

  const chooseRange = useCallback(
    (from: number, to: number) => changeView({ at: to, windowMs: Math.max(Math.round((to - from) / 1000), 1) * 1000 }),
    [changeView],
  )
  const switchVerdict = (verdict: Verdict) =>
    changeView(({ verdicts }) => ({
      verdicts: verdicts.includes(verdict) ? verdicts.filter((other) => other !== verdict) : [...verdicts, verdict],
    }))

  return (
    <div className={styles.board}>
      {histogram !== null && (
        <TimelineWithChanges
          histogram={histogram}
          verdicts={view.verdicts}
          namespaces={view.namespaces}
          isLive={view.at === null}
          onRange={chooseRange}
          onVerdict={switchVerdict}
        />
      )}
      {error !== null && (
        <Notice tone="failure" title="The flows could not be read." polite>
          <p>
            {error.message} {list !== null && 'The table shows what was read before.'}
          </p>
        </Notice>
      )}
      <div className={classNames(styles.rows, open !== null && styles.reading)}>
        <div className={styles.list}>
          {newer > 0 && !paused && (
            <div className={styles.waiting}>
              <Button look="primary" icon="up" onClick={() => refresh('join')}>
                {formatCount(newer)}
                {newer >= PAGE_ROWS && '+'} new
              </Button>
            </div>
          )}
          {list === null && error === null && <Progress label="Reading flows…" done={null} total={null} />}
          {list !== null && list.flows.length === 0 && <NoFlows histogram={histogram} more={more} />}
          {list !== null && list.flows.length > 0 && (
            <FlowTable label={label} flows={list.flows} openId={open?.id ?? null} onOpen={setOpen} onTop={setIsAtTop} onEnd={loadOlder} />
          )}
          {list !== null && list.flows.length > 0 && (
            <Footer shown={list.flows.length} cut={list.cut} more={list.next !== null} isBound={more.length > 0} histogram={histogram} />
          )}
        </div>
        {open !== null && <FlowDetail flow={open} onClose={() => setOpen(null)} />}
      </div>
    </div>
  )
}

/** Changes that the timeline marks and the list shows. */
const MOST_CHANGES = 200

function TimelineWithChanges({
  histogram,
  verdicts,
  namespaces,
  isLive,
  onRange,
  onVerdict,
}: {
  histogram: FlowHistogramDocument
  verdicts: readonly Verdict[]
  namespaces: readonly string[]
  /** The range ends now and moves on. */
  isLive: boolean
  onRange: (from: number, to: number) => void
  onVerdict: (verdict: Verdict) => void
}) {
  const [isOpen, setIsOpen] = useState(false)
  const from = Date.parse(histogram.from)
  const to = isLive ? null : Date.parse(histogram.to)
  const { data } = useQuery({
    ...changesOptions({ from, to, about: [], namespaces, topics: [], limit: MOST_CHANGES }),
    placeholderData: keepPreviousData,
  })
  const changes = data ?? null
  return (
    <>
      <Timeline
        histogram={histogram}
        verdicts={verdicts}
        changes={changes}
        areChangesOpen={isOpen}
        onChanges={() => setIsOpen(!isOpen)}
        onRange={onRange}
        onVerdict={onVerdict}
      />
      {isOpen && changes !== null && changes.total > 0 && (
        <section className={styles.changes} aria-label="Changes of the cluster">
          <ChangeList changes={changes.changes} />
          {changes.total > changes.changes.length && (
            <p>The newest {formatCount(changes.changes.length)} are listed: narrow the time range to see older ones.</p>
          )}
        </section>
      )}
    </>
  )
}

function Footer({
  shown,
  cut,
  more,
  isBound,
  histogram,
}: {
  shown: number
  cut: boolean
  more: boolean
  /** The rows are those of a selection. */
  isBound: boolean
  histogram: { readonly matched: number; readonly total: number } | null
}) {
  const hidden = histogram === null ? 0 : histogram.total - histogram.matched
  return (
    <p className={styles.footer}>
      {formatCount(shown)} rows{more && ', more further down'}
      {cut && `. The table keeps the newest ${formatCount(MOST_ROWS)}: narrow the time range to see older ones`}
      {hidden > 0 &&
        (isBound
          ? ` · ${formatCount(hidden)} flows of this time range belong to other things`
          : ` · the filter hides ${formatCount(hidden)} flows of this time range`)}
    </p>
  )
}
