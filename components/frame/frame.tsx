'use client'

import { Fragment, type ReactNode, useState } from 'react'
import { useLiveStatus } from '../live/live-provider'
import { printList } from '../live/url-state'
import { useClusterGate } from '../live/use-cluster-gate'
import { useViewState } from '../live/use-view-state'
import { formatMoment } from '../ui/format'
import { Notice } from '../ui/notice'
import { VisuallyHidden } from '../ui/visually-hidden'
import { ClusterGateView } from './cluster-gate'
import { FilterBar } from './filter-bar'
import styles from './frame.module.css'
import { Header } from './header'
import { KeyHelp } from './key-help'
import type { PageName } from './pages'
import { Palette } from './palette'
import { PastBar } from './past-bar'
import { useFrameKeys } from './use-frame-keys'
import { WhichCluster } from './which-cluster'

/** What every page stands in: header, filter bar with the time range, what is wrong right now, and the page itself. */
export function Frame({ page, filters = true, children }: { page: PageName; filters?: boolean; children: ReactNode }) {
  const [view] = useViewState()
  const gate = useClusterGate()
  const [overlay, setOverlay] = useState<'palette' | 'keys' | null>(null)
  useFrameKeys({ openPalette: () => setOverlay('palette'), openKeys: () => setOverlay('keys') })
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <Header page={page} openPalette={() => setOverlay('palette')} openKeys={() => setOverlay('keys')} />
      {filters && <FilterBar graph={page === 'Map'} />}
      <main id="main" className={styles.main} tabIndex={-1}>
        <VisuallyHidden>
          <h1>{page}</h1>
        </VisuallyHidden>
        {gate === null ? (
          <>
            <Banners />
            {filters && <PastBar compares={page === 'Map'} />}
            {page !== 'Map' && view.clusters.length > 1 && <WhichCluster />}
            {/* What a page holds open belongs to the clusters it was opened for. */}
            <Fragment key={printList(view.clusters)}>{children}</Fragment>
          </>
        ) : (
          <ClusterGateView gate={gate} />
        )}
      </main>
      {overlay === 'palette' && <Palette onClose={() => setOverlay(null)} openKeys={() => setOverlay('keys')} />}
      {overlay === 'keys' && <KeyHelp onClose={() => setOverlay(null)} />}
    </div>
  )
}

function Banners() {
  const { connection, lastEventAt, problem, refusal, summary } = useLiveStatus()
  const sync = connection === 'live' ? (summary?.cluster.sync ?? null) : null
  return (
    <>
      {refusal !== null && (
        <Notice tone="failure" title={refusal}>
          <p>{lastEventAt !== null && `The page shows what it had at ${formatMoment(lastEventAt)}. `}It is tried again by itself.</p>
        </Notice>
      )}
      {refusal === null && connection === 'stale' && (
        <Notice tone="warning" title={`No answer from the server since ${formatMoment(lastEventAt ?? 0)}.`}>
          <p>The page shows what it had then. It reconnects by itself.</p>
        </Notice>
      )}
      {refusal === null && connection === 'disconnected' && (
        <Notice tone="failure" title="The server cannot be reached.">
          <p>Check that it still runs: the terminal where it was started says why it stopped.</p>
        </Notice>
      )}
      {sync?.state === 'stale' && (
        <Notice tone="warning" title={staleTitle(sync.since)} polite>
          <p>{sync.message}. It is tried again by itself.</p>
        </Notice>
      )}
      {problem !== null && connection === 'live' && <Notice tone="warning" title={problem} polite />}
    </>
  )
}

function staleTitle(since: number | null): string {
  return since === null ? 'Not all of the cluster could be read.' : `Some of this is as it was at ${formatMoment(since)}.`
}
