import { type ClusterSync, summariseSync } from '@/lib/api/cluster-sync'
import type { SourceReport } from '@/lib/api/collector-report'
import type { SourcesSummary } from '@/lib/api/stream'
import type { ClusterFeed } from './cluster-feed'
import type { ClusterState } from './cluster-state'

export type Summarised = {
  readonly state: ClusterState
  readonly sources: readonly SourceReport[]
  readonly feed: ClusterFeed | null
  /** Why the cluster shown is older than the one there is; null when it is not. */
  readonly readingProblem: { readonly message: string } | null
  readonly objectsFrom: number | null
  readonly flowsFrom: number | null
  readonly lastFlowAt: number | null
}

/** How completely and how freshly the cluster is known. A reading that failed leaves the last one, which is then stale. */
export function syncOf({ readingProblem, state, feed }: Pick<Summarised, 'readingProblem' | 'state' | 'feed'>): ClusterSync {
  if (readingProblem !== null) return { state: 'stale', message: readingProblem.message, since: state.readAt }
  return summariseSync(feed?.kinds() ?? [])
}

/** What every viewer is told once a second of the cluster and its flow sources. */
export function sourcesSummary(summarised: Summarised): SourcesSummary {
  const { state, feed, readingProblem, objectsFrom, flowsFrom, lastFlowAt } = summarised
  const { cluster, revision, fileProblems } = state
  const sources = summarised.sources.map(({ name, kind, state: sourceState, message, perSecond, lastAt, lost, delay }) => {
    return { name, kind, state: sourceState, message, perSecond, lastAt, lost, delay }
  })
  const recording = feed?.recording
  return {
    cluster: {
      name: cluster.name,
      source: cluster.source,
      simulated: cluster.source === 'demo',
      recording: recording === undefined ? null : { at: recording.at, masked: recording.masked },
      revision,
      problems: cluster.problems.length + fileProblems.length + (readingProblem === null ? 0 : 1),
      objectsFrom,
      sync: syncOf(summarised),
    },
    sources,
    perSecond: Math.round(sources.reduce((sum, source) => sum + source.perSecond, 0) * 10) / 10,
    lost: sources.reduce((sum, source) => sum + source.lost, 0),
    flowsFrom,
    lastFlowAt,
  }
}
