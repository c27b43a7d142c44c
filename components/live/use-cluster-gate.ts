import { useQuery } from '@tanstack/react-query'
import type { ClusterEntry } from '@/lib/api/clusters-document'
import { clustersOptions } from './cluster-queries'
import { useViewState } from './use-view-state'

/** Why the clusters that the address names cannot be shown now. */
export type ClusterGate =
  | { readonly kind: 'asking' }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'off'; readonly cluster: ClusterEntry }

/** null when every named cluster is connected, or when none is named. */
export function useClusterGate(): ClusterGate | null {
  const [{ clusters }] = useViewState()
  const { data, isError } = useQuery({ ...clustersOptions(), enabled: clusters.length > 0 })
  if (clusters.length === 0 || isError) return null
  if (data === undefined) return { kind: 'asking' }
  for (const name of clusters) {
    const cluster = data.clusters.find((entry) => entry.name === name)
    if (cluster === undefined) return { kind: 'unknown', name }
    if (cluster.state !== 'connected') return { kind: 'off', cluster }
  }
  return null
}
