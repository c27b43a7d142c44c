import { hostname } from 'node:os'
import { type ClusterSync, summariseSync } from '@/lib/api/cluster-sync'
import type { SourceReport } from '@/lib/api/collector-report'
import { findingsPulse } from '@/lib/api/findings-document'
import type { FlowPulse, SourcesSummary } from '@/lib/api/stream'
import type { ReadRecording } from '@/lib/bundle/bundle-reader'
import type { Circumstances } from '@/lib/detect/circumstances'
import { LookupCounts } from '@/lib/detect/dns/lookup-counts'
import { EndNumbers } from '@/lib/flows/end-numbers'
import type { KnownValues } from '@/lib/flows/filter-hints'
import type { CompiledFilter } from '@/lib/flows/filter-match'
import type { Flow } from '@/lib/flows/flow'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import { knownValues } from '@/lib/flows/known-values'
import { createFlowPipeline, type FlowPipeline } from '@/lib/flows/pipeline'
import { ReportingNodes } from '@/lib/flows/reporting-nodes'
import { createResolver, type Resolver } from '@/lib/flows/resolve-flow'
import { Shedder } from '@/lib/flows/shedder'
import type { FlowEdge } from '@/lib/flows/window-types'
import { buildTopology } from '@/lib/graph/build-topology'
import type { Connection } from '@/lib/graph/computed-verdicts'
import { FindingBadges } from '@/lib/graph/finding-badges'
import type { Topology } from '@/lib/graph/topology'
import { DEFAULT_WINDOW_MS, type TopologyView } from '@/lib/graph/view'
import { IdentityHistory } from '@/lib/model/identity-history'
import { bundleFeed } from './bundle-feed'
import { ChangeRecorder } from './change-recorder'
import { type Clock, SYSTEM_CLOCK } from './clock'
import type { ClusterFeed } from './cluster-feed'
import { ClusterReader } from './cluster-reader'
import { ClusterRecords } from './cluster-records'
import { type ClusterReading, type ClusterState, compileCluster } from './cluster-state'
import type { ServerConfig } from './config'
import { ConnectionJudge } from './connection-judge'
import { DemoFeed } from './demo-feed'
import { DraftReviews } from './draft-reviews'
import { Filters } from './filters'
import { findingCounts } from './finding-counts'
import { FindingsWatch } from './findings-watch'
import { FlowHistory } from './flow-history'
import type { FlowIntake } from './flow-intake'
import { FlowIntakes, type PostedFlows } from './flow-intakes'
import { FlowKeeper } from './flow-keeper'
import { FlowLoad } from './flow-load'
import { flowPulse } from './flow-pulse'
import { PromptRefresh } from './graph/prompt-refresh'
import { GraphStore } from './graph-store'
import { manifestFeed } from './manifest-feed'
import { Measures } from './measures'
import type { Keeping } from './open-store'
import { ClusterPast, type PastState } from './past/cluster-past'
import type { KnownChanges } from './past/known-changes'
import { PastEdges } from './past/past-edges'
import { playRecording } from './play-recording'
import { ReadPositions } from './read-positions'
import type { SourceClaims } from './source-claims'
import { StoreFollower } from './store-follower'

/** How long it is waited for the store to take what was read. */
const FLUSH_MS = 10_000
const TICK_MS = 1_000
const KNOWN_VALUES_MS = 3_000
/** Flows that other processes write have come by then: they write every second, and every two seconds is read. */
const FOLLOWED_MS = 5_000
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
  /** Keeps flows in a store; null when they are in memory only. */
  readonly keeper: FlowKeeper | null
  /** Takes what other processes write into the store; null where this process fills it, or there is none. */
  readonly follower: StoreFollower | null
  /** Flows of the last hour and, where there is a store, of before. */
  readonly history: FlowHistory
  /** The cluster as it was. */
  readonly past: ClusterPast
  readonly graph: GraphStore
  /** Those who show this cluster with others follow it. */
  readonly refresh: PromptRefresh
  readonly measures: Measures
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
  readonly #intakes: FlowIntakes
  readonly #judge: ConnectionJudge
  /** How busy live flows keep this process, and what is left out when that is too much. */
  readonly load = new FlowLoad()
  readonly shedder = new Shedder()
  #known: { readonly at: number; readonly values: KnownValues } | null = null
  readonly #records: ClusterRecords | null
  readonly #positions: ReadPositions | null
  readonly #claims: SourceClaims | null
  #filters: Filters
  #resolve: Resolver
  /** They outlive the readings of the cluster. */
  readonly #ends = new EndNumbers()
  /** The reading before the newest one is taken; null until there is any. */
  #taken: ClusterState | null = null
  #changesSince: number
  readonly #pastEdges: PastEdges
  #edges: { readonly key: string; readonly edges: readonly FlowEdge[] } | null = null

  constructor(
    config: ServerConfig,
    clock: Clock = SYSTEM_CLOCK,
    feed: ClusterFeed | null = feedOf(config),
    keeping: Keeping | null = null,
    claims: SourceClaims | null = null,
  ) {
    this.config = config
    this.#claims = claims
    this.feed = feed
    this.clock = clock
    this.startedAt = clock.now()
    this.measures = new Measures(this.startedAt)
    this.#changesSince = this.startedAt
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
    this.#judge = new ConnectionJudge(
      () => clock.now(),
      () => this.state.index.verdicts,
    )
    this.keeper = keeping === null ? null : new FlowKeeper(keeping, clock, () => this.pipeline.ledger)
    this.pipeline = createFlowPipeline({
      resolve: (...asked) => this.#resolve(...asked),
      past: this.identities,
      attribute: (flow) => this.#judge.refusingPolicies(flow),
      shedder: this.shedder,
      ...(this.keeper === null
        ? {}
        : { onSum: this.keeper.archive.onSum, storesLater: true, firstSequence: firstSequence(this.startedAt) }),
    })
    this.#records =
      this.keeper?.writes !== true
        ? null
        : new ClusterRecords({
            keeper: this.keeper,
            clock,
            changes: this.changes,
            ledger: () => this.pipeline.ledger,
            report: () => ({ startedAt: this.startedAt, host: `${hostname()}:${config.listen.port}`, sources: this.sources }),
          })
    this.follower =
      this.keeper === null || this.keeper.writes
        ? null
        : new StoreFollower({
            store: this.keeper.store,
            window: this.pipeline.window,
            recent: this.pipeline.recent,
            clock,
            onFlows: (flows) => this.#see(flows),
          })
    this.#positions =
      this.keeper?.writes === true && keeping?.disk != null
        ? new ReadPositions(keeping.disk.folder, clock, async () => (await this.keeper?.archive.flush(FLUSH_MS)) === true)
        : null
    this.history = new FlowHistory(this.pipeline, this.keeper, clock)
    this.#pastEdges = new PastEdges(this.history, clock)
    this.past = new ClusterPast({ clock, keeper: this.keeper, current: () => this.state })
    this.#intakes = new FlowIntakes({
      pipeline: this.pipeline,
      clock,
      access: config.flowAccess,
      load: this.load,
      claims,
      positions: this.#positions,
      countedBefore: async (source, patienceMs, signal) => this.keeper?.countedBefore(source, patienceMs, signal) ?? null,
      onAccepted: (source, { added, changed }) => {
        this.keeper?.archive.accept(added, changed)
        this.measures.stored(source, added)
        this.#see(added)
      },
    })
    this.findingsWatch = new FindingsWatch({
      clock,
      state: () => this.#reader.state,
      circumstances: () => this.#circumstances(),
    })
    this.graph = new GraphStore({
      now: () => clock.now(),
      build: (view) => this.buildTopology(view),
      prepare: (view) => this.prepare(view),
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

  /** Now; for a recording, the moment that it shows. */
  get moment(): number {
    return this.feed?.recording?.at ?? this.clock.now()
  }

  /** From when on changes are known, in milliseconds since the epoch. */
  get changesSince(): number {
    return this.feed?.recording === undefined
      ? Math.min(this.past.storedSince ?? this.#changesSince, this.#changesSince)
      : this.#changesSince
  }

  /** Where changes are found. */
  get changeSources(): KnownChanges {
    return { log: this.changes.log, keeper: this.keeper, heldFrom: Math.max(this.startedAt, this.clock.now() - WINDOW_MS) }
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
    const recording = this.feed?.recording?.take() ?? null
    if (recording !== null) await this.#play(recording)
    this.#tellRead()
    const { follower } = this
    this.keeper?.start(this.pipeline.window, follower === null ? null : () => follower.tick())
    this.past.start()
    for (const choice of this.config.flows) this.#intakes.start(choice, this.#stopped.signal)
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
    const isRecorded = this.feed?.recording !== undefined
    for (const intake of this.intakes) if (!isRecorded && (!isPlaying || intake.kind !== 'demo')) intake.sample()
    this.measures.loop.turn(this.clock.now())
    this.shedder.adjust(this.load.take())
    void this.graph.tick()
    this.findingsWatch.tick()
    this.#records?.tick()
    this.#positions?.tick()
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
    this.past.stop()
    this.#records?.finish()
    await this.#positions?.save()
    await this.keeper?.stop()
    // Whoever goes on finds in the store what was counted here.
    await this.#claims?.close()
  }

  buildTopology(view: TopologyView): Topology {
    const at = view.at ?? this.restingMoment(view.windowMs)
    const started = performance.now()
    const { state } = this.stateAt(view.at)
    const topology = buildTopology({
      index: state.index,
      flowEdges: this.flowEdges(at - view.windowMs, at),
      view,
      filter: this.#filter(view.filter, state),
      at,
    })
    // Findings are of now.
    const findings = state === this.state ? this.findingsWatch.judged.findings : []
    const nodes = this.#badges.mark(topology.nodes, findingCounts(findings))
    this.measures.built(performance.now() - started)
    return { ...topology, nodes }
  }

  /**
   * The moment that is shown when a view names none: now, or that of the last flow when the window before now is empty,
   * so that a recording or a source that went quiet stays on the screen. `summary().lastFlowAt` lets the page say so.
   */
  restingMoment(windowMs: number): number {
    const now = this.moment
    const { newest } = this.pipeline.window
    return newest === null || newest > now - windowMs ? now : newest
  }

  /**
   * Makes ready what a view of the past, or of a long time, has to be asked of the store: building it then takes no waiting.
   * Rejects with a `StoreError`.
   */
  async prepare({ at, windowMs }: Pick<TopologyView, 'at' | 'windowMs'>, signal?: AbortSignal): Promise<void> {
    await this.loadState(at, signal)
    const to = at ?? this.restingMoment(windowMs)
    await this.#pastEdges.load({ from: to - windowMs, to: to + 1 }, signal)
  }

  /** The cluster at a moment, asked of the store where it has to be; null is now. Rejects with a `StoreError`. */
  async loadState(at: number | null, signal?: AbortSignal): Promise<ClusterState> {
    if (at !== null && this.feed?.recording === undefined) await this.past.load(at, signal)
    return this.stateAt(at).state
  }

  /** The cluster at a moment that was prepared; null is now. A recording knows its own moment only. */
  stateAt(at: number | null): PastState {
    const now = { state: this.state, isKnown: true }
    if (at === null || this.feed?.recording !== undefined) return now
    return this.past.ready(at) ?? { ...now, isKnown: false }
  }

  /** Sums of the time from `from` up to and including `to`; views of the same second share them. */
  flowEdges(from: number, to: number): readonly FlowEdge[] {
    const stored = this.#pastEdges.ready({ from, to: to + 1 })
    if (stored !== null) return stored
    const key = `${Math.floor(from / TICK_MS)} ${Math.floor(to / TICK_MS)}`
    // Nothing is found fast, and the first flow may come within the second.
    if (this.#edges?.key !== key || this.#edges.edges.length === 0) this.#edges = { key, edges: this.pipeline.window.edges(from, to + 1) }
    return this.#edges.edges
  }

  get intakes(): readonly FlowIntake[] {
    return this.#intakes.all
  }

  /** The flow sources as they are told to people: this process's own, or those of the collectors. */
  get sources(): readonly SourceReport[] {
    return this.follower?.sources() ?? this.intakes.map((intake) => intake.report())
  }

  /** Where posted flows go; null when the server takes none. */
  get posted(): PostedFlows | null {
    return this.#intakes.posted
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
    const sources = this.sources.map(({ name, kind, state, message, perSecond, lastAt, lost, delay }) => ({
      name,
      kind,
      state,
      message,
      perSecond,
      lastAt,
      lost,
      delay,
    }))
    const recording = this.feed?.recording
    return {
      cluster: {
        name: cluster.name,
        source: cluster.source,
        simulated: cluster.source === 'demo',
        recording: recording === undefined ? null : { at: recording.at, masked: recording.masked },
        revision,
        problems: cluster.problems.length + fileProblems.length + (this.readingProblem === null ? 0 : 1),
        objectsFrom: this.past.knownFrom,
        sync: this.sync(),
      },
      sources,
      perSecond: Math.round(sources.reduce((sum, source) => sum + source.perSecond, 0) * 10) / 10,
      lost: sources.reduce((sum, source) => sum + source.lost, 0),
      flowsFrom: this.keeper?.status().usage?.oldest ?? this.pipeline.window.historyFrom(),
      lastFlowAt: this.pipeline.window.newest,
    }
  }

  /** Filters of the cluster as it is now. */
  get filters(): Filters {
    return this.#filters
  }

  /** Routes check the text before; one that cannot be read lets everything through here. */
  #filter(text: string, state: ClusterState = this.state): CompiledFilter | null {
    const filters = state === this.state ? this.#filters : new Filters(state.cluster)
    const read = filters.read(text)
    return read.ok ? read.value : null
  }

  #use(state: ClusterState): void {
    if (this.#taken !== null) this.changes.take(this.#taken, state)
    this.#records?.take(state)
    this.past.take(state)
    this.#taken = state
    this.#filters = new Filters(state.cluster)
    this.identities.follow(state.cluster, state.readAt)
    const judge = (connection: Connection) => this.#judge.verdictOf(connection)
    this.#resolve = createResolver(state.cluster, this.identities.current, { past: this.identities, judge }, this.#ends)
    // Pods may be known now whose first flows were faster than the watch.
    const renamed = this.pipeline.rename(this.clock.now())
    this.keeper?.archive.accept([], renamed)
    this.measures.compiled(state)
    this.findingsWatch.changed()
    this.refresh.changed()
  }

  async #play(recording: ReadRecording): Promise<void> {
    await playRecording(recording, this.moment, { pipeline: this.pipeline, intakes: this.#intakes, log: this.changes.log })
    this.#changesSince = recording.header.changesSince
    // Who looked meanwhile saw a part of it, and the moment never passes.
    this.#edges = null
    this.#known = null
    this.#lookups.see(recording.flows, this.moment)
    this.reportingNodes.see(recording.flows)
    this.findingsWatch.changed()
    this.refresh.changed()
  }

  async #startDemo(): Promise<void> {
    const demo = this.#demo
    if (demo === null) return
    const intake = this.#intakes.add({ name: 'demo', kind: 'demo', proof: null })
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

  /** What of the moment decides findings. Objects of manifests have no age: they may be of any day. */
  #circumstances(): Circumstances {
    const { source } = this.state.cluster
    const now = this.moment
    const to = this.restingMoment(DEFAULT_WINDOW_MS)
    const from = to - DEFAULT_WINDOW_MS
    return {
      now: source === 'manifests' ? null : now,
      traffic: this.sources.length === 0 ? null : { edges: this.flowEdges(from, to), from, to, lookups: this.#lookups.list(now) },
    }
  }

  /** What came in during the last `sinceMs` milliseconds that fits a view. */
  pulse(view: TopologyView, sinceMs: number): FlowPulse {
    const at = this.moment
    // What others write is here a few seconds after it happened.
    const seenAt = this.follower === null ? at : at - FOLLOWED_MS
    return {
      ...flowPulse(this.pipeline.recent, view, this.#filter(view.filter), {
        at: seenAt,
        sinceMs,
        to: this.follower === null ? null : seenAt,
      }),
      at,
    }
  }

  #see(flows: readonly Flow[]): void {
    this.reportingNodes.see(flows)
    this.#lookups.see(flows, this.clock.now())
  }
}

function feedOf({ cluster }: ServerConfig): ClusterFeed | null {
  if (cluster.kind === 'bundle') return bundleFeed(cluster)
  return cluster.kind === 'manifests' ? manifestFeed(cluster.path) : null
}

/** Ids sort by arrival over several runs: a run takes fewer than a million numbers a second. */
function firstSequence(startedAt: number): number {
  return Math.floor(startedAt / 1000) * 2 ** 20
}
