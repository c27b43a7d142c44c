'use client'

import { useQuery } from '@tanstack/react-query'
import type { ClusterEntry } from '@/lib/api/clusters-document'
import { clustersOptions } from '../live/cluster-queries'
import { DEFAULT_VIEW } from '../live/url-state'
import { useViewState } from '../live/use-view-state'
import { classNames } from '../ui/class-names'
import { Icon } from '../ui/icon'
import { Popover } from '../ui/popover'
import styles from './cluster-menu.module.css'

/** The clusters there are, each with how it stands: choosing one shows it in the place of the one before, ticking one beside it. */
export function ClusterMenu({ current }: { current: string | null }) {
  return (
    <Popover
      label="Clusters"
      className={styles.button}
      buttonLabel={
        <>
          <span className={styles.name}>{current ?? 'Reading the cluster…'}</span>
          <Icon name="down" size={12} />
        </>
      }
    >
      {(close) => <ClusterList close={close} />}
    </Popover>
  )
}

function ClusterList({ close }: { close: () => void }) {
  const { data, error } = useQuery(clustersOptions())
  const [view, changeView] = useViewState()
  if (data === undefined) return <p className={styles.note}>{error?.message ?? 'Asking for the clusters…'}</p>
  const [first] = data.clusters
  const shown = view.clusters.length > 0 ? view.clusters : data.clusters.slice(0, 1).map(({ name }) => name)
  const isShown = ({ name }: ClusterEntry) => shown.includes(name)
  const showBeside = ({ name }: ClusterEntry) => {
    const clusters = shown.includes(name) ? shown.filter((other) => other !== name) : [...shown, name]
    changeView({ clusters: clusters.length === 1 && clusters[0] === first?.name ? [] : clusters, selection: null, open: [] })
  }
  return (
    <ul className={styles.list}>
      {data.clusters.map((cluster) => (
        <li
          key={cluster.name}
          className={classNames(styles.row, isShown(cluster) && styles.shown)}
          style={isShown(cluster) && shown.length > 1 ? { borderLeftColor: tintOf(shown.indexOf(cluster.name)) } : undefined}
        >
          {data.clusters.length > 1 && (
            <input
              type="checkbox"
              className={styles.tick}
              style={shown.length > 1 && isShown(cluster) ? { accentColor: tintOf(shown.indexOf(cluster.name)) } : undefined}
              aria-label={`Show ${cluster.name} on the map together with others`}
              title="Show together with others on the map"
              checked={isShown(cluster)}
              disabled={cluster.state === 'unusable' || (isShown(cluster) && shown.length === 1)}
              onChange={() => showBeside(cluster)}
            />
          )}
          <button
            type="button"
            className={styles.entry}
            aria-current={isShown(cluster) ? 'true' : undefined}
            onClick={() => {
              close()
              changeView(({ windowMs }) => ({ ...DEFAULT_VIEW, windowMs, clusters: cluster === first ? [] : [cluster.name] }))
            }}
          >
            <span className={styles.entryName}>{cluster.name}</span>
            <span className={styles.state}>{stateWords(cluster)}</span>
            {cluster.origin !== null && (
              <span className={styles.origin}>
                {cluster.origin}
                {cluster.user !== null && ` as ${cluster.user}`}
                {cluster.runs !== null && `, by running ${cluster.runs}`}
              </span>
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The colour of a cluster among those that are shown together. */
function tintOf(position: number): string {
  return `var(--cluster-${(position % 8) + 1})`
}

const SYNC_WORDS = { live: 'connected', syncing: 'being read', partial: 'partly read', stale: 'stale' } as const

function stateWords({ state, sync, problem }: ClusterEntry): string {
  if (state === 'unusable') return `cannot be opened: ${problem ?? ''}`
  if (state === 'off' || sync === null) return 'not connected'
  return sync.message === null ? SYNC_WORDS[sync.state] : `${SYNC_WORDS[sync.state]}: ${sync.message}`
}
