import { useMemo } from 'react'
import type { FindingDocument } from '@/lib/api/findings-document'
import type { Severity } from '@/lib/detect/finding'
import { useViewState } from '../live/use-view-state'
import { formatCount } from '../ui/format'
import { SeverityMark } from '../ui/severity-mark'
import { type GridColumn, SortedGrid } from '../ui/sorted-grid'
import { FindingRow } from './finding-row'
import { type FindingColumn, type FindingLine, type FindingSort, findingLines } from './finding-rows'
import styles from './finding-table.module.css'

const COLUMNS: readonly GridColumn<FindingColumn>[] = [
  { id: 'finding', label: 'Finding' },
  { id: 'detector', label: 'Detector' },
  { id: 'object', label: 'Object' },
  { id: 'namespace', label: 'Namespace' },
  { id: 'since', label: 'Since', hint: 'When it was first seen', numeric: true },
]

const HEADINGS: Readonly<Record<Severity, { readonly title: string; readonly about: string }>> = {
  error: { title: 'Errors', about: 'break connections now' },
  warning: { title: 'Warnings', about: 'likely mistakes and risks' },
  info: { title: 'Notes', about: 'worth knowing' },
}

const isGroup = ({ kind }: FindingLine): boolean => kind === 'group'

/** All findings by severity. */
export function FindingTable({
  findings,
  sort,
  onSort,
}: {
  findings: readonly FindingDocument[]
  sort: FindingSort
  onSort: (sort: FindingSort) => void
}) {
  const [view, changeView] = useViewState()
  const lines = useMemo(() => findingLines(findings, sort), [findings, sort])
  return (
    <SortedGrid
      label="Findings"
      columns={COLUMNS}
      layout={styles.columns}
      sort={sort}
      onSort={onSort}
      lines={lines}
      keyOf={({ key }) => key}
      isHeading={isGroup}
      selected={view.finding ?? ''}
      returnTo={view.finding}
      onOpen={(line) => {
        if (line.kind === 'finding') changeView({ finding: line.key })
      }}
    >
      {(line, place) =>
        line.kind === 'finding' ? (
          <FindingRow key={line.key} finding={line.finding} place={place} />
        ) : (
          <div key={line.key} {...place}>
            <div role="gridcell" aria-colspan={COLUMNS.length} className={styles.heading}>
              <SeverityMark severity={line.severity} isSilent />
              <strong>{HEADINGS[line.severity].title}</strong>{' '}
              <span className={styles.muted}>
                {formatCount(line.count)} · {HEADINGS[line.severity].about}
              </span>
            </div>
          </div>
        )
      }
    </SortedGrid>
  )
}
