import { useMemo } from 'react'
import type { PolicyListDocument, PolicyRow } from '@/lib/api/details'
import { useViewState } from '../live/use-view-state'
import { type GridColumn, SortedGrid } from '../ui/sorted-grid'
import { type PolicyColumn, type PolicyLine, type PolicySort, policyLines } from './policy-rows'
import styles from './policy-table.module.css'
import { PolicyTableRow } from './policy-table-row'

const COLUMNS: readonly GridColumn<PolicyColumn>[] = [
  { id: 'policy', label: 'Policy' },
  { id: 'namespace', label: 'Namespace' },
  { id: 'kind', label: 'Kind' },
  { id: 'pods', label: 'Pods', hint: 'Pods that it selects now', numeric: true },
  { id: 'ingress', label: 'Rules in', hint: 'Rules for what comes in', numeric: true },
  { id: 'egress', label: 'Rules out', hint: 'Rules for what goes out', numeric: true },
  { id: 'hits', label: 'Hits', hint: 'Recorded connections that it decided in the time range', numeric: true },
  { id: 'last', label: 'Last match', hint: 'Last traffic on a connection that it decides', numeric: true },
  { id: 'problems', label: 'Problems', first: 'descending' },
]

const isGroup = ({ kind }: PolicyLine): boolean => kind === 'group'

/** How the table was left for a policy: its order, and the key of the policy that was opened. */
export type TablePlace = { readonly sort: PolicySort; readonly opened: string | null }

/** Every policy by tier. */
export function PolicyTable({
  list,
  policies,
  place: { sort, opened },
  onPlace,
}: {
  list: PolicyListDocument
  policies: readonly PolicyRow[]
  place: TablePlace
  onPlace: (place: TablePlace) => void
}) {
  const [, changeView] = useViewState()
  const lines = useMemo(() => policyLines(list, policies, sort), [list, policies, sort])
  return (
    <SortedGrid
      label="Policies"
      columns={COLUMNS}
      layout={styles.columns}
      sort={sort}
      onSort={(next) => onPlace({ sort: next, opened })}
      lines={lines}
      keyOf={({ key }) => key}
      isHeading={isGroup}
      returnTo={opened}
      onOpen={(line) => {
        if (line.kind !== 'policy') return
        onPlace({ sort, opened: line.key })
        changeView({ policy: line.policy.ref })
      }}
    >
      {(line, place) =>
        line.kind === 'policy' ? (
          <PolicyTableRow key={line.key} policy={line.policy} hasFlows={list.connections > 0} place={place} />
        ) : (
          <div key={line.key} {...place}>
            <div role="gridcell" aria-colspan={COLUMNS.length}>
              <strong>{line.title}</strong> <span className={styles.muted}>{line.about}</span>
            </div>
          </div>
        )
      }
    </SortedGrid>
  )
}
