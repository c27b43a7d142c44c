import { statfs } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { CountedBefore } from '@/lib/flows/counted-before'
import type { FlowWindow } from '@/lib/flows/flow-window'
import { WINDOW_MS } from '@/lib/flows/flow-window'
import type { Ledger } from '@/lib/flows/ledger'
import type { StoredSum } from '@/lib/flows/sum-growth'
import type { Clock } from './clock'
import type { Keeping } from './open-store'
import { SourceRate } from './source-rate'
import { FlowArchive } from './store/flow-archive'
import type { StoreUsage } from './store/flow-store'
import type { SqlStore } from './store/sql-store'

const TICK_MS = 1_000
const LOOK_AFTER_MS = 30_000
const ASK_AGAIN_MS = 250
const DAY_MS = 86_400_000
/** Below this the disk has no room for flows one by one. */
const LEAST_FREE_BYTES = 256 * 1024 ** 2

/** How the store of a cluster does. */
export type KeeperStatus = FlowArchive['status'] & {
  readonly kind: SqlStore['kind']
  readonly rowsPerSecond: number
  /** null until it was looked at. */
  readonly usage: StoreUsage | null
}

/** Keeps what one cluster did in a store: fills the flow window from it at the start, and looks after it. */
export class FlowKeeper {
  readonly store: SqlStore
  readonly archive: FlowArchive
  readonly #keeping: Keeping
  readonly #clock: Clock
  readonly #rate = new SourceRate()
  readonly #onStop: (() => void)[] = []
  #usage: StoreUsage | null = null
  #lookedAt = 0
  #isLooking = false
  #isRestored = false
  #isRepaired = false
  #isFilled = false

  constructor(keeping: Keeping, clock: Clock, ledger: () => Ledger) {
    this.#keeping = keeping
    this.#clock = clock
    this.store = keeping.store
    this.archive = new FlowArchive({
      store: keeping.store,
      cluster: keeping.cluster,
      writer: keeping.writer,
      now: () => clock.now(),
      account: {
        stored: (source, records) => ledger().source(source).store(records),
        sampled: (source, records) => ledger().source(source).sample(records),
        dropped: (source, reason, records) => ledger().source(source).drop(reason, records),
      },
    })
  }

  /** Name of the cluster in the store. */
  get cluster(): string {
    return this.#keeping.cluster
  }

  get writer(): number {
    return this.#keeping.writer
  }

  get retentionDays(): number {
    return this.#keeping.retentionDays
  }

  /** False where other processes fill the store. */
  get writes(): boolean {
    return this.#keeping.writes
  }

  /**
   * Opens the store without being waited for; the last hour comes into the window once it is there. Where others fill the
   * store, `follow` is called instead, again and again.
   */
  start(window: FlowWindow, follow: (() => Promise<void>) | null): void {
    this.#onStop.push(this.#clock.every(TICK_MS, () => void this.#tick(window, follow)))
    void this.#tick(window, follow)
  }

  /** True once what earlier runs counted in the last hour is in the window. */
  get isFilled(): boolean {
    return this.#isFilled
  }

  status(): KeeperStatus {
    return { ...this.archive.status, kind: this.store.kind, rowsPerSecond: this.#rate.perSecond, usage: this.#usage }
  }

  /**
   * What earlier runs counted of a source within the last hour; null for nothing, and when the store does not say so in time.
   */
  async countedBefore(source: string, patienceMs: number, signal: AbortSignal): Promise<CountedBefore | null> {
    for (let waited = 0; waited < patienceMs && !signal.aborted && this.archive.isUsable; waited += ASK_AGAIN_MS) {
      try {
        if (this.archive.isOpen) {
          const times = await this.store.counted({ source, since: this.#clock.now() - WINDOW_MS })
          return times.length === 0 ? null : new CountedBefore(times)
        }
      } catch {
        // What is wrong with the store shows when it is written to.
      }
      await delay(ASK_AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
    return null
  }

  /** True when the store has all that was accepted. */
  async stop(): Promise<boolean> {
    for (const stop of this.#onStop.splice(0)) stop()
    return this.archive.stop()
  }

  async #tick(window: FlowWindow, follow: (() => Promise<void>) | null): Promise<void> {
    await this.archive.tick()
    this.#rate.sample(this.archive.status.writtenRows, this.#clock.now())
    if (!this.archive.isOpen) return
    if (follow !== null) await follow()
    else if (!this.#isRestored) {
      this.#isRestored = true
      await this.#restore(window)
    }
    await this.#lookAfter()
  }

  /** A store that cannot be read leaves the window as it is: it fills with what comes. */
  async #restore(window: FlowWindow): Promise<void> {
    const now = this.#clock.now()
    try {
      if (!this.#isRepaired) await this.#repair(now)
      const sums = await this.store.minutes({ from: now - WINDOW_MS, to: now })
      fill(window, sums, now)
      this.archive.watch(window)
      this.#isFilled = true
    } catch {
      this.#isRestored = false
    }
  }

  /** The run before may have ended before it summed up its last hours, however long ago that was. Once is enough: what is asked for again and again is never done. */
  async #repair(now: number): Promise<void> {
    const unsummed = (await this.store.unsummedFrom()) ?? now
    this.archive.repairHours({ from: Math.min(now, unsummed) - 3 * WINDOW_MS, to: now })
    this.#isRepaired = true
  }

  async #lookAfter(): Promise<void> {
    const now = this.#clock.now()
    if (this.#isLooking || now - this.#lookedAt < LOOK_AFTER_MS) return
    this.#isLooking = true
    this.#lookedAt = now
    const { disk, retentionDays } = this.#keeping
    try {
      if (this.writes) {
        const left = await this.store.enforce({ keptMs: retentionDays * DAY_MS, maxBytes: disk?.maxBytes ?? null, now })
        if (disk !== null) {
          const { bavail, bsize } = await statfs(disk.folder)
          if (bavail * bsize < LEAST_FREE_BYTES || left.bytes > disk.maxBytes) this.archive.stopRaw(2 * LOOK_AFTER_MS)
        }
      }
      this.#usage = await this.store.usage()
    } catch {
      // What is wrong with the store shows when it is written to; this is tried again.
    } finally {
      this.#isLooking = false
    }
  }
}

/** Until there is no room: the newest come first. */
function fill(window: FlowWindow, sums: readonly StoredSum[], now: number): void {
  for (const { flow, rank, ...sum } of sums) {
    // What was taken back altogether is there with zeros.
    if (sum.count === 0 && sum.repeats === 0) continue
    if (!window.restore(flow, sum, now, rank) && window.usage().cells >= window.usage().limits.maxCells) return
  }
}
