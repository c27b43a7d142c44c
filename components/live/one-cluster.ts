import { splitClusterId } from '@/lib/graph/combine-topologies'
import type { ViewState } from './url-state'

/** Of the clusters that are shown the one that details are about: that of the selection, else the first; none for the server's first one. */
export function oneCluster({ clusters, selection }: Pick<ViewState, 'clusters' | 'selection'>): readonly string[] {
  const selected = selection === null ? null : splitClusterId(selection)
  return selected !== null && clusters.includes(selected.cluster) ? [selected.cluster] : clusters.slice(0, 1)
}
