import { viewKey } from '@/lib/api/read-view'
import type { FindingsPulse, FlowPulse, SourcesSummary } from '@/lib/api/stream'
import type { Topology } from '@/lib/graph/topology'
import type { TopologyView } from '@/lib/graph/view'
import { atOnce, type Steps } from '@/lib/model/steps'
import type { Span } from './flow-pulse'
import { eventFrame, joinFrames } from './graph/event-frame'
import { ViewFeed } from './graph/view-feed'
import { Viewer } from './graph/viewer'
import { Turns } from './turns'

export type GraphStoreOptions = {
  readonly build: (view: TopologyView) => Steps<Topology>
  /** Makes ready what building a view may not wait for. */
  readonly prepare: (view: TopologyView) => Promise<void>
  /** What came in during a span for this view. */
  readonly pulse: (view: TopologyView, span: Span) => FlowPulse
  readonly summary: () => SourcesSummary
  readonly findings: () => FindingsPulse
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly limits?: GraphStoreLimits
}

export type GraphStoreLimits = {
  readonly viewers: number
  /** Different views that are kept up at once. */
  readonly views: number
}

export const GRAPH_STORE_LIMITS: GraphStoreLimits = { viewers: 1_000, views: 64 }

/** A view without viewers is kept this long, so that a client that reconnects gets what it missed. */
const IDLE_MS = 30_000
/** A topology this young is good enough for whoever comes next. */
const FRESH_MS = 1_000

type Shared = { feed: ViewFeed; readonly viewers: Set<Viewer>; builtAt: number; lastUsed: number; pulsedAt: number }

/**
 * Keeps every view that somebody looks at up to date: one build for a view and a second, whoever shares it, and one encoded
 * frame for all its viewers.
 */
export class GraphStore {
  readonly counters = { resyncs: 0, held: 0, refused: 0, failedBuilds: 0 }
  readonly #options: GraphStoreOptions
  readonly #limits: GraphStoreLimits
  readonly #shared = new Map<string, Shared>()
  #feedNumber = 0
  #refreshNotBefore = 0
  #isTicking = false

  constructor(options: GraphStoreOptions) {
    this.#options = options
    this.#limits = options.limits ?? GRAPH_STORE_LIMITS
  }

  get viewers(): number {
    let count = 0
    for (const { viewers } of this.#shared.values()) count += viewers.size
    return count
  }

  get views(): number {
    return this.#shared.size
  }

  get limits(): GraphStoreLimits {
    return this.#limits
  }

  /** Makes a view ready to be built; called before `topology` and `open`. Rejects where the past cannot be read. */
  prepare(view: TopologyView): Promise<void> {
    return this.#options.prepare(view)
  }

  /** The view's topology, at most a second old. */
  topology(view: TopologyView): Topology {
    return atOnce(this.topologyInSteps(view))
  }

  *topologyInSteps(view: TopologyView): Steps<Topology> {
    const shared = this.#shared.get(viewKey(view))
    if (shared !== undefined && this.#options.now() - shared.builtAt < FRESH_MS) return shared.feed.topology
    return yield* this.#options.build(view)
  }

  /** Opens an event stream on a view; `full` when no more viewers are taken. Throws what building the view throws. */
  open(view: TopologyView, lastEventId: string | null, signal: AbortSignal): ReadableStream<Uint8Array> | 'full' {
    const now = this.#options.now()
    const key = viewKey(view)
    if (this.viewers >= this.#limits.viewers || (!this.#shared.has(key) && !this.#makeRoom())) {
      this.counters.refused++
      return 'full'
    }
    const shared = this.#sharedView(key, view, now)
    const viewer = new Viewer(shared.feed, lastEventId, () => shared.viewers.delete(viewer))
    shared.viewers.add(viewer)
    shared.lastUsed = now
    signal.addEventListener('abort', () => this.#leave(shared, viewer), { once: true })
    viewer.catchUp(now)
    viewer.tell(eventFrame({ type: 'sources', data: this.#options.summary() }, null, null), now)
    viewer.tell(eventFrame({ type: 'findings', data: this.#options.findings() }, null, null), now)
    return viewer.stream
  }

  /** Once a second: builds what is looked at, sends what changed. Others get their turn between the steps of it. */
  async tick(): Promise<void> {
    // Still busy with the last second: this one is left out.
    if (this.#isTicking) return
    this.#isTicking = true
    const turns = new Turns()
    const now = this.#options.now()
    try {
      for (const [key, shared] of this.#shared) {
        await turns.next()
        if (shared.viewers.size > 0) await this.#send(shared, now, turns)
        else if (now - shared.lastUsed > IDLE_MS) this.#shared.delete(key)
      }
    } finally {
      this.#isTicking = false
    }
  }

  /** One step for everybody who looks at a view. */
  async #send(shared: Shared, now: number, turns: Turns): Promise<void> {
    shared.lastUsed = now
    await this.#advanceInTurns(shared, now, turns)
    await turns.next()
    const span = { from: shared.pulsedAt, to: now }
    shared.pulsedAt = now
    const told = joinFrames([
      eventFrame({ type: 'flows', data: this.#options.pulse(shared.feed.view, span) }, null, null),
      eventFrame({ type: 'sources', data: this.#options.summary() }, null, null),
      eventFrame({ type: 'findings', data: this.#options.findings() }, null, null),
    ])
    for (const viewer of shared.viewers) {
      await turns.next()
      this.#catchUp(viewer, now)
      viewer.tell(told, now)
      viewer.keepAlive(now)
    }
  }

  /**
   * The cluster changed: builds and sends what is looked at, at once. Gives 0, or the milliseconds to wait because the builds would
   * take more than a quarter of the time.
   */
  refresh(): number {
    const started = this.#options.now()
    if (started < this.#refreshNotBefore) return this.#refreshNotBefore - started
    for (const shared of this.#shared.values()) {
      // Who comes next is not shown what was before the change.
      if (shared.viewers.size === 0) shared.builtAt = Number.NEGATIVE_INFINITY
      else this.#advance(shared, started)
      for (const viewer of shared.viewers) this.#catchUp(viewer, started)
    }
    const ended = this.#options.now()
    this.#refreshNotBefore = ended + 3 * (ended - started)
    return 0
  }

  /** Ends every stream. */
  stop(): void {
    for (const { viewers } of this.#shared.values()) for (const viewer of viewers) viewer.close()
    this.#shared.clear()
  }

  #catchUp(viewer: Viewer, now: number): void {
    const outcome = viewer.catchUp(now)
    if (outcome === 'resynced') this.counters.resyncs++
    if (outcome === 'held') this.counters.held++
  }

  #advance(shared: Shared, now: number): void {
    if (isOver(shared.feed.view, now)) return
    try {
      this.#put(shared, atOnce(this.#options.build(shared.feed.view)), now)
    } catch {
      this.#tellFailure(shared, now)
    }
  }

  async #advanceInTurns(shared: Shared, now: number, turns: Turns): Promise<void> {
    if (isOver(shared.feed.view, now)) return
    const { builtAt } = shared
    try {
      const topology = await turns.finish(this.#options.build(shared.feed.view))
      // Where a change of the cluster was shown meanwhile, this may be of before it.
      if (shared.builtAt === builtAt) this.#put(shared, topology, now)
    } catch {
      this.#tellFailure(shared, now)
    }
  }

  #put(shared: Shared, topology: Topology, now: number): void {
    shared.feed.advance(topology)
    shared.builtAt = now
  }

  #tellFailure({ viewers }: Shared, now: number): void {
    this.counters.failedBuilds++
    const message = 'The map could not be updated; what is shown is older than it looks.'
    const frame = eventFrame({ type: 'problem', data: { message } }, null, null)
    for (const viewer of viewers) viewer.tell(frame, now)
  }

  #sharedView(key: string, view: TopologyView, now: number): Shared {
    const known = this.#shared.get(key)
    if (known !== undefined) {
      if (now - known.builtAt >= FRESH_MS && !isOver(view, now)) {
        this.#put(known, atOnce(this.#options.build(view)), now)
      }
      return known
    }
    const feed = new ViewFeed(`${now.toString(36)}-${++this.#feedNumber}`, view, atOnce(this.#options.build(view)))
    const shared: Shared = { feed, viewers: new Set(), builtAt: now, lastUsed: now, pulsedAt: now }
    this.#shared.set(key, shared)
    return shared
  }

  /** Forgets views that nobody looks at until there is room for one more. */
  #makeRoom(): boolean {
    for (const [key, { viewers }] of this.#shared) {
      if (this.#shared.size < this.#limits.views) return true
      if (viewers.size === 0) this.#shared.delete(key)
    }
    return this.#shared.size < this.#limits.views
  }

  #leave(shared: Shared, viewer: Viewer): void {
    if (!shared.viewers.delete(viewer)) return
    viewer.close()
  }
}

/** Flows of a moment come late, then no more: what was built of it stays. */
const LATE_MS = 120_000

function isOver({ at }: TopologyView, now: number): boolean {
  return at !== null && at < now - LATE_MS
}
