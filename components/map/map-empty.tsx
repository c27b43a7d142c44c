import Link from 'next/link'
import { freshView } from '@/components/live/fresh-view'
import type { LiveStatus } from '@/components/live/graph-client'
import type { GraphStore } from '@/components/live/graph-store'
import { pageHref } from '@/components/live/page-href'
import { useViewState } from '@/components/live/use-view-state'
import { Button } from '@/components/ui/button'
import { Empty, Progress } from '@/components/ui/notice'
import styles from './map-empty.module.css'

/** What stands in the place of the map when there is nothing to draw: why, and what to do. */
export function MapEmpty({ store, status }: { store: GraphStore; status: LiveStatus }) {
  const [view, changeView] = useViewState()
  if (store.header === null) {
    if (status.connection === 'disconnected') return null
    return (
      <div className={styles.over}>
        <Progress label="Reading the cluster…" done={null} total={null} />
      </div>
    )
  }
  if (store.nodes.size > 0) return null
  const sync = status.summary?.cluster.sync
  if (sync?.state === 'syncing') {
    return (
      <div className={styles.over}>
        <Progress label={sync.message ?? 'Reading the cluster…'} done={null} total={null} />
      </div>
    )
  }
  if (sync !== undefined && sync.state !== 'live' && view.filter === '' && view.namespaces.length === 0) {
    return (
      <div className={styles.over}>
        <Empty
          title={sync.since === null ? 'Nothing of the cluster could be read that can be drawn.' : 'There was nothing to draw.'}
          actions={<Link href={`${pageHref('/settings', freshView(view))}#kinds-watched`}>What is missing, kind by kind</Link>}
        >
          <p>{sync.message}.</p>
        </Empty>
      </div>
    )
  }
  const isNarrowed = view.filter !== '' || view.namespaces.length > 0 || view.states.length > 0 || view.verdicts.length > 0
  return (
    <div className={styles.over}>
      {isNarrowed ? (
        <Empty
          title="Nothing in the cluster fits this view."
          actions={
            <Button onClick={() => changeView({ filter: '', namespaces: [], states: [], verdicts: [], selection: null })}>
              Show everything
            </Button>
          }
        >
          <p>The filter, the chosen namespaces or the chosen states leave nothing to draw.</p>
        </Empty>
      ) : (
        <Empty title="The cluster has no workloads.">
          <p>As soon as something runs, or the manifests name something that should run, it stands here.</p>
        </Empty>
      )}
    </div>
  )
}
