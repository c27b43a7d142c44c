import type { TimeRange } from './flow-store'
import { HOUR_MS, ROLLUPS, type Rollup, TEN_MINUTES } from './sql/rollups'

/** How long after its end a slot is not made: what was counted last is on its way. */
const SETTLE_MS = 5_000

/** Which sums of longer times are to be made, because shorter ones they are made from changed. */
export class StaleSums {
  /** Starts of slots. */
  readonly #stale: ReadonlyMap<Rollup, Set<number>> = new Map(ROLLUPS.map((rollup) => [rollup, new Set()]))

  /** Hears that sums of a minute changed; `at` is a moment in it. */
  touch(at: number): void {
    this.#mark(TEN_MINUTES, at)
  }

  /** Takes all of some hours as changed. */
  touchHours({ from, to }: TimeRange): void {
    for (let at = Math.floor(from / HOUR_MS) * HOUR_MS; at < to; at += TEN_MINUTES.ms) this.touch(at)
  }

  /**
   * Has made what can be, oldest first. Longer times come before shorter ones, so that a slot is made at the earliest one
   * call after what it is made from: where copies of the store follow each other, they have it by then. Stops at the first
   * failure of `make`, which is thrown.
   */
  async make(now: number, make: (rollup: Rollup, slot: TimeRange) => Promise<void>): Promise<void> {
    for (const [index, rollup] of [...ROLLUPS.entries()].reverse()) {
      const stale = this.#of(rollup)
      for (const from of [...stale].sort((a, b) => a - b)) {
        const slot = { from, to: from + rollup.ms }
        // What follows waits too: whoever reads takes all before the last slot as made.
        if (slot.to + SETTLE_MS > now || this.#isWaited(index, slot)) break
        stale.delete(from)
        try {
          await make(rollup, slot)
        } catch (error) {
          stale.add(from)
          throw error
        }
        const longer = ROLLUPS[index + 1]
        if (longer !== undefined) this.#mark(longer, from)
      }
    }
  }

  /** True when shorter sums in a slot are to be made first. */
  #isWaited(index: number, { from, to }: TimeRange): boolean {
    return ROLLUPS.slice(0, index).some((shorter) => [...this.#of(shorter)].some((start) => start >= from && start < to))
  }

  #mark(rollup: Rollup, at: number): void {
    this.#of(rollup).add(Math.floor(at / rollup.ms) * rollup.ms)
  }

  #of(rollup: Rollup): Set<number> {
    const stale = this.#stale.get(rollup)
    if (stale === undefined) throw new RangeError(`no such sums: ${rollup.table}`)
    return stale
  }
}
