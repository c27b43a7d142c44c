'use client'

import Link from 'next/link'
import { freshView } from '../live/fresh-view'
import type { LiveStatus } from '../live/graph-client'
import { useLiveStatus } from '../live/live-provider'
import { pageHref } from '../live/page-href'
import { useViewState } from '../live/use-view-state'
import { Chip } from '../ui/chip'
import { formatMinute, formatMoment } from '../ui/format'
import { Tooltip } from '../ui/tooltip'
import { ClusterMenu } from './cluster-menu'
import styles from './cluster-name.module.css'

type ClusterSummary = NonNullable<LiveStatus['summary']>['cluster']

const SYNC_WORDS = { live: '', syncing: 'reading…', partial: 'partly read', stale: 'stale' } as const

/** Which cluster this is, where it came from and how completely it is known; a simulated one says so on every page. */
export function ClusterName() {
  const { summary } = useLiveStatus()
  const [view] = useViewState()
  const recording = summary?.cluster.recording ?? null
  return (
    <span className={styles.cluster}>
      <ClusterMenu current={view.clusters.length > 0 ? view.clusters.join(', ') : (summary?.cluster.name ?? null)} />
      {recording === null && summary?.cluster.simulated === true && (
        <Chip label="simulated" tone="notice">
          simulated
        </Chip>
      )}
      {recording !== null && (
        <Tooltip text={recordingSentence(recording, summary?.cluster.simulated === true)}>
          <Chip label={`recording of ${formatMinute(recording.at)}`} tone="notice">
            recording
          </Chip>
        </Tooltip>
      )}
      {summary !== null && summary.cluster.sync.state !== 'live' && (
        <Tooltip text={syncSentence(summary.cluster)}>
          <Link className={styles.sync} href={`${pageHref('/settings', freshView(view))}#kinds-watched`} prefetch={false}>
            {summary.cluster.sync.state === 'stale' && summary.cluster.sync.since === null
              ? 'not read'
              : SYNC_WORDS[summary.cluster.sync.state]}
          </Link>
        </Tooltip>
      )}
    </span>
  )
}

function recordingSentence({ at, masked }: NonNullable<ClusterSummary['recording']>, isSimulated: boolean): string {
  const what = isSimulated ? 'A recording of a simulated cluster' : 'A recording'
  const names = masked ? ' Names and addresses are pseudonyms.' : ''
  return `${what}: everything is as it was on ${formatMinute(at)}, and nothing comes in any more.${names}`
}

function syncSentence({ sync }: ClusterSummary): string {
  const since = sync.since === null ? '' : ` Since ${formatMoment(sync.since)}.`
  return `${sync.message ?? ''}.${since}`
}
