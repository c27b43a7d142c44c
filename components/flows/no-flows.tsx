'use client'

import type { FlowHistogramDocument } from '@/lib/api/documents'
import { useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { Command } from '../ui/command'
import { formatCount, formatDuration } from '../ui/format'
import { Empty } from '../ui/notice'

/** Why the table is empty, and what to do about it. */
export function NoFlows({ histogram, more }: { histogram: FlowHistogramDocument | null; more: readonly string[] }) {
  const [view, changeView] = useViewState()
  const { summary } = useLiveStatus()
  const hidden = histogram === null ? 0 : histogram.total - histogram.matched
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
      title={`No flows in ${view.at === null ? 'the last' : 'these'} ${formatDuration(view.windowMs)}.`}
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

/** No source was named at the start: the two ways to name one. */
export function NoFlowSource() {
  return (
    <Empty title="No flow source is connected.">
      <p>The map shows what is declared and what policies allow. To see traffic, start Sluice with a source of flows:</p>
      <Command text="hubble observe --follow -o jsonpb > flows.jsonl" about="Record flows where Cilium runs" />
      <Command text="npm start -- --flows file:flows.jsonl" about="Read them while they are written" />
      <Command text="npm start -- --flows ingest" about="Or take them over HTTP" />
      <Command text={ingestCommand()} about="and send Hubble's JSON lines" />
    </Empty>
  )
}

function ingestCommand(): string {
  const origin = typeof window === 'undefined' ? 'http://127.0.0.1:3000' : window.location.origin
  return `hubble observe --last 1000 -o jsonpb | curl --data-binary @- -H 'content-type: application/x-ndjson' ${origin}/api/v1/flows`
}
