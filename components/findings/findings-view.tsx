'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { findingsOptions } from '../live/findings-queries'
import { useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { countWords, formatMoment } from '../ui/format'
import { Empty, Notice, Progress } from '../ui/notice'
import { FindingDetail } from './finding-detail'
import { findingFilter } from './finding-filter'
import { DEFAULT_SORT, type FindingSort } from './finding-rows'
import { FindingTable } from './finding-table'
import { FindingsBar } from './findings-bar'
import styles from './findings-view.module.css'

/** The Findings page: what is broken or looks like a mistake, and one finding in full beside the list. */
export function FindingsView() {
  const [view, changeView] = useViewState()
  const { findings: pulse } = useLiveStatus()
  const { data, error } = useQuery(findingsOptions(view, pulse?.revision ?? null))
  const [sort, setSort] = useState<FindingSort>(DEFAULT_SORT)
  const filter = useMemo(() => findingFilter(view.filter), [view.filter])
  const fitting = useMemo(() => data?.findings.items.filter(filter.matches) ?? [], [data, filter])
  const { severities, detectors } = view
  const shown = useMemo(
    () =>
      fitting.filter(
        ({ severity, id }) =>
          (severities.length === 0 || severities.includes(severity)) && (detectors.length === 0 || detectors.includes(id)),
      ),
    [fitting, severities, detectors],
  )
  const chosen = view.finding === null ? null : (data?.findings.items.find(({ key }) => key === view.finding) ?? null)
  return (
    <div className={styles.view}>
      {data !== undefined && <FindingsBar data={data} fitting={fitting} shown={shown.length} />}
      {error !== null && (
        <Notice tone="failure" title="The findings could not be read." polite>
          <p>
            {error.message} {data !== undefined && 'Below is what was read before.'}
          </p>
        </Notice>
      )}
      {data !== undefined && data.problem !== null && (
        <Notice tone="failure" title="What is there now could not be judged." polite>
          <p>
            {data.problem}.{' '}
            {data.judgedAt === null
              ? 'Nothing could be looked at so far.'
              : `Below is what was found at ${formatMoment(Date.parse(data.judgedAt))}.`}
          </p>
        </Notice>
      )}
      {filter.unapplied.length > 0 && (
        <Notice title={`Not a property of findings: ${filter.unapplied.join(' ')}`}>
          <p>The list knows ns:, workload:, service:, policy:, node: and words; the rest of the filter is for flows and the map.</p>
        </Notice>
      )}
      {data === undefined && error === null && <Progress label="Looking for mistakes…" done={null} total={null} />}
      {data?.problem === null && data.findings.items.length === 0 && <NothingFound where={view.namespaces} />}
      {data !== undefined && data.findings.items.length > 0 && shown.length === 0 && (
        <Empty
          title={`The filter hides all ${countWords(data.findings.items.length, 'finding')}.`}
          actions={<Button onClick={() => changeView({ filter: '', severities: [], detectors: [] })}>Clear the filter</Button>}
        />
      )}
      {shown.length > 0 && (
        <div className={styles.split}>
          <FindingTable findings={shown} sort={sort} onSort={setSort} />
          {view.finding !== null && data !== undefined && <FindingDetail finding={chosen} onClose={() => changeView({ finding: null })} />}
        </div>
      )}
    </div>
  )
}

function NothingFound({ where }: { where: readonly string[] }) {
  const [, changeView] = useViewState()
  return (
    <Empty
      title={where.length === 0 ? 'Nothing looks broken.' : `Nothing looks broken in ${where.join(', ')}.`}
      actions={where.length > 0 && <Button onClick={() => changeView({ namespaces: [] })}>All namespaces</Button>}
    >
      <p>Services, entries, pods, DNS, the mesh and policies were looked at. A finding appears here by itself, and goes with its cause.</p>
    </Empty>
  )
}
