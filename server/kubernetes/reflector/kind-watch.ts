import type { InternPool } from '@/lib/model/projection/intern-pool'
import { KNOWN_CONFIG_MAPS } from '@/lib/model/projection/known-config-maps'
import type { SourceDocument } from '@/lib/model/source-document'
import type { WatchedKind, WatchScope, WatchState } from '@/lib/model/watched-kind'
import { Feed, type FeedContext } from './feed'
import { mergeStates } from './merge-states'
import { type LeftOut, ObjectStore } from './object-store'
import type { ServedResource } from './served-resources'

export type KindWatchOptions = {
  readonly context: FeedContext
  readonly served: ServedResource
  readonly pool: InternPool
  readonly onUpdate: () => void
  readonly onLeftOut: (leftOut: LeftOut) => void
  /** Where to look when the whole cluster may not be looked at. */
  readonly findNamespaces: (served: ServedResource) => Promise<readonly string[]>
}

type Part = { readonly name: string; readonly feed: Feed }

/** Watches one kind: in the whole cluster, or where that is refused in the namespaces that may be read. */
export class KindWatch {
  readonly served: ServedResource
  readonly #options: KindWatchOptions
  /** null for ConfigMaps, which are read one by one. */
  readonly #wide: Feed | null
  #parts: readonly Part[] = []
  #search: 'none' | 'running' | 'done' = 'none'
  #isStopped = false
  /** What parts that are gone had counted. */
  #formerEvents = 0
  #formerRelists = 0

  constructor(options: KindWatchOptions) {
    this.#options = options
    this.served = options.served
    const { group, resource } = options.served
    if (group === '' && resource === 'configmaps') {
      this.#wide = null
      this.#parts = [...KNOWN_CONFIG_MAPS.keys()].map((place) => ({ name: place, feed: this.#feedOfObject(place) }))
    } else {
      this.#wide = this.#feed(null, this.#path(null), () => this.#wideUpdated())
    }
  }

  start(): void {
    for (const feed of this.#feeds()) feed.start()
  }

  stop(): void {
    this.#isStopped = true
    for (const feed of this.#feeds()) feed.stop()
  }

  /** Looks again at once at what was not there or not permitted. */
  retry(): void {
    for (const feed of this.#feeds()) if (feed.state.kind === 'absent' || feed.state.kind === 'not-permitted') feed.retry()
  }

  /** Whether it depends on which namespaces there are. */
  get isInNamespaces(): boolean {
    return this.#search !== 'none'
  }

  /** Looks for namespaces again; others may have come that may be read. */
  namespacesChanged(): void {
    if (this.#search === 'done') void this.#lookIntoNamespaces()
  }

  *documents(): Iterable<SourceDocument> {
    if (this.#wide?.isHolding === true) yield* this.#wide.store.documents()
    else for (const { feed } of this.#parts) yield* feed.store.documents()
  }

  describe(): WatchedKind {
    const { group, version, kind, resource } = this.served
    const feeds = this.#wide?.isHolding === true ? [this.#wide] : this.#parts.map(({ feed }) => feed)
    const all = this.#feeds()
    return {
      group,
      version,
      kind,
      resource,
      state: this.#state(),
      scope: this.#scope(),
      objects: feeds.reduce((sum, { store }) => sum + store.size, 0),
      leftOut: feeds.reduce((sum, { store }) => sum + store.leftOut, 0),
      events: all.reduce((sum, { events }) => sum + events, this.#formerEvents),
      relists: all.reduce((sum, { relists }) => sum + relists, this.#formerRelists),
    }
  }

  #state(): WatchState {
    const wide = this.#wide?.state ?? null
    if (wide !== null && wide.kind !== 'not-permitted') return wide
    if (this.#search === 'running' && this.#parts.length === 0) return { kind: 'syncing', read: 0, total: null }
    const merged = mergeStates(this.#parts.map(({ feed }) => feed.state))
    if (merged === null || merged.kind === 'not-permitted') return wide ?? merged ?? { kind: 'absent' }
    return merged
  }

  #scope(): WatchScope {
    const names = this.#parts.flatMap(({ name, feed }) => (feed.state.kind === 'not-permitted' ? [] : [name]))
    if (this.#wide === null) return { kind: 'objects', names }
    return this.#wide.state.kind === 'not-permitted' && names.length > 0 ? { kind: 'namespaces', names } : { kind: 'everything' }
  }

  #wideUpdated(): void {
    const kind = this.#wide?.state.kind
    // Refused again, as happens from time to time: other namespaces may be permitted by now.
    if (kind === 'not-permitted' && this.#search !== 'running' && this.served.isNamespaced) void this.#lookIntoNamespaces()
    // The whole may be read after all: its list holds what the parts held.
    if (kind === 'live' && this.#parts.length > 0) {
      for (const part of this.#parts) this.#retire(part)
      this.#parts = []
      this.#search = 'none'
    }
    this.#options.onUpdate()
  }

  async #lookIntoNamespaces(): Promise<void> {
    this.#search = 'running'
    const names = await this.#options.findNamespaces(this.served).catch((): readonly string[] => [])
    this.#search = 'done'
    if (this.#isStopped || this.#wide?.state.kind !== 'not-permitted') return
    const kept = this.#parts.filter(({ name }) => names.includes(name))
    for (const part of this.#parts) if (!kept.includes(part)) this.#retire(part)
    const added = names
      .filter((name) => !kept.some((part) => part.name === name))
      .map((name) => ({ name, feed: this.#feed(name, this.#path(name), this.#options.onUpdate) }))
    this.#parts = [...kept, ...added]
    for (const { feed } of added) feed.start()
    this.#options.onUpdate()
  }

  #retire({ feed }: Part): void {
    feed.stop()
    this.#formerEvents += feed.events
    this.#formerRelists += feed.relists
  }

  #feeds(): readonly Feed[] {
    return [...(this.#wide === null ? [] : [this.#wide]), ...this.#parts.map(({ feed }) => feed)]
  }

  #path(namespace: string | null): string {
    const { group, version, resource } = this.served
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
    return namespace === null ? `${root}/${resource}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`
  }

  #feedOfObject(place: string): Feed {
    const [namespace = '', name = ''] = place.split('/')
    const selector = encodeURIComponent(`metadata.name=${name}`)
    return this.#feed(namespace, `${this.#path(namespace)}?fieldSelector=${selector}`, this.#options.onUpdate)
  }

  #feed(namespace: string | null, path: string, onUpdate: () => void): Feed {
    const { context, pool, onLeftOut } = this.#options
    const { group, version, kind } = this.served
    const apiVersion = group === '' ? version : `${group}/${version}`
    const store = new ObjectStore({ apiVersion, kind, pool, onLeftOut })
    return new Feed(context, { path, namespace, form: 'objects', store, onUpdate })
  }
}
