import { WINDOW_MS } from '@/lib/flows/flow-window'
import { ObjectHistory } from '@/lib/model/object-history'
import type { SourceDocument } from '@/lib/model/source-document'
import type { Clock } from '../clock'
import { type ClusterState, compileCluster } from '../cluster-state'
import type { FlowKeeper } from '../flow-keeper'

const TICK_MS = 1_000
/** Versions of objects that are gone or changed: an hour of 25 changes a second. */
const MAX_VERSIONS = 100_000
/** Past states that are held: a large one takes some ten MB. */
const MAX_STATES = 4
const FLUSH_MS = 2_000

/** The cluster as it was at a moment. */
export type PastState = {
  readonly state: ClusterState
  /** False where nobody wrote down what was there: then it is the cluster of now. */
  readonly isKnown: boolean
}

export type ClusterPastOptions = {
  readonly clock: Clock
  readonly keeper: FlowKeeper | null
  readonly current: () => ClusterState
}

/** The cluster at any moment that is remembered: the last hour from memory, before that from the store. */
export class ClusterPast {
  readonly objects = new ObjectHistory({ keptMs: WINDOW_MS, limit: MAX_VERSIONS })
  readonly #options: ClusterPastOptions
  /** By the moment of the last change before, the least used first. */
  readonly #states = new Map<string, PastState>()
  #storedSince: number | null = null
  #isAsking = false
  #stop: (() => void) | null = null

  constructor(options: ClusterPastOptions) {
    this.#options = options
  }

  /** Asks the store how far it reaches back, until it says so. */
  start(): void {
    if (this.#options.keeper !== null) this.#stop = this.#options.clock.every(TICK_MS, () => void this.#tick())
  }

  stop(): void {
    this.#stop?.()
    this.#states.clear()
  }

  /** Takes the next reading of the cluster. */
  take({ documents, readAt }: ClusterState): void {
    this.objects.follow(documents, readAt)
  }

  /** Since when objects and changes are written down; null while that is not known. */
  get storedSince(): number | null {
    return this.#storedSince
  }

  /** The first moment whose objects are known; null before the first reading. */
  get knownFrom(): number | null {
    return this.#storedSince ?? this.objects.knownFrom
  }

  /** The state of a moment that is in memory or was loaded; null when it has to be loaded first. */
  ready(at: number): PastState | null {
    if (at >= this.#options.clock.now() || this.objects.isNow(at)) return { state: this.#options.current(), isKnown: true }
    const change = this.objects.changeBefore(at)
    if (change === null) return this.#cached(`stored ${at}`)
    const key = `held ${change}`
    return this.#cached(key) ?? this.#keep(key, this.#compile(this.objects.at(at) ?? [], change))
  }

  /** The state of a moment. Rejects with a `StoreError` when the store cannot be asked. */
  async load(at: number, signal?: AbortSignal): Promise<PastState> {
    const ready = this.ready(at)
    if (ready !== null) return ready
    const { keeper, current } = this.#options
    if (keeper === null || !keeper.archive.isUsable) return { state: current(), isKnown: false }
    await keeper.archive.flush(FLUSH_MS)
    const objects = await keeper.store.objects(at, signal)
    if (objects === null) return this.#keep(`stored ${at}`, { state: current(), isKnown: false })
    const documents = objects.map(({ body }): SourceDocument => ({ body, origin: null }))
    return this.#keep(`stored ${at}`, this.#compile(documents, at))
  }

  #compile(documents: readonly SourceDocument[], at: number): PastState {
    const current = this.#options.current()
    const { name, source, unread } = current.cluster
    const state = compileCluster({ documents, problems: [], name, source, unread }, current.revision, at, current)
    return { state, isKnown: true }
  }

  #cached(key: string): PastState | null {
    const known = this.#states.get(key)
    if (known === undefined) return null
    this.#states.delete(key)
    this.#states.set(key, known)
    return known
  }

  #keep(key: string, past: PastState): PastState {
    this.#states.set(key, past)
    const [oldest] = this.#states.keys()
    if (this.#states.size > MAX_STATES && oldest !== undefined) this.#states.delete(oldest)
    return past
  }

  async #tick(): Promise<void> {
    const { keeper } = this.#options
    if (this.#storedSince !== null || this.#isAsking || keeper?.archive.isOpen !== true) return
    this.#isAsking = true
    try {
      this.#storedSince = await keeper.store.objectsSince()
    } catch {
      // Asked again with the next tick.
    } finally {
      this.#isAsking = false
    }
  }
}
