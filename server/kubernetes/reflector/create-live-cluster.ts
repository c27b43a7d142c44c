import { isRecord } from '@/lib/model/fields'
import type { InputProblem } from '@/lib/model/problem'
import { InternPool } from '@/lib/model/projection/intern-pool'
import type { SourceDocument } from '@/lib/model/source-document'
import type { WatchedKind } from '@/lib/model/watched-kind'
import type { ApiConnection } from '../connection/api-connection'
import type { LiveCluster, LiveClusterEvents } from '../live-cluster'
import { CustomKindsWatch } from './custom-kinds-watch'
import type { FeedContext } from './feed'
import { KindWatch } from './kind-watch'
import { NamespaceSearch } from './namespace-search'
import type { LeftOut } from './object-store'
import type { Random, ReflectorClock } from './reflector-clock'
import { ResourceDiscovery } from './resource-discovery'
import type { ServedResource } from './served-resources'
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
  readonly #discovery: ResourceDiscovery
  readonly #watches = new Map<string, KindWatch>()
  readonly #namespaceSearch: NamespaceSearch
  #problems: InputProblem[] = []
  #documents: readonly SourceDocument[] | null = null
  #namespaceNames = ''
  #cancelUpdate: (() => void) | null = null
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
    this.#customKinds = new CustomKindsWatch(this.#context, this.#pool, () => this.#discovery.again())
    this.#discovery = new ResourceDiscovery({
      connection,
      clock,
      random,
      gate: this.#context.gate,
      signal: this.#ending.signal,
      onServed: () => this.#use(),
      onUpdate: () => this.#update(),
      onHopeless: () => this.#settle(),
      noticesDefinitions: () => this.#customKinds.isWatching,
    })
  }

  start(): void {
    void this.#discovery.run()
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
    return WANTED_KINDS.filter(({ unless }) => unless === null || this.#discovery.served?.has(unless) !== true).map((wanted) =>
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
    const state = this.#discovery.stateOf(wanted)
    const counts = { objects: 0, leftOut: 0, events: 0, relists: 0 }
    return { group, version: usualVersion ?? '', kind, resource, state, scope: { kind: 'everything' }, ...counts }
  }

  /** Begins to watch what has come and ends what has gone. What a silent group holds stays as it was. */
  #use(): void {
    const now = this.#discovery.served ?? new Map<string, ServedResource>()
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

  #update(): void {
    this.#documents = null
    this.#cancelUpdate ??= this.#options.clock.after(UPDATE_MS, () => {
      this.#cancelUpdate = null
      this.#updateNow()
    })
  }

  #updateNow(): void {
    this.#findNewNamespaces()
    const isSyncing =
      this.#discovery.served === null || [...this.#watches.values()].some((watch) => watch.describe().state.kind === 'syncing')
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
