'use client'

import type { FlowHistogramDocument } from '@/lib/api/documents'
import type { Filter } from '@/lib/flows/filter-types'
import { durationWords } from '@/lib/model/duration-words'
import { useLiveStatus } from '../live/live-provider'
import { NoFlowSource } from '../live/no-flow-source'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { formatCount } from '../ui/format'
import { Empty } from '../ui/notice'

/** Why the table is empty, and what to do about it. */
export function NoFlows({ histogram, more }: { histogram: FlowHistogramDocument | null; more: readonly Filter[] }) {
  const [view, changeView] = useViewState()
  const { summary } = useLiveStatus()
  const hidden = hiddenFlows(histogram)
  if (hidden > 0) {
    return (
      <Empty
        title={`No flow of this time range fits${more.length > 0 ? ' the selection' : ' the filter'}.`}
        actions={
          <>
            {(view.filter !== '' || view.verdicts.length > 0 || view.namespaces.length > 0) && (
              <Button onClick={() => changeView({ filter: '', verdicts: [], namespaces: [] })}>Clear the filter</Button>
            )}
            {more.length > 0 && <Button onClick={() => changeView({ selection: null })}>Clear the selection</Button>}
          </>
        }
      >
        <p>{formatCount(hidden)} flows are hidden by it.</p>
      </Empty>
    )
  }
  if (summary !== null && summary.sources.length === 0) return <NoFlowSource />
  return (
    <Empty
      title={`No flows in ${view.at === null ? 'the last' : 'these'} ${durationWords(view.windowMs)}.`}
      actions={view.at !== null && <Button onClick={() => changeView({ at: null })}>Back to now</Button>}
    >
      <p>
        {summary === null
          ? 'The sources have not reported yet.'
          : 'The flow sources are connected, but nothing has come in. Status says what each of them does.'}
      </p>
    </Empty>
  )
}

/** With an empty table: what the timeline counts in spite of terms it does not know is hidden as well. */
function hiddenFlows(histogram: FlowHistogramDocument | null): number {
  if (histogram === null) return 0
  return histogram.unapplied.length > 0 ? histogram.total : histogram.total - histogram.matched
}
