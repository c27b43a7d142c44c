import { hostname } from 'node:os'
import type { ClusterSync } from '@/lib/api/cluster-sync'
import type { SourceReport } from '@/lib/api/collector-report'
import { findingsPulse } from '@/lib/api/findings-document'
import type { SourcesSummary } from '@/lib/api/stream'
import type { ReadRecording } from '@/lib/bundle/bundle-reader'
import type { Circumstances } from '@/lib/detect/circumstances'
import { LookupCounts } from '@/lib/detect/dns/lookup-counts'
import { EndNumbers } from '@/lib/flows/end-numbers'
import type { Flow } from '@/lib/flows/flow'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import { createFlowPipeline, type FlowPipeline } from '@/lib/flows/pipeline'
import { ReportingNodes } from '@/lib/flows/reporting-nodes'
import { createResolver, type Resolver } from '@/lib/flows/resolve-flow'
import { Shedder } from '@/lib/flows/shedder'
import type { Connection } from '@/lib/graph/computed-verdicts'
import { DEFAULT_WINDOW_MS } from '@/lib/graph/view'
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
import { FindingsWatch } from './findings-watch'
import { FlowHistory } from './flow-history'
import type { FlowIntake } from './flow-intake'
import { FlowIntakes, type PostedFlows } from './flow-intakes'
import { FlowKeeper } from './flow-keeper'
import { FlowLoad } from './flow-load'
import { PromptRefresh } from './graph/prompt-refresh'
import { GraphStore } from './graph-store'
import { manifestFeed } from './manifest-feed'
import { Measures } from './measures'
import { Moments } from './moments'
import type { Keeping } from './open-store'
import { ClusterPast } from './past/cluster-past'
import type { KnownChanges } from './past/known-changes'
import { PastEdges } from './past/past-edges'
import { playRecording } from './play-recording'
import { ReadPositions } from './read-positions'
import type { SourceClaims } from './source-claims'
import { sourcesSummary, syncOf } from './sources-summary'
import { firstSequence } from './store/flow-place'
import { StoreFollower } from './store-follower'

/** How long it is waited for the store to take what was read. */
const FLUSH_MS = 10_000
const TICK_MS = 1_000
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
  /** What is shown of any moment. */
  readonly moments: Moments
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
      keeping?.writes === true
        ? new ReadPositions(keeping.notesFolder, keeping.cluster, clock, async () => (await this.keeper?.archive.flush(FLUSH_MS)) === true)
        : null
    this.history = new FlowHistory(this.pipeline, this.keeper, clock)
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
    this.moments = new Moments({
      now: () => this.moment,
      isRecorded: feed?.recording !== undefined,
      state: () => this.state,
      filters: () => this.#filters,
      findings: () => this.findingsWatch.judged.findings,
      pipeline: this.pipeline,
      past: this.past,
      pastEdges: new PastEdges(this.history, clock),
    })
    this.graph = new GraphStore({
      now: () => clock.now(),
      build: (view) => this.measures.building(this.moments.topology(view)),
      prepare: (view) => this.moments.prepare(view),
      pulse: (view, span) => this.moments.pulse(view, span),
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

  /** How completely and how freshly the cluster is known. */
  sync(): ClusterSync {
    return syncOf(this)
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
    if (this.#demo !== null) await this.#demo.start(this.#intakes.add({ name: 'demo', kind: 'demo', proof: null }), this.clock.now())
  }

  /** Reads the cluster's files anew, without waiting for a change. */
  readAgain(): Promise<void> {
    return this.#reader.readNow()
  }

  /** What happens once a second. */
  tick(): void {
    this.#demo?.advance(this.clock.now(), (reading) => this.#reader.use(reading))
    // What is played before the start came at no rate.
    const isPlaying = this.#demo?.isCaughtUp === false
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
    const isWritten = (await this.keeper?.stop()) === true
    await this.#positions?.finish(isWritten)
    // Whoever goes on finds in the store what was counted here.
    await this.#claims?.close()
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

  summary(): SourcesSummary {
    return sourcesSummary({
      state: this.state,
      sources: this.sources,
      feed: this.feed,
      readingProblem: this.readingProblem,
      objectsFrom: this.past.knownFrom,
      flowsFrom: this.keeper?.status().usage?.oldest ?? this.pipeline.window.historyFrom(),
      lastFlowAt: this.pipeline.window.newest,
    })
  }

  /** Filters of the cluster as it is now. */
  get filters(): Filters {
    return this.#filters
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
    this.moments.forget()
    this.#lookups.see(recording.flows, this.moment)
    this.reportingNodes.see(recording.flows)
    this.findingsWatch.changed()
    this.refresh.changed()
  }

  #read(): Promise<ClusterReading> {
    if (this.feed === null) throw new Error('the demo hands its objects over by itself')
    return this.feed.read()
  }

  /** What of the moment decides findings. Objects of manifests have no age: they may be of any day. */
  #circumstances(): Circumstances {
    const { source } = this.state.cluster
    const now = this.moment
    const to = this.moments.resting(DEFAULT_WINDOW_MS)
    const from = to - DEFAULT_WINDOW_MS
    return {
      now: source === 'manifests' ? null : now,
      traffic: this.sources.length === 0 ? null : { edges: this.moments.flowEdges(from, to), from, to, lookups: this.#lookups.list(now) },
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
