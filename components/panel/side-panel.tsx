'use client'

import { useGraphStore } from '@/components/live/live-provider'
import { selectedNode } from '@/components/live/selection'
import { useViewState } from '@/components/live/use-view-state'
import { IconButton } from '@/components/ui/button'
import { ComparePanel } from './compare-panel'
import { EdgePanel } from './edge-panel'
import { NodePanel } from './node-panel'
import styles from './side-panel.module.css'
import { SummaryPanel } from './summary-panel'

/** What is known of the selection, or a summary of the view when nothing is selected. */
export function SidePanel() {
  const [view, changeView] = useViewState()
  const store = useGraphStore()
  const selection = view.selection
  const edge = selection === null ? undefined : store.edges.get(selection)
  const node = selectedNode(selection, store.nodes)
  return (
    <aside className={styles.panel} aria-label="Details">
      {selection !== null && (
        <div className={styles.close}>
          <IconButton icon="close" label="Clear the selection (Esc)" onClick={() => changeView({ selection: null })} />
        </div>
      )}
      {edge !== undefined && <EdgePanel key={edge.id} edge={edge} />}
      {edge === undefined && node !== undefined && <NodePanel key={node.id} node={node} />}
      {edge === undefined && node === undefined && selection !== null && store.header !== null && (
        <p className={styles.gone}>
          What is selected is not in this view. It may be gone, or the filter, the time range or the level leaves it out.
        </p>
      )}
      {selection === null && (view.versus === null ? <SummaryPanel /> : <ComparePanel />)}
    </aside>
  )
}
