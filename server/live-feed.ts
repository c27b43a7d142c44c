import { unreadKinds } from '@/lib/api/cluster-sync'
import type { Cluster } from '@/lib/model/cluster'
import { kindKey, type WatchedKind } from '@/lib/model/watched-kind'
import type { ClusterFeed } from './cluster-feed'
import type { LiveCluster, LiveClusterEvents } from './kubernetes/live-cluster'

/** Short, because people wait for it: what comes with one roll-out step is read once. */
const SETTLE_MS = 20

/** Never read from a live cluster, so that no right to read them is needed. */
const SECRETS = kindKey('', 'Secret')

/** A cluster that is watched through its API server. */
export function liveFeed(origin: string, open: (events: LiveClusterEvents) => LiveCluster): ClusterFeed {
  let tell: () => void = () => undefined
  const cluster = open({ onUpdate: () => tell() })
  return {
    origin,
    settleMs: SETTLE_MS,
    ready: cluster.firstSync,
    start: (changed) => {
      cluster.start()
      // Half a first list is no cluster to show.
      void cluster.firstSync.then(() => {
        tell = changed
      })
    },
    read: async () => ({
      documents: cluster.documents(),
      problems: cluster.problems(),
      name: cluster.name,
      source: 'live',
      unread: unreadOf(cluster.kinds()),
    }),
    kinds: () => cluster.kinds(),
    stop: () => cluster.stop(),
  }
}

/** Kinds of which objects may exist that are not held. */
export function unreadOf(kinds: readonly WatchedKind[]): Cluster['unread'] {
  return new Map([...unreadKinds(kinds), [SECRETS, new Set()]])
}
