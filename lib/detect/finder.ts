import type { ClusterView } from './cluster-view'
import type { FindingDraft } from './make-finding'

/**
 * One way to find something: a family of detectors lists its own. What takes long is a generator and gives `null`
 * wherever somebody else may have a turn, at least every few milliseconds.
 */
export type Finder = (view: ClusterView) => Iterable<FindingDraft | null>
