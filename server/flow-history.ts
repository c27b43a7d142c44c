import type { CompiledFilter } from '@/lib/flows/filter-match'
import type { Flow } from '@/lib/flows/flow'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import type { FlowPipeline } from '@/lib/flows/pipeline'
import type { FlowEdge, FlowHistogram } from '@/lib/flows/window-types'
import type { Clock } from './clock'
import type { FlowKeeper } from './flow-keeper'
import { cursorOf, readFlowPlace } from './store/flow-place'
import type { FlowPlace, TimeRange } from './store/flow-store'

const DAY_MS = 86_400_000
/** How long a question about the past waits for what is on its way to the store. */
const FLUSH_MS = 2_000

export type HistoryQuery = {
  readonly filter: CompiledFilter | null
  /** null leaves the side open. */
  readonly from: number | null
  readonly to: number | null
  /** Id of the last flow of the page before; null starts with the newest. */
  readonly cursor: string | null
  readonly limit: number
}

export type HistoryPage = { readonly flows: readonly Flow[]; readonly next: string | null }

/**
 * Traffic at any time that is kept: the last hour from memory, what came before from the store, where there is one. Where
 * other processes fill the store, flows one by one are always read from it.
 * Calls that need the store reject with a `StoreError`.
 */
export class FlowHistory {
  readonly #pipeline: FlowPipeline
  readonly #keeper: FlowKeeper | null
  readonly #clock: Clock

  constructor(pipeline: FlowPipeline, keeper: FlowKeeper | null, clock: Clock) {
    this.#pipeline = pipeline
    this.#keeper = keeper
    this.#clock = clock
  }

  /** Flows, newest first by arrival. Pages go on from memory into the store without a gap or a repeat. */
  async page(query: HistoryQuery, signal?: AbortSignal): Promise<HistoryPage> {
    const { recent } = this.#pipeline
    const keeper = this.#keeper
    if (keeper === null) return recent.page({ ...query, matches: query.filter?.matchesFlow ?? null })

    const { writer } = keeper
    const oldest = this.#placeOf(recent.oldestSequence, keeper)
    const place = query.cursor === null ? null : readFlowPlace(query.cursor, writer)
    if (query.cursor !== null && place === null) return { flows: [], next: null }
    if (!keeper.writes) return this.#olderPage(query, place, signal)
    const isInMemory = place === null || (place.writer === writer && place.sequence > oldest.sequence)
    if (!isInMemory)
      return this.#olderPage(query, place.slot === null ? this.#placeOf(place.sequence, keeper, place.writer) : place, signal)

    const page = recent.page({ ...query, matches: query.filter?.matchesFlow ?? null })
    if (page.next !== null) return page
    const next = keeper.archive.isUsable ? cursorOf(oldest, writer) : null
    if (page.flows.length > 0) return { flows: page.flows, next }
    return this.#olderPage(query, oldest, signal)
  }

  /** Connections by verdict over time. */
  async histogram(
    range: TimeRange & { readonly buckets: number },
    filter: CompiledFilter | null,
    signal?: AbortSignal,
  ): Promise<FlowHistogram> {
    const keeper = this.#keeper
    if (keeper !== null && this.isStored(range)) {
      await keeper.archive.flush(FLUSH_MS)
      return keeper.store.histogram({ ...range, filter }, signal)
    }
    const from = Math.max(range.from, range.to - WINDOW_MS)
    return this.#pipeline.window.histogram(from, range.to, range.buckets, filter?.matchesLane ?? null)
  }

  /** Sums per edge of `[from, to)`; from the store in whole minutes. Those of `namespaces` only, where some are named. */
  async edges(range: TimeRange, namespaces: readonly string[] = [], signal?: AbortSignal): Promise<readonly FlowEdge[]> {
    const keeper = this.#keeper
    if (keeper === null || !this.isStored(range)) return this.#pipeline.window.edges(range.from, range.to)
    await keeper.archive.flush(FLUSH_MS)
    return (await keeper.store.edges({ ...range, namespaces }, signal)).edges
  }

  /** True for a range that the store alone has: the flow window does not reach back far enough. */
  isStored({ from }: Pick<TimeRange, 'from'>): boolean {
    return this.#keeper?.archive.isUsable === true && from < this.#clock.now() - WINDOW_MS
  }

  /** Memory knows its flows by their numbers only. */
  #placeOf(sequence: number, { archive, writer: own }: FlowKeeper, writer: number = own): FlowPlace {
    return { slot: writer === own ? archive.slotOf(sequence) : null, sequence, writer }
  }

  async #olderPage(query: HistoryQuery, before: FlowPlace | null, signal: AbortSignal | undefined): Promise<HistoryPage> {
    const keeper = this.#keeper
    if (keeper === null || !keeper.archive.isUsable) return { flows: [], next: null }
    // What left memory may still be on its way.
    await keeper.archive.flush(FLUSH_MS)
    const now = this.#clock.now()
    const range = { from: query.from ?? now - keeper.retentionDays * DAY_MS, to: query.to ?? now + 1 }
    const { flows, next } = await keeper.store.flows({ ...range, filter: query.filter, before, limit: query.limit }, signal)
    return { flows, next: next === null ? null : cursorOf(next, keeper.writer) }
  }
}
