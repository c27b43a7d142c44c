'use client'

import Link from 'next/link'
import type { ClusterSync } from '@/lib/api/cluster-sync'
import { freshView } from '../live/fresh-view'
import type { LiveStatus } from '../live/graph-client'
import { useGraphClient, useLiveStatus } from '../live/live-provider'
import { pageHref } from '../live/page-href'
import { useClusterGate } from '../live/use-cluster-gate'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { classNames } from '../ui/class-names'
import { formatCount, formatMinute, formatMoment, formatRate } from '../ui/format'
import { VisuallyHidden } from '../ui/visually-hidden'
import styles from './live-indicator.module.css'
import { sourceTrouble } from './source-trouble'

const QUIET_MS = 60_000

/** How fresh the page is: the rate and what was lost while live, otherwise since when it is not. */
export function LiveIndicator() {
  const client = useGraphClient()
  const status = useLiveStatus()
  const isShown = useClusterGate() === null
  if (!isShown) return null
  return (
    <span className={styles.indicator}>
      <State status={status} />
      {(status.connection === 'stale' || status.connection === 'disconnected') && (
        <Button look="quiet" onClick={() => client.retryNow()}>
          Retry
        </Button>
      )}
      <VisuallyHidden live>{announcement(status)}</VisuallyHidden>
    </span>
  )
}

function State({ status }: { status: LiveStatus }) {
  const { connection, paused, summary, lastEventAt } = status
  const [view] = useViewState()
  const settings = pageHref('/settings', freshView(view))
  if (connection === 'connecting') return <span className={styles.muted}>connecting…</span>
  if (connection === 'disconnected') return <span className={styles.problem}>○ disconnected</span>
  if (connection === 'stale') return <span className={styles.problem}>○ stale since {formatMoment(lastEventAt ?? 0)}</span>
  const lost = summary?.lost ?? 0
  const recording = summary?.cluster.recording ?? null
  if (recording !== null && summary?.cluster.sync.state !== 'stale') {
    return (
      <>
        <span>recorded {formatMinute(recording.at)}</span>
        <Link href={`${settings}#losses`} prefetch={false} className={classNames(styles.lost, lost > 0 && styles.problem)}>
          {formatCount(lost)} lost
        </Link>
      </>
    )
  }
  if (summary?.sources.length === 0) {
    return (
      <>
        {paused ? <span className={styles.paused}>paused</span> : <Freshness sync={summary.cluster.sync} hasFlows={false} />}
        <Link href={`${settings}#sources`} prefetch={false} className={styles.lost}>
          no flow source
        </Link>
      </>
    )
  }
  const trouble = sourceTrouble(summary?.sources ?? [])
  return (
    <>
      {paused ? <span className={styles.paused}>paused</span> : <Freshness sync={summary?.cluster.sync ?? null} hasFlows />}
      {trouble !== null ? (
        <Link href={`${settings}#sources`} prefetch={false} className={classNames(styles.lost, styles.problem)}>
          {trouble}
        </Link>
      ) : quietSince(status) === null ? (
        <span className={styles.number}>
          {formatRate(summary?.perSecond ?? 0)} <span className={styles.muted}>flows/s</span>
        </span>
      ) : (
        <span className={styles.number}>
          <span className={styles.muted}>last flow</span> {formatMoment(quietSince(status) ?? 0)}
        </span>
      )}
      <Link href={`${settings}#losses`} prefetch={false} className={classNames(styles.lost, lost > 0 && styles.problem)}>
        {formatCount(lost)} lost
      </Link>
    </>
  )
}

/** "live" only while the cluster on the page is the cluster as it is. */
function Freshness({ sync, hasFlows }: { sync: ClusterSync | null; hasFlows: boolean }) {
  if (sync?.state === 'stale') {
    return (
      <span className={styles.problem}>
        ○ {sync.since === null ? 'cluster not read' : `cluster stale since ${formatMoment(sync.since)}`}
      </span>
    )
  }
  if (sync?.state === 'syncing') return <span className={styles.muted}>reading the cluster…</span>
  return <span>live {hasFlows && <span className={styles.dot}>●</span>}</span>
}

/** When the last flow came, when that is long ago; null while flows come or before the first. */
function quietSince({ summary, lastEventAt }: LiveStatus): number | null {
  const last = summary?.lastFlowAt ?? null
  return last !== null && lastEventAt !== null && lastEventAt - last > QUIET_MS ? last : null
}

/** Spoken only when the state changes, never for a number that moves. */
function announcement({ connection, paused, summary, lastEventAt }: LiveStatus): string {
  if (connection === 'disconnected') return 'Disconnected from the server'
  if (connection === 'stale') return `Connection lost. Showing data from ${formatMoment(lastEventAt ?? 0)}`
  if (connection === 'connecting') return ''
  const trouble = sourceTrouble(summary?.sources ?? [])
  return `${paused ? 'Paused' : 'Live'}${trouble === null ? '' : `, flow source: ${trouble}`}`
}
