import type { CompiledFilter } from '../flows/filter-match'
import type { Verdict } from '../flows/flow'
import type { EdgeState, FoldId, Level } from './topology'

/** What one viewer asked to see. Two viewers with equal views share one topology. */
export type TopologyView = {
  readonly level: Level
  /** Namespaces to look into, with what they talk to; empty means the whole cluster. */
  readonly namespaces: readonly string[]
  /** End of the window in milliseconds since the epoch; null follows the clock. */
  readonly at: number | null
  readonly windowMs: number
  /** Text in the filter language; empty shows everything. */
  readonly filter: string
  /** Edge states to keep; empty keeps every state, with unused connections folded when they are many. */
  readonly states: readonly EdgeState[]
  /** Observed verdicts to keep; empty keeps every verdict. */
  readonly verdicts: readonly Verdict[]
  /** Nodes opened in place: namespaces, workloads or pods by their reference. */
  readonly open: readonly string[]
  /** Folds that the viewer opened. */
  readonly show: readonly FoldId[]
  /** Node whose unused connections are shown whatever the folds say; null when nothing is selected. */
  readonly selection: string | null
}

/** A filter, ready to use on what a topology is made of. */
export type GraphFilter = Pick<CompiledFilter, 'matchesEdge' | 'matchesNode'>

export const DEFAULT_WINDOW_MS = 15 * 60_000

export const WHOLE_CLUSTER: TopologyView = {
  level: 'namespace',
  namespaces: [],
  at: null,
  windowMs: DEFAULT_WINDOW_MS,
  filter: '',
  states: [],
  verdicts: [],
  open: [],
  show: [],
  selection: null,
}

/** How much one topology may hold. What goes beyond stays closed or is counted in a fold, never lost. */
export type TopologyLimits = {
  /** Nodes that opening namespaces and workloads may add. */
  readonly nodes: number
  /** Edges apart from those that show a denial: these are all kept. */
  readonly edges: number
  /** May-reach edges without traffic that are drawn without being asked for. */
  readonly unusedEdges: number
  /** Outside ranges and names on each side. */
  readonly externals: number
  /** Doors drawn one by one. */
  readonly entries: number
  /** The same for ways out. */
  readonly exits: number
}

export function defaultLimits(level: Level): TopologyLimits {
  const isNamespaces = level === 'namespace'
  return {
    nodes: isNamespaces ? 400 : 1_500,
    edges: isNamespaces ? 500 : 2_000,
    unusedEdges: isNamespaces ? 60 : 150,
    externals: 24,
    entries: 60,
    exits: 60,
  }
}
