import { Backoff } from '@/lib/model/backoff'
import type { WatchState } from '@/lib/model/watched-kind'
import type { ApiConnection } from '../connection/api-connection'
import { askForVersion } from './ask-for-version'
import { decideRecovery, failureKey } from './decide-recovery'
import { type Failure, failureOf } from './failure'
import { Freshness } from './freshness'
import { identifyStart } from './identify-start'
import { listPages } from './list-pages'
import type { ObjectStore } from './object-store'
import { type Random, type ReflectorClock, wait } from './reflector-clock'
import type { ServerGate } from './server-gate'
import type { WatchEvent } from './watch-event'
import { runWatch } from './watch-session'

/** What all feeds of a cluster share. */
export type FeedContext = {
  readonly connection: ApiConnection
  readonly clock: ReflectorClock
  readonly random: Random
  readonly gate: ServerGate
  /** False once the server has refused to list through a watch. */
  canStreamLists: boolean
}

export type FeedOptions = {
  /** `/api/v1/pods`, `/api/v1/namespaces/NS/pods`, with a field selector where there is one. */
  readonly path: string
  /** Where it looks; null for the whole cluster. */
  readonly namespace: string | null
  /** Metadata is all that is asked for, or whole objects. */
  readonly form: 'objects' | 'metadata'
  readonly store: ObjectStore
  /** After the state or what is held changed. */
  readonly onUpdate: () => void
}

/** A refusal is asked about again after about this time: rights may be granted while we run. */
const ASK_AGAIN_MS = 30_000

/** Keeps the objects of one list up to date: lists, watches, and says honestly how old what it holds is. */
export class Feed {
  readonly #context: FeedContext
  readonly #options: FeedOptions
  readonly #backoff: Backoff
  readonly #ending = new AbortController()
  readonly #freshness: Freshness
  /** Where to go on watching; null when everything must be read (again). */
  #version: string | null = null
  /** Nobody said goodbye: who answers next may be another server, or one with another past. */
  #isInDoubt = false
  #hasSynced = false
  #hasWatched = false
  #mayStream = true
  #hasBookmarks = false
  #openedAt: number | null = null
  /** Something came on the watch that goes on from what is held. */
  #hasGoneOn = false
  #total: number | null = null
  #refusedVerb: 'list' | 'watch' = 'watch'
  #lastFailure = ''
  #sameFailures = 0
  #wake: (() => void) | null = null
  events = 0
  relists = 0

  constructor(context: FeedContext, options: FeedOptions) {
    this.#context = context
    this.#options = options
    this.#backoff = new Backoff(context.random)
    this.#freshness = new Freshness(context.clock, options.onUpdate)
  }

  get state(): WatchState {
    return this.#freshness.state
  }

  /** Whether anything was listed that is held still. */
  get isHolding(): boolean {
    return this.#hasSynced
  }

  get store(): ObjectStore {
    return this.#options.store
  }

  start(): void {
    void this.#run()
  }

  stop(): void {
    this.#freshness.stop()
    this.#ending.abort()
  }

  /** Looks again at once, if it is waiting for something to become permitted or to be there. */
  retry(): void {
    this.#wake?.()
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      this.#openedAt = null
      this.#hasGoneOn = false
      const failure = await this.#attempt().catch(failureOf)
      if (signal.aborted) return
      await this.#recover(failure)
    }
  }

  /** Lists if it has to, and watches until that ends. */
  async #attempt(): Promise<Failure> {
    if (this.#version !== null) return (await this.#doubt()) ?? this.#watch()
    if (this.#mayStream && this.#context.canStreamLists) {
      const failure = await this.#watch()
      if (!this.#isStreamRefused(failure)) return failure
    }
    const listing = await listPages({
      connection: this.#context.connection,
      path: this.#options.path,
      accept: acceptOf(this.#options.form, 'PartialObjectMetadataList'),
      signal: this.#ending.signal,
      onBegin: () => this.#beginList(),
      onPage: (items, remaining) => {
        for (const item of items) this.#options.store.addToList(item)
        this.#total = remaining === null ? this.#total : this.#options.store.incoming + remaining
        this.#progress()
      },
    })
    if (listing.kind === 'failed') {
      this.#refusedVerb = 'list'
      return listing.failure
    }
    this.#endList(listing.resourceVersion)
    return this.#watch()
  }

  /** Why it is no use to go on where the last event was; null when nothing speaks against it. */
  async #doubt(): Promise<Failure | null> {
    if (!this.#isInDoubt || this.#version === null) return null
    const { connection } = this.#context
    const status = await askForVersion({ connection, path: this.#options.path, version: this.#version, signal: this.#ending.signal })
    if (status !== null) return { kind: 'status', status }
    this.#isInDoubt = false
    return null
  }

  /** Whether the server lists only in pages, or only watching is what it does not permit. */
  #isStreamRefused(failure: Failure): boolean {
    if (this.#version !== null) return false
    if (failure.kind === 'silent') {
      this.#mayStream = false
      return true
    }
    if (failure.kind !== 'status') return false
    const { code } = failure.status
    if (code === 400 || code === 422) this.#context.canStreamLists = false
    return code === 400 || code === 422 || code === 403
  }

  #watch(): Promise<Failure> {
    const { connection, clock, random } = this.#context
    const isListing = this.#version === null
    this.#refusedVerb = 'watch'
    return runWatch({
      connection,
      clock,
      random,
      path: this.#options.path,
      accept: acceptOf(this.#options.form, 'PartialObjectMetadata'),
      resourceVersion: this.#version,
      hasBookmarks: this.#hasBookmarks,
      signal: this.#ending.signal,
      onOpen: () => {
        this.#openedAt = clock.now()
        if (isListing) this.#beginList()
        else {
          this.#hasWatched = true
          this.#freshness.resumed()
        }
      },
      onBytes: () => {
        if (this.#version !== null) this.#freshness.heard()
      },
      onEvent: (event) => this.#take(event),
      onTooLong: (start) => this.#leaveOut(start),
      onBatchEnd: () => this.#flush(),
    })
  }

  #take(event: WatchEvent): void {
    const { store } = this.#options
    if (event.kind === 'error' || event.kind === 'garbled') return
    if (this.#version === null) {
      if (event.kind === 'put') store.addToList(event.object)
      else if (event.kind === 'delete') store.removeFromList(event.object)
      else if (event.isListEnd && event.resourceVersion !== null) {
        this.#endList(event.resourceVersion)
        this.#hasWatched = true
        this.#freshness.live()
      }
      return
    }
    this.#hasGoneOn = true
    if (event.resourceVersion !== null) this.#version = event.resourceVersion
    this.#sameFailures = 0
    if (event.kind === 'bookmark') {
      this.#hasBookmarks = true
      return
    }
    this.events++
    if (event.kind === 'put') store.put(event.object)
    else store.delete(event.object)
  }

  #leaveOut(start: string): boolean {
    const found = identifyStart(start)
    if (found === null) return false
    this.#options.store.leaveOut(found.namespace, found.name, 'it is larger than anything that can be read')
    return true
  }

  #flush(): void {
    if (this.#version === null) this.#progress()
    else this.#options.onUpdate()
  }

  #beginList(): void {
    this.#total = null
    this.#options.store.beginList()
    this.#progress()
  }

  #endList(version: string): void {
    this.#options.store.endList()
    this.#version = version
    if (this.#hasSynced) this.relists++
    this.#hasSynced = true
    this.#options.onUpdate()
  }

  #progress(): void {
    if (!this.#hasSynced) this.#freshness.progress(this.#options.store.incoming, this.#total)
  }

  async #recover(failure: Failure): Promise<void> {
    const { clock, gate } = this.#context
    const openMs = this.#openedAt === null ? null : clock.now() - this.#openedAt
    const key = failureKey(failure)
    this.#sameFailures = key === this.#lastFailure ? this.#sameFailures : 0
    this.#lastFailure = key
    const { state, from, pause } = decideRecovery(failure, { wasPermitted: this.#hasWatched, openMs, sameBefore: this.#sameFailures++ })
    if (from === 'anew') this.#version = null
    // A server ends watches that cannot keep up with what happens: what came until then was worth it.
    const healthyMs = this.#hasGoneOn && from === 'here' ? Number.POSITIVE_INFINITY : (openMs ?? 0)
    if (failure.kind === 'connection' || failure.kind === 'silent') this.#isInDoubt = true
    if (state.kind === 'as-before') this.#freshness.ended(state.reason)
    else if (state.kind === 'stale') this.#freshness.stale(state.reason)
    else this.#forget(state)
    switch (pause.kind) {
      case 'none':
        return
      case 'backoff':
        return this.#pause(Math.max(this.#backoff.next(healthyMs), pause.atLeastMs))
      case 'long':
        return this.#pause(ASK_AGAIN_MS + this.#context.random() * ASK_AGAIN_MS)
      case 'server': {
        const hadToWait = await gate.pass((reason) => this.#freshness.stale(reason))
        return this.#pause(hadToWait ? this.#backoff.spread() : this.#backoff.next(healthyMs))
      }
    }
  }

  #forget(state: { readonly kind: 'absent' } | { readonly kind: 'not-permitted'; readonly message: string }): void {
    this.#options.store.clear()
    this.#hasSynced = false
    this.#hasWatched = false
    const { namespace } = this.#options
    const verb = this.#refusedVerb
    this.#freshness.without(state.kind === 'absent' ? state : { ...state, verb, namespace })
  }

  async #pause(ms: number): Promise<void> {
    const waking = new AbortController()
    const wake = () => waking.abort()
    this.#wake = wake
    this.#ending.signal.addEventListener('abort', wake, { once: true })
    await wait(this.#context.clock, ms, waking.signal)
    this.#ending.signal.removeEventListener('abort', wake)
    this.#wake = null
  }
}

function acceptOf(form: FeedOptions['form'], reduced: string): string {
  return form === 'objects' ? 'application/json' : `application/json;as=${reduced};g=meta.k8s.io;v=v1,application/json`
}
