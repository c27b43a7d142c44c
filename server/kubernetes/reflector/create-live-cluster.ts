import { isRecord } from '@/lib/model/fields'
import type { InputProblem } from '@/lib/model/problem'
import { InternPool } from '@/lib/model/projection/intern-pool'
import type { SourceDocument } from '@/lib/model/source-document'
import type { WatchedKind } from '@/lib/model/watched-kind'
import type { ApiConnection } from '../connection/api-connection'
import type { LiveCluster, LiveClusterEvents, ObjectChange } from '../live-cluster'
import { Backoff } from './backoff'
import { CustomKindsWatch } from './custom-kinds-watch'
import { type Failure, failureWords } from './failure'
import type { FeedContext } from './feed'
import { KindWatch } from './kind-watch'
import { NamespaceSearch } from './namespace-search'
import type { LeftOut } from './object-store'
import { type Random, type ReflectorClock, wait } from './reflector-clock'
import { discoverResources, type ServedResource } from './served-resources'
import { ServerGate } from './server-gate'
import { resourceKey, WANTED_KINDS, type WantedKind } from './wanted-kinds'

export type LiveClusterOptions = {
  /** Name of the context, or `in-cluster`. */
  readonly name: string
  /** Is closed by `stop`. */
  readonly connection: ApiConnection
  /** Where to look when the whole cluster may not be looked at, beside the namespaces that may be listed. */
  readonly namespaces: readonly string[]
  readonly events: LiveClusterEvents
  readonly clock: ReflectorClock
  readonly random: Random
}

/** Changes that come together are told as one. */
const UPDATE_MS = 10
/** How often the server is asked what it serves: a group served by another server comes without a sign. */
const DISCOVERY_MS = 600_000
/** As often where definitions of custom kinds may not be watched. */
const BLIND_DISCOVERY_MS = 60_000
const MAX_PROBLEMS = 100

/** Watches every kind of a cluster that has to do with its network. */
export function createLiveCluster(options: LiveClusterOptions): LiveCluster {
  return new WatchedCluster(options)
}

class WatchedCluster implements LiveCluster {
  readonly name: string
  readonly firstSync: Promise<void>
  readonly #options: LiveClusterOptions
  readonly #ending = new AbortController()
  readonly #context: FeedContext
  readonly #pool = new InternPool()
  readonly #customKinds: CustomKindsWatch
  readonly #watches = new Map<string, KindWatch>()
  readonly #namespaceSearch: NamespaceSearch
  #served: ReadonlyMap<string, ServedResource> | null = null
  #discoveryFailure: Failure | null = null
  #problems: InputProblem[] = []
  #documents: readonly SourceDocument[] | null = null
  #namespaceNames = ''
  #cancelUpdate: (() => void) | null = null
  #wakeDiscovery: (() => void) | null = null
  #settle: () => void = () => {}

  constructor(options: LiveClusterOptions) {
    this.#options = options
    this.name = options.name
    this.firstSync = new Promise((resolve) => {
      this.#settle = resolve
    })
    const { connection, clock, random } = options
    this.#context = {
      connection,
      clock,
      random,
      gate: new ServerGate(connection, clock, random, this.#ending.signal, () => this.#settle()),
      canStreamLists: true,
    }
    this.#namespaceSearch = new NamespaceSearch(connection, clock, this.#ending.signal)
    this.#customKinds = new CustomKindsWatch(this.#context, this.#pool, () => this.#rediscover())
  }

  start(): void {
    void this.#run()
  }

  stop(): void {
    this.#ending.abort()
    this.#cancelUpdate?.()
    this.#customKinds.stop()
    for (const watch of this.#watches.values()) watch.stop()
    this.#options.connection.close()
    this.#settle()
  }

  documents(): readonly SourceDocument[] {
    this.#documents ??= [...this.#watches.values()].flatMap((watch) => [...watch.documents()])
    return this.#documents
  }

  kinds(): readonly WatchedKind[] {
    return WANTED_KINDS.filter(({ unless }) => unless === null || this.#served?.has(unless) !== true).map((wanted) =>
      this.#describe(wanted),
    )
  }

  problems(): readonly InputProblem[] {
    return this.#problems
  }

  #describe(wanted: WantedKind): WatchedKind {
    const watch = this.#watches.get(resourceKey(wanted))
    if (watch !== undefined) return watch.describe()
    const { group, kind, resource, usualVersion } = wanted
    const failure = this.#discoveryFailure
    const state: WatchedKind['state'] =
      this.#served !== null
        ? { kind: 'absent' }
        : failure === null
          ? { kind: 'syncing', read: 0, total: null }
          : { kind: 'stale', since: null, reason: failureWords(failure) }
    const counts = { objects: 0, leftOut: 0, events: 0, relists: 0 }
    return { group, version: usualVersion ?? '', kind, resource, state, scope: { kind: 'everything' }, ...counts }
  }

  /** Asks what the server serves, and again whenever that may have changed. */
  async #run(): Promise<void> {
    const { signal } = this.#ending
    const { connection, clock, random } = this.#options
    const groups = new Set(WANTED_KINDS.map(({ group }) => group))
    const backoff = new Backoff(random)
    while (!signal.aborted) {
      const discovery = await discoverResources(connection, groups, signal)
      if (signal.aborted) return
      if (discovery.kind === 'known') {
        this.#discoveryFailure = null
        this.#use(discovery.served, discovery.silent)
        await this.#pause(this.#customKinds.isWatching ? DISCOVERY_MS : BLIND_DISCOVERY_MS)
        continue
      }
      const { failure } = discovery
      // Who may not ask what there is may still read it.
      if (failure.kind === 'status' && failure.status.code === 403 && this.#served === null) this.#use(usualResources(), new Set())
      this.#discoveryFailure = failure
      this.#update()
      // Neither mends itself soon, and whoever waits should see why there is nothing.
      if (failure.kind === 'connection' || (failure.kind === 'status' && failure.status.code === 401)) this.#settle()
      const hadToWait = failure.kind === 'connection' && (await this.#context.gate.pass((message) => this.#discoveryFailed(message)))
      await wait(clock, hadToWait ? backoff.spread() : backoff.next(0), signal)
    }
  }

  #discoveryFailed(message: string): void {
    this.#discoveryFailure = { kind: 'connection', message }
    this.#update()
  }

  async #pause(ms: number): Promise<void> {
    const waking = new AbortController()
    const wake = () => waking.abort()
    this.#wakeDiscovery = wake
    this.#ending.signal.addEventListener('abort', wake, { once: true })
    await wait(this.#options.clock, ms, waking.signal)
    this.#ending.signal.removeEventListener('abort', wake)
  }

  #rediscover(): void {
    this.#wakeDiscovery?.()
  }

  /** Begins to watch what has come and ends what has gone. What a silent group holds stays as it was. */
  #use(served: ReadonlyMap<string, ServedResource>, silent: ReadonlySet<string>): void {
    const before = this.#served ?? new Map<string, ServedResource>()
    const kept = [...before].filter(([key, { group }]) => silent.has(group) && !served.has(key))
    const now = new Map([...served, ...kept])
    this.#served = now
    this.#customKinds.start()
    for (const wanted of WANTED_KINDS) {
      const key = resourceKey(wanted)
      const found = wanted.unless !== null && now.has(wanted.unless) ? undefined : now.get(key)
      const watch = this.#watches.get(key)
      if (watch !== undefined && (found === undefined || found.version !== watch.served.version)) {
        watch.stop()
        this.#watches.delete(key)
      }
      if (found !== undefined && !this.#watches.has(key)) this.#begin(key, { ...found, kind: wanted.kind })
      else this.#watches.get(key)?.retry()
    }
    this.#update()
  }

  #begin(key: string, served: ServedResource): void {
    const watch = new KindWatch({
      context: this.#context,
      served,
      pool: this.#pool,
      onChanges: (changes) => this.#tell(changes),
      onUpdate: () => this.#update(),
      onLeftOut: (leftOut) => this.#leftOut(leftOut),
      findNamespaces: (resource) => this.#namespaceSearch.find([...this.#options.namespaces, ...this.#knownNamespaces()], resource),
    })
    this.#watches.set(key, watch)
    watch.start()
  }

  #knownNamespaces(): readonly string[] {
    const documents = this.#watches.get('/namespaces')?.documents() ?? []
    return [...documents].flatMap(({ body }) =>
      isRecord(body) && isRecord(body.metadata) && typeof body.metadata.name === 'string' ? [body.metadata.name] : [],
    )
  }

  #leftOut({ object, message }: LeftOut): void {
    this.#problem(`${object} is left out: ${message}`)
  }

  #problem(message: string): void {
    const problem: InputProblem = { file: 'live', line: null, column: null, severity: 'error', message }
    this.#problems = [...this.#problems.filter((other) => other.message !== message), problem].slice(-MAX_PROBLEMS)
  }

  #tell(changes: readonly ObjectChange[]): void {
    try {
      this.#options.events.onChanges(changes)
    } catch (error) {
      this.#problem(`a change could not be used: ${error instanceof Error ? error.message : 'unknown reason'}`)
    }
  }

  #update(): void {
    this.#documents = null
    this.#cancelUpdate ??= this.#options.clock.after(UPDATE_MS, () => {
      this.#cancelUpdate = null
      this.#updateNow()
    })
  }

  #updateNow(): void {
    this.#findNewNamespaces()
    const isSyncing = this.#served === null || [...this.#watches.values()].some((watch) => watch.describe().state.kind === 'syncing')
    if (!isSyncing) this.#settle()
    try {
      this.#options.events.onUpdate()
    } catch (error) {
      this.#problem(`a new state could not be used: ${error instanceof Error ? error.message : 'unknown reason'}`)
    }
  }

  #findNewNamespaces(): void {
    if (![...this.#watches.values()].some(({ isInNamespaces }) => isInNamespaces)) return
    const names = this.#knownNamespaces().join()
    if (names === this.#namespaceNames) return
    this.#namespaceNames = names
    for (const watch of this.#watches.values()) watch.namespacesChanged()
  }
}

/** What is served everywhere. */
function usualResources(): ReadonlyMap<string, ServedResource> {
  return new Map(
    WANTED_KINDS.flatMap(({ group, resource, kind, usualVersion, isNamespaced }) =>
      usualVersion === null
        ? []
        : [[resourceKey({ group, resource }), { group, version: usualVersion, resource, kind, isNamespaced }] as const],
    ),
  )
}
