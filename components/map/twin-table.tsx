import { useMemo, useState } from 'react'
import { LineSample } from '@/components/graph/line-sample'
import { OfCluster } from '@/components/graph/of-cluster'
import { useGraphClient, useGraphStore } from '@/components/live/live-provider'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount, formatRate } from '@/components/ui/format'
import { type GridColumn, SortedGrid } from '@/components/ui/sorted-grid'
import type { GraphNode } from '@/lib/graph/topology'
import { type TwinColumn, type TwinSort, twinRows } from './twin-rows'
import styles from './twin-table.module.css'

const COLUMNS: readonly GridColumn<TwinColumn>[] = [
  { id: 'state', label: 'State' },
  { id: 'source', label: 'From' },
  { id: 'target', label: 'To' },
  { id: 'port', label: 'Port' },
  { id: 'rate', label: 'Flows/s', numeric: true },
  { id: 'flows', label: 'Flows', numeric: true },
  { id: 'denied', label: 'Denied', numeric: true },
  { id: 'policy', label: 'Policy' },
]

/** The connections of the map as a table, sorted by what needs attention, with the map's selection. */
export function TwinTable() {
  const store = useGraphStore()
  const version = useGraphClient().store.getVersion()
  const [view, changeView] = useViewState()
  const [sort, setSort] = useState<TwinSort>({ column: 'state', direction: 'ascending' })
  // The store changes in place; its version says when.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const rows = useMemo(() => twinRows(store, sort), [store, version, sort])
  return (
    <SortedGrid
      label="Connections of the map"
      columns={COLUMNS}
      layout={styles.columns}
      sort={sort}
      onSort={setSort}
      lines={rows}
      keyOf={({ id }) => id}
      selected={view.selection}
      onOpen={({ id }) => changeView({ selection: id }, 'replace')}
    >
      {(row, place) => (
        <div key={row.id} {...place}>
          <div role="gridcell" className={styles.state}>
            <LineSample look={row.look} />
            {row.look === 'error' ? 'lost' : row.state}
          </div>
          <div role="gridcell" title={row.source.ref}>
            <OfCluster id={row.source.id} />
            <End node={row.source} />
          </div>
          <div role="gridcell" title={row.target.ref}>
            <End node={row.target} />
          </div>
          <div role="gridcell">{row.port}</div>
          <div role="gridcell" className={styles.numeric}>
            {row.rate > 0 ? formatRate(row.rate) : '–'}
          </div>
          <div role="gridcell" className={styles.numeric}>
            {row.flows > 0 ? formatCount(row.flows) : '–'}
          </div>
          <div role="gridcell" className={row.denied > 0 ? styles.denied : styles.numeric}>
            {row.denied > 0 ? formatCount(row.denied) : '–'}
          </div>
          <div role="gridcell" title={row.policies.join(', ')}>
            {row.policies.join(', ')}
          </div>
        </div>
      )}
    </SortedGrid>
  )
}

function End({ node }: { node: GraphNode }) {
  if (node.namespace === null || node.kind === 'namespace') return <bdi>{node.name}</bdi>
  return (
    <>
      <bdi className={styles.namespace}>{node.namespace}</bdi>
      <span className={styles.namespace}>/</span>
      <bdi>{node.name}</bdi>
      {node.kind === 'service' && <span className={styles.namespace}> service</span>}
    </>
  )
}
