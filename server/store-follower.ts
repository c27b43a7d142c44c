import type { SourceReport } from '@/lib/api/collector-report'
import type { Flow } from '@/lib/flows/flow'
import { type FlowWindow, WINDOW_MS } from '@/lib/flows/flow-window'
import type { RecentFlows } from '@/lib/flows/recent-flows'
import { SumGrowth } from '@/lib/flows/sum-growth'
import type { Clock } from './clock'
import { reportedSources } from './reported-sources'
import type { WrittenReport } from './store/rows/record-rows'
import type { SqlStore } from './store/sql-store'

const POLL_MS = 2_000
/** Sums of these minutes are read every time; what comes later is found with the whole hour. */
const NEWEST_MS = 5 * 60_000
const WHOLE_HOUR_MS = 60_000
/** Flows one by one that are taken at once, and how long after their time they may come. */
const MOST_FLOWS = 2_000
const LATE_FLOW_MS = 20_000
/** Sources of collectors that have not said anything for so long are forgotten. */
const FORGOTTEN_MS = 15 * 60_000

export type FollowerOptions = {
  readonly store: Pick<SqlStore, 'collectors' | 'minutes' | 'flows'>
  readonly window: FlowWindow
  readonly recent: RecentFlows
  readonly clock: Clock
  /** Hears of flows that are new. */
  readonly onFlows: (flows: readonly Flow[]) => void
}

/**
 * Takes what collectors write into this process's flow window, a few queries for all who look: sums per minute, of which
 * only what is new is counted, the newest flows one by one, and what the collectors say of their sources.
 */
export class StoreFollower {
  readonly #options: FollowerOptions
  readonly #growth = new SumGrowth()
  #reports: readonly WrittenReport[] = []
  /** Ids of the flows that were taken by the last poll. */
  #taken: ReadonlySet<string> = new Set()
  #wholeAt: number | null = null
  #triedAt: number | null = null
  #readAt: number | null = null
  #problem: string | null = null
  #isPolling = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Why the store cannot be read now; null when it can. */
  get problem(): string | null {
    return this.#problem
  }

  /** When the store was last read, in milliseconds since the epoch; null before the first time. */
  get readAt(): number | null {
    return this.#readAt
  }

  /** The sources of the collectors, with one that says so when no collector writes. */
  sources(): readonly SourceReport[] {
    return reportedSources(this.#reports, { now: this.#options.clock.now(), readAt: this.#readAt, problem: this.#problem })
  }

  /** Reads what is new when it is time to. Never throws: what is wrong is in `problem`, and tried again. */
  async tick(): Promise<void> {
    const now = this.#options.clock.now()
    if (this.#isPolling || (this.#triedAt !== null && now - this.#triedAt < POLL_MS)) return
    this.#isPolling = true
    this.#triedAt = now
    try {
      this.#reports = await this.#options.store.collectors(now - FORGOTTEN_MS)
      await this.#readSums(now)
      await this.#readFlows(now)
      this.#readAt = now
      this.#problem = null
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error)
    } finally {
      this.#isPolling = false
    }
  }

  async #readSums(now: number): Promise<void> {
    const isWhole = this.#wholeAt === null || now - this.#wholeAt >= WHOLE_HOUR_MS
    const { store, window } = this.#options
    const sums = await store.minutes({ from: now - (isWhole ? WINDOW_MS : NEWEST_MS), to: now })
    for (const sum of sums) {
      const grown = this.#growth.next(sum)
      if (grown === null) continue
      const { flow, minute, count, repeats, lastSeen, rank } = grown
      if (count < 0) window.takeBack(flow, minute, -count, rank)
      window.restore(flow, { count: Math.max(0, count), repeats: Math.max(0, repeats), lastSeen }, now, rank)
    }
    // A minute is forgotten once no reading can have it any more.
    this.#growth.forget(now - WINDOW_MS - NEWEST_MS)
    if (isWhole) this.#wholeAt = now
  }

  async #readFlows(now: number): Promise<void> {
    const { store, recent, onFlows } = this.#options
    const range = { from: now - LATE_FLOW_MS, to: now + 1 }
    const { flows } = await store.flows({ ...range, filter: null, before: null, limit: MOST_FLOWS })
    const fresh = flows.filter(({ id }) => !this.#taken.has(id)).toReversed()
    this.#taken = new Set(flows.map(({ id }) => id))
    recent.mark(now)
    for (const flow of fresh) recent.add({ ...flow, id: recent.nextId() })
    onFlows(fresh)
  }
}
