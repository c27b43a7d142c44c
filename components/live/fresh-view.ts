import { oneCluster } from './one-cluster'
import { DEFAULT_VIEW, type ViewState } from './url-state'

/** Another view of the same clusters, the one of the selection first, and the same time. */
export function freshView(view: Pick<ViewState, 'clusters' | 'selection' | 'windowMs' | 'at'>): ViewState {
  const [first] = oneCluster(view)
  const clusters = first === undefined ? [] : [first, ...view.clusters.filter((cluster) => cluster !== first)]
  return { ...DEFAULT_VIEW, clusters, windowMs: view.windowMs, at: view.at }
}
