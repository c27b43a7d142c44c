import { basename } from 'node:path'
import { type ClusterSync, summariseSync } from '@/lib/api/cluster-sync'
import { findingsPulse } from '@/lib/api/findings-document'
import type { FlowPulse, SourcesSummary } from '@/lib/api/stream'
import type { Circumstances } from '@/lib/detect/circumstances'
import { LookupCounts } from '@/lib/detect/dns/lookup-counts'
import type { KnownValues } from '@/lib/flows/filter-hints'
import type { CompiledFilter } from '@/lib/flows/filter-match'
import type { Flow, FlowPolicy } from '@/lib/flows/flow'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import { knownValues } from '@/lib/flows/known-values'
import { createFlowPipeline, type FlowPipeline } from '@/lib/flows/pipeline'
import { ReportingNodes } from '@/lib/flows/reporting-nodes'
import { createResolver } from '@/lib/flows/resolve-flow'
import type { FlowEdge } from '@/lib/flows/window-types'
import { buildTopology } from '@/lib/graph/build-topology'
import type { Connection } from '@/lib/graph/computed-verdicts'
import { FindingBadges } from '@/lib/graph/finding-badges'
import type { Topology } from '@/lib/graph/topology'
import { DEFAULT_WINDOW_MS, type TopologyView } from '@/lib/graph/view'
import { IdentityHistory } from '@/lib/model/identity-history'
import { ChangeRecorder } from './change-recorder'
import { type Clock, SYSTEM_CLOCK } from './clock'
import type { ClusterFeed } from './cluster-feed'
import { ClusterReader } from './cluster-reader'
import { type ClusterReading, type ClusterState, compileCluster } from './cluster-state'
import type { ServerConfig } from './config'
import { DemoFeed } from './demo-feed'
import { DraftReviews } from './draft-reviews'
import { Filters } from './filters'
import { findingCounts } from './finding-counts'
import { FindingsWatch } from './findings-watch'
import { FlowIntake } from './flow-intake'
import { createFileSource } from './flow-sources/file-source'
import { IngestReader } from './flow-sources/ingest'
import { followSource } from './follow-source'
import { PromptRefresh } from './graph/prompt-refresh'
import { GraphStore } from './graph-store'
import { manifestFeed } from './manifest-feed'
import { Measures } from './measures'

const TICK_MS = 1_000
const KNOWN_VALUES_MS = 3_000
/** Addresses of pods that are gone and of what changed, about 100 bytes each: an hour of 25 new pods a second. */
const MAX_ENDED_HOLDS = 200_000

/** Everything that runs for one cluster: its objects, its flows, the graph and who looks at it. */
export class Runtime {
  readonly config: ServerConfig
  readonly clock: Clock
  /** null for the demo. */
  readonly feed: ClusterFeed | null
  readonly startedAt: number
  readonly pipeline: FlowPipeline
  readonly graph: GraphStore
  /** Those who show this cluster with others follow it. */
  readonly refresh: PromptRefresh
  readonly intakes: FlowIntake[] = []
  readonly measures = new Measures()
  readonly reportingNodes = new ReportingNodes()
  /** Who held which address, for as long as flows are kept. */
  readonly identities = new IdentityHistory({ keptMs: WINDOW_MS, limit: MAX_ENDED_HOLDS })
  readonly reviews = new DraftReviews(this)
  readonly findingsWatch: FindingsWatch
  readonly #lookups = new LookupCounts()
  readonly changes: ChangeRecorder
  readonly #badges = new FindingBadges()
  /** Settles when the cluster was read for the first time, also when nothing could be read. */
  readonly firstReading: Promise<void>
  #tellRead: () => void = () => undefined
  readonly #stopped = new AbortController()
  readonly #reader: ClusterReader
  readonly #empty: ClusterState
  readonly #onStop: (() => void)[] = []
  readonly #demo: DemoFeed | null
  #posted: { readonly reader: IngestReader; readonly intake: FlowIntake } | null = null
  #known: { readonly at: number; readonly values: KnownValues } | null = null
  #filters: Filters
  #resolve: ReturnType<typeof createResolver>
  /** The reading before the newest one is taken; null until there is any. */
  #taken: ClusterState | null = null
  #judged = { second: 0, anew: 0 }
  #edges: { readonly key: string; readonly edges: readonly FlowEdge[] } | null = null

  constructor(config: ServerConfig, clock: Clock = SYSTEM_CLOCK, feed: ClusterFeed | null = feedOf(config)) {
    this.config = config
    this.feed = feed
    this.clock = clock
    this.startedAt = clock.now()
    this.changes = new ChangeRecorder(clock, WINDOW_MS)
    this.firstReading = new Promise((resolve) => {
      this.#tellRead = resolve
    })
    this.#empty = compileCluster({ documents: [], problems: [], name: '', source: 'manifests' }, 0, this.startedAt)
    this.#reader = new ClusterReader({
      clock,
      read: () => this.#read(),
      settleMs: feed?.settleMs ?? 0,
      onState: (state) => this.#use(state),
    })
    this.#filters = new Filters(this.#empty.cluster)
    this.#resolve = createResolver(this.#empty.cluster, this.identities.current)
    this.#demo = feed === null ? new DemoFeed(this.startedAt) : null
    this.pipeline = createFlowPipeline({
      resolve: (observed, meta) => this.#resolve(observed, meta),
      attribute: (flow) => this.#inferPolicies(flow),
    })
    this.findingsWatch = new FindingsWatch({
      clock,
      state: () => this.#reader.state,
      circumstances: () => this.#circumstances(),
    })
    this.graph = new GraphStore({
      now: () => clock.now(),
      build: (view) => this.buildTopology(view),
      pulse: (view, sinceMs) => this.pulse(view, sinceMs),
      summary: () => this.summary(),
      findings: () => findingsPulse(this.findingsWatch.judged),
    })
    this.refresh = new PromptRefresh(this.graph, clock)
  }

  /** The newest reading of the cluster; an empty one until there is any. */
  get state(): ClusterState {
    return this.#reader.state ?? this.#empty
  }

  get isReady(): boolean {
    return this.#reader.state !== null
  }

  /** Why the cluster shown is older than the one there is; null when it is not. */
  get readingProblem() {
    return this.#reader.problem
  }

  /** How completely and how freshly the cluster is known. A reading that failed leaves the last one, which is then stale. */
  sync(): ClusterSync {
    const { readingProblem } = this
    if (readingProblem !== null) return { state: 'stale', message: readingProblem.message, since: this.state.readAt }
    return summariseSync(this.feed?.kinds() ?? [])
  }

  /** Reads the cluster, then starts the sources. Never throws: what fails is a state to show. */
  async start(): Promise<void> {
    // Before the first reading, so that no change falls in between.
    this.feed?.start(() => this.#reader.changed())
    await this.feed?.ready
    const first = this.#demo?.reading(this.clock.now()) ?? null
    if (first === null) await this.#reader.readNow()
    else this.#reader.use(first)
    this.#tellRead()
    for (const choice of this.config.flows) {
      if (choice.kind === 'ingest') this.#takePosted()
      else this.#follow(choice.path)
    }
    if (this.#stopped.signal.aborted) return
    this.#onStop.push(this.clock.every(TICK_MS, () => this.tick()))
    await this.#startDemo()
  }

  /** Reads the cluster's files anew, without waiting for a change. */
  readAgain(): Promise<void> {
    return this.#reader.readNow()
  }

  /** What happens once a second. */
  tick(): void {
    this.#advanceDemo()
    // What is played before the start came at no rate.
    const isPlaying = this.#demo !== null && !this.#demo.isCaughtUp
    for (const intake of this.intakes) if (!isPlaying || intake.kind !== 'demo') intake.sample()
    this.graph.tick()
    this.findingsWatch.tick()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.feed?.stop()
    this.changes.stop()
    for (const stop of this.#onStop.splice(0)) stop()
    this.#reader.stop()
    this.findingsWatch.stop()
    this.measures.stop()
    this.graph.stop()
  }

  buildTopology(view: TopologyView): Topology {
    const at = view.at ?? this.restingMoment(view.windowMs)
    const started = performance.now()
    const topology = buildTopology({
      index: this.state.index,
      flowEdges: this.flowEdges(at - view.windowMs, at),
      view,
      filter: this.#filter(view.filter),
      at,
    })
    const nodes = this.#badges.mark(topology.nodes, findingCounts(this.findingsWatch.judged.findings))
    this.measures.built(performance.now() - started)
    return { ...topology, nodes }
  }

  /**
   * The moment that is shown when a view names none: now, or that of the last flow when the window before now is empty,
   * so that a recording or a source that went quiet stays on the screen. `summary().lastFlowAt` lets the page say so.
   */
  restingMoment(windowMs: number): number {
    const now = this.clock.now()
    const { newest } = this.pipeline.window
    return newest === null || newest > now - windowMs ? now : newest
  }

  /** Sums of the time from `from` up to and including `to`; views of the same second share them. */
  flowEdges(from: number, to: number): readonly FlowEdge[] {
    const key = `${Math.floor(from / TICK_MS)} ${Math.floor(to / TICK_MS)}`
    // Nothing is found fast, and the first flow may come within the second.
    if (this.#edges?.key !== key || this.#edges.edges.length === 0) this.#edges = { key, edges: this.pipeline.window.edges(from, to + 1) }
    return this.#edges.edges
  }

  /** Where posted flows go; null when the server takes none. */
  get posted() {
    return this.#posted
  }

  /** Values of the last minutes' traffic, at most a few seconds old. */
  knownValues(): KnownValues {
    const now = this.clock.now()
    if (this.#known === null || now - this.#known.at > KNOWN_VALUES_MS) {
      const shown = this.restingMoment(DEFAULT_WINDOW_MS)
      this.#known = { at: now, values: knownValues(this.flowEdges(shown - DEFAULT_WINDOW_MS, shown)) }
    }
    return this.#known.values
  }

  summary(): SourcesSummary {
    const { cluster, revision, fileProblems } = this.state
    const sources = this.intakes.map((intake) => intake.summary())
    return {
      cluster: {
        name: cluster.name,
        source: cluster.source,
        simulated: cluster.source === 'demo',
        revision,
        problems: cluster.problems.length + fileProblems.length + (this.readingProblem === null ? 0 : 1),
        sync: this.sync(),
      },
      sources,
      perSecond: Math.round(sources.reduce((sum, source) => sum + source.perSecond, 0) * 10) / 10,
      lost: sources.reduce((sum, source) => sum + source.lost, 0),
      lastFlowAt: this.pipeline.window.newest,
    }
  }

  /** Filters of the cluster as it is now. */
  get filters(): Filters {
    return this.#filters
  }

  /** Routes check the text before; one that cannot be read lets everything through here. */
  #filter(text: string): CompiledFilter | null {
    const read = this.#filters.read(text)
    return read.ok ? read.value : null
  }

  #use(state: ClusterState): void {
    if (this.#taken !== null) this.changes.take(this.#taken, state)
    this.#taken = state
    this.#filters = new Filters(state.cluster)
    this.identities.follow(state.cluster, state.readAt)
    this.#resolve = createResolver(state.cluster, this.identities.current, {
      past: this.identities,
      judge: (connection) => this.#judge(connection),
    })
    this.measures.compiled(state)
    this.findingsWatch.changed()
    this.refresh.changed()
  }

  #takePosted(): void {
    const intake = this.#addIntake('ingest', 'ingest')
    intake.become('live', null)
    this.#posted = { reader: new IngestReader(), intake }
  }

  /** Reads a file for as long as the runtime runs. */
  #follow(path: string): void {
    const source = createFileSource({ name: basename(path), path, now: () => this.clock.now() })
    const intake = this.#addIntake(source.name, source.kind)
    void followSource(source, intake, this.#stopped.signal)
  }

  /** Two files may have one name. */
  #addIntake(name: string, kind: string): FlowIntake {
    const taken = new Set(this.intakes.map((intake) => intake.name))
    let unique = name
    for (let number = 2; taken.has(unique); number++) unique = `${name} ${number}`
    const intake = new FlowIntake(unique, kind, {
      pipeline: this.pipeline,
      clock: this.clock,
      onStored: (source, flows) => {
        this.measures.stored(source, flows)
        this.reportingNodes.see(flows)
        this.#lookups.see(flows, this.clock.now())
      },
    })
    this.intakes.push(intake)
    return intake
  }

  async #startDemo(): Promise<void> {
    const demo = this.#demo
    if (demo === null) return
    const intake = this.#addIntake('demo', 'demo')
    await demo.backfill(this.clock.now(), (batch) => intake.acceptHistory(batch))
  }

  #advanceDemo(): void {
    if (this.#demo === null || !this.#demo.isCaughtUp) return
    const now = this.clock.now()
    const reading = this.#demo.reading(now)
    if (reading !== null) this.#reader.use(reading)
    this.intakes.find(({ kind }) => kind === 'demo')?.accept(this.#demo.flows(now))
  }

  #read(): Promise<ClusterReading> {
    if (this.feed === null) throw new Error('the demo hands its objects over by itself')
    return this.feed.read()
  }

  /** What the policies say of a connection that is being taken; null when too many new ones come at once. */
  #judge(connection: Connection): Flow['computed'] {
    const { verdicts } = this.state.index
    if (!verdicts.isKnown(connection)) {
      const second = Math.floor(this.clock.now() / 1000)
      if (this.#judged.second !== second) this.#judged = { second, anew: 0 }
      if (this.#judged.anew++ >= MAX_JUDGED_ANEW) return null
    }
    return verdicts.of(connection).verdict
  }

  #inferPolicies(flow: Flow): readonly FlowPolicy[] {
    const { verdict, policies, bySide } = this.state.index.verdicts.of(flow)
    if (verdict !== 'denied') return []
    return (flow.direction === null ? policies : bySide[flow.direction]) as readonly FlowPolicy[]
  }

  /** What of the moment decides findings. Objects of manifests have no age: they may be of any day. */
  #circumstances(): Circumstances {
    const { source } = this.state.cluster
    const now = this.clock.now()
    const to = this.restingMoment(DEFAULT_WINDOW_MS)
    const from = to - DEFAULT_WINDOW_MS
    return {
      now: source === 'manifests' || source === 'bundle' ? null : now,
      traffic: this.intakes.length === 0 ? null : { edges: this.flowEdges(from, to), from, to, lookups: this.#lookups.list(now) },
    }
  }

  /** What came in during the last `sinceMs` milliseconds that fits a view. */
  pulse(view: TopologyView, sinceMs: number): FlowPulse {
    const at = this.clock.now()
    const fitsFilter = this.#filter(view.filter)?.matchesFlow ?? null
    const namespaces = new Set<string | null>(view.namespaces)
    const verdicts = new Set(view.verdicts)
    const matches = (flow: Flow) =>
      (fitsFilter === null || fitsFilter(flow)) &&
      (verdicts.size === 0 || verdicts.has(flow.verdict)) &&
      (namespaces.size === 0 || namespaces.has(flow.source.namespace) || namespaces.has(flow.destination.namespace))
    const page = this.pipeline.recent.page({ matches, from: at - sinceMs, to: null, cursor: null, limit: MAX_PULSE })
    const fresh = page.flows.reduce((sum, flow) => sum + flow.count, 0)
    return { at, new: fresh, perSecond: sinceMs <= 0 ? 0 : Math.round((fresh * 10_000) / sinceMs) / 10 }
  }
}

/** Connections a second that are judged for the first time, about 50 microseconds each in a large cluster. */
const MAX_JUDGED_ANEW = 500

/** Flows counted for one pulse of a filtered view. */
const MAX_PULSE = 5_000

function feedOf({ cluster }: ServerConfig): ClusterFeed | null {
  return cluster.kind === 'manifests' ? manifestFeed(cluster.path) : null
}
