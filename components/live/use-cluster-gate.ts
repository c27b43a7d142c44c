import { useQuery } from '@tanstack/react-query'
import type { ClusterEntry } from '@/lib/api/clusters-document'
import { CLUSTERS_REFRESH_MS, clustersOptions } from './cluster-queries'
import { useViewState } from './use-view-state'

/** Why the clusters that the address names cannot be shown now. */
export type ClusterGate =
  | { readonly kind: 'asking' }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'off'; readonly cluster: ClusterEntry }

/** While all is well, a cluster that somebody else disconnected is still found out. */
const CALM_REFRESH_MS = 15_000

/** null when every named cluster is connected, or when none is named. */
export function useClusterGate(): ClusterGate | null {
  const [{ clusters }] = useViewState()
  const { data, isError } = useQuery({
    ...clustersOptions(),
    enabled: clusters.length > 0,
    refetchInterval: ({ state }) => (gateOf(clusters, state.data?.clusters) === null ? CALM_REFRESH_MS : CLUSTERS_REFRESH_MS),
  })
  return clusters.length === 0 || isError ? null : gateOf(clusters, data?.clusters)
}

function gateOf(names: readonly string[], clusters: readonly ClusterEntry[] | undefined): ClusterGate | null {
  if (clusters === undefined) return { kind: 'asking' }
  for (const name of names) {
    const cluster = clusters.find((entry) => entry.name === name)
    if (cluster === undefined) return { kind: 'unknown', name }
    if (cluster.state !== 'connected') return { kind: 'off', cluster }
  }
  return null
}
