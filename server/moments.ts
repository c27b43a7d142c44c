import type { FlowPulse } from '@/lib/api/stream'
import type { Finding } from '@/lib/detect/finding'
import type { KnownValues } from '@/lib/flows/filter-hints'
import type { CompiledFilter } from '@/lib/flows/filter-match'
import { knownValues } from '@/lib/flows/known-values'
import type { FlowPipeline } from '@/lib/flows/pipeline'
import type { FlowEdge } from '@/lib/flows/window-types'
import { topologyInSteps } from '@/lib/graph/build-topology'
import { FindingBadges } from '@/lib/graph/finding-badges'
import type { Topology } from '@/lib/graph/topology'
import { DEFAULT_WINDOW_MS, type TopologyView } from '@/lib/graph/view'
import { atOnce, type Steps } from '@/lib/model/steps'
import type { ClusterState } from './cluster-state'
import { Filters } from './filters'
import { findingCounts } from './finding-counts'
import { FlowPulses, type Span } from './flow-pulse'
import type { ClusterPast, PastState } from './past/cluster-past'
import type { PastEdges } from './past/past-edges'

/** Who asks again within this time gets the same sums. */
const SHARED_MS = 500
const KNOWN_VALUES_MS = 3_000

export type MomentsOptions = {
  /** Now; for a recording, the moment that it shows. */
  readonly now: () => number
  /** A recording knows its own moment only. */
  readonly isRecorded: boolean
  /** The cluster as it is now. */
  readonly state: () => ClusterState
  /** Filters of the cluster as it is now. */
  readonly filters: () => Filters
  readonly findings: () => readonly Finding[]
  readonly pipeline: Pick<FlowPipeline, 'window' | 'recent'>
  readonly past: ClusterPast
  readonly pastEdges: PastEdges
}

type SummedEdges = { readonly from: number; readonly to: number; readonly edges: readonly FlowEdge[] }

/** The cluster and its traffic at a moment, now or before, and the graphs of it. */
export class Moments {
  readonly #options: MomentsOptions
  readonly #badges = new FindingBadges()
  readonly #pulses: FlowPulses
  #edges: SummedEdges | null = null
  #known: { readonly at: number; readonly values: KnownValues } | null = null

  constructor(options: MomentsOptions) {
    this.#options = options
    this.#pulses = new FlowPulses(options.pipeline.recent)
  }

  /**
   * The moment that is shown when a view names none: now, or that of the last flow when the window before now is empty,
   * so that a recording or a source that went quiet stays on the screen. The summary's `lastFlowAt` lets the page say so.
   */
  resting(windowMs: number): number {
    const now = this.#options.now()
    const { newest } = this.#options.pipeline.window
    return newest === null || newest > now - windowMs ? now : newest
  }

  /**
   * Makes ready what a view of the past, or of a long time, has to be asked of the store: building it then takes no waiting.
   * Rejects with a `StoreError`.
   */
  async prepare({ at, windowMs }: Pick<TopologyView, 'at' | 'windowMs'>, signal?: AbortSignal): Promise<void> {
    await this.loadState(at, signal)
    const to = at ?? this.resting(windowMs)
    await this.#options.pastEdges.load({ from: to - windowMs, to: to + 1 }, signal)
  }

  /** The cluster at a moment, asked of the store where it has to be; null is now. Rejects with a `StoreError`. */
  async loadState(at: number | null, signal?: AbortSignal): Promise<ClusterState> {
    const { isRecorded, past } = this.#options
    if (at !== null && !isRecorded) await past.load(at, signal)
    return this.stateAt(at).state
  }

  /** The cluster at a moment that was prepared; null is now. */
  stateAt(at: number | null): PastState {
    const { isRecorded, past, state } = this.#options
    const now = { state: state(), isKnown: true }
    if (at === null || isRecorded) return now
    return past.ready(at) ?? { ...now, isKnown: false }
  }

  /** Sums of the time from `from` up to and including `to`; those that were made half a second before are as good. */
  flowEdges(from: number, to: number): readonly FlowEdge[] {
    return atOnce(this.#flowEdges(from, to))
  }

  *#flowEdges(from: number, to: number): Steps<readonly FlowEdge[]> {
    const { pastEdges, pipeline } = this.#options
    const stored = pastEdges.ready({ from, to: to + 1 })
    if (stored !== null) return stored
    if (this.#edges === null || !isOfNow(this.#edges, { from, to })) {
      const edges = yield* pipeline.window.edgesInSteps(from, to + 1)
      this.#edges = { from, to, edges }
    }
    return this.#edges.edges
  }

  /** Values of the last minutes' traffic, at most a few seconds old. */
  knownValues(): KnownValues {
    const now = this.#options.now()
    if (this.#known === null || now - this.#known.at > KNOWN_VALUES_MS) {
      const shown = this.resting(DEFAULT_WINDOW_MS)
      this.#known = { at: now, values: knownValues(this.flowEdges(shown - DEFAULT_WINDOW_MS, shown)) }
    }
    return this.#known.values
  }

  /** The graph of a view; one of the past was prepared before. */
  *topology(view: TopologyView): Steps<Topology> {
    const { findings } = this.#options
    const at = view.at ?? this.resting(view.windowMs)
    const { state } = this.stateAt(view.at)
    const flowEdges = yield* this.#flowEdges(at - view.windowMs, at)
    yield
    const filter = this.#filter(view.filter, state)
    const topology = yield* topologyInSteps({ index: state.index, flowEdges, view, filter, at })
    yield
    // Findings are of now.
    const nodes = this.#badges.mark(topology.nodes, findingCounts(state === this.#options.state() ? findings() : []))
    return { ...topology, nodes }
  }

  /** What came in during a span that fits a view. */
  pulse(view: TopologyView, span: Span): FlowPulse {
    const fresh = this.#pulses.count(view, this.#filter(view.filter, this.#options.state()), span)
    return { at: span.to, new: fresh, perSecond: perSecond(fresh, span) }
  }

  /** Drops what is held: traffic came into a moment that had passed. */
  forget(): void {
    this.#edges = null
    this.#known = null
  }

  /** Routes check the text before; one that cannot be read lets everything through here. */
  #filter(text: string, state: ClusterState): CompiledFilter | null {
    const { filters, state: current } = this.#options
    const read = (state === current() ? filters() : new Filters(state.cluster)).read(text)
    return read.ok ? read.value : null
  }
}

/** Of none nothing is as good: they are found fast, and the first flow may come any moment. */
function isOfNow(held: SummedEdges, asked: Span): boolean {
  const isSameLength = asked.to - asked.from === held.to - held.from
  return held.edges.length > 0 && isSameLength && asked.to >= held.to && asked.to - held.to < SHARED_MS
}

function perSecond(count: number, { from, to }: Span): number {
  return to <= from ? 0 : Math.round((count * 10_000) / (to - from)) / 10
}
