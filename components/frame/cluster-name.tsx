'use client'

import Link from 'next/link'
import type { LiveStatus } from '../live/graph-client'
import { useLiveStatus } from '../live/live-provider'
import { Chip } from '../ui/chip'
import { Tooltip } from '../ui/tooltip'
import styles from './cluster-name.module.css'

type ClusterSummary = NonNullable<LiveStatus['summary']>['cluster']

/** Which cluster this is and where it came from; a simulated one says so on every page. */
export function ClusterName() {
  const { summary } = useLiveStatus()
  if (summary === null) return <span className={styles.waiting}>Reading the cluster…</span>
  const { cluster } = summary
  return (
    <span className={styles.cluster}>
      <Tooltip text={sourceSentence(cluster)}>
        <Link className={styles.name} href="/settings" prefetch={false}>
          {cluster.name}
        </Link>
      </Tooltip>
      {cluster.simulated && (
        <Chip label="simulated" tone="notice">
          simulated
        </Chip>
      )}
    </span>
  )
}

function sourceSentence(cluster: ClusterSummary): string {
  const from = cluster.simulated ? 'The built-in demo: cluster and traffic are simulated.' : `Read from ${cluster.source}.`
  return cluster.problems === 0 ? from : `${from} ${cluster.problems} problems in the input, listed on the Status page.`
}
