import type { FlowEdge } from '@/lib/flows/window-types'
import type { Clock } from '../clock'
import type { FlowHistory } from '../flow-history'
import type { TimeRange } from '../store/flow-store'

type Loaded = { readonly edges: readonly FlowEdge[]; readonly loadedAt: number }

/** Ranges that are held; one of a large cluster takes some ten MB. */
const MAX_RANGES = 8
/** A range that goes up to now is asked for again when it is this old. */
const AGE_MS = 30_000
/** A range that ends within this time goes up to now. */
const NOW_MS = 60_000

/** Sums of times that the flow window does not hold, asked of the store and held for those who look at them. */
export class PastEdges {
  readonly #history: FlowHistory
  readonly #clock: Clock
  /** The least used first. */
  readonly #ranges = new Map<string, Loaded>()
  readonly #loading = new Set<string>()

  constructor(history: FlowHistory, clock: Clock) {
    this.#history = history
    this.#clock = clock
  }

  /** Asks the store for a range that it alone has; without effect for others. Rejects with a `StoreError`. */
  async load(range: TimeRange, signal?: AbortSignal): Promise<void> {
    if (!this.#history.isStored(range)) return
    const key = this.#keyOf(range)
    if (this.#ranges.has(key)) return
    await this.#load(key, range, signal)
  }

  /** The sums of a range that was loaded; null where the flow window has them, and where they were not loaded. */
  ready(range: TimeRange): readonly FlowEdge[] | null {
    if (!this.#history.isStored(range)) return null
    const key = this.#keyOf(range)
    const known = this.#ranges.get(key)
    if (known === undefined) return null
    this.#ranges.delete(key)
    this.#ranges.set(key, known)
    if (this.#isMoving(range) && this.#clock.now() - known.loadedAt > AGE_MS) void this.#loadAgain(key, range)
    return known.edges
  }

  async #loadAgain(key: string, range: TimeRange): Promise<void> {
    if (this.#loading.has(key)) return
    this.#loading.add(key)
    try {
      await this.#load(key, range)
    } catch {
      // What is held is older than it could be; the store says why on the status page.
    } finally {
      this.#loading.delete(key)
    }
  }

  async #load(key: string, range: TimeRange, signal?: AbortSignal): Promise<void> {
    const edges = await this.#history.edges(range, [], signal)
    this.#ranges.delete(key)
    this.#ranges.set(key, { edges, loadedAt: this.#clock.now() })
    const [oldest] = this.#ranges.keys()
    if (this.#ranges.size > MAX_RANGES && oldest !== undefined) this.#ranges.delete(oldest)
  }

  #isMoving({ to }: TimeRange): boolean {
    return to > this.#clock.now() - NOW_MS
  }

  /** A range up to now is the same one a second later. */
  #keyOf(range: TimeRange): string {
    return this.#isMoving(range) ? `last ${Math.round((range.to - range.from) / 1_000)} s` : `${range.from} ${range.to}`
  }
}
