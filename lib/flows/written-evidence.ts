import type { LaneEvidence } from './flow-window'
import type { MinuteSums } from './minute-sums'
import type { RankedLane } from './window-lanes'

const MINUTE_MS = 60_000
/** Sources see the same traffic at different moments, and a better one that was away may tell of it later. */
const MINUTES = 10

/** What the flow window knows of sources that meet. */
export type EvidenceFinder = {
  readonly evidenceBetween: (from: number, to: number) => ReadonlyMap<RankedLane, LaneEvidence> | null
}

/**
 * Which part of the sums that are written down is evidence, as the flow window has it at the moment: what counts in an edge
 * changes when a better source reports the same, also after the sum was written. Looks back over the last ten minutes, one
 * of them a call, so that a call is short.
 */
export class WrittenEvidence {
  readonly #window: EvidenceFinder
  readonly #sums: MinuteSums
  #minutes = new Map<number, ReadonlyMap<RankedLane, LaneEvidence>>()
  #next = 0

  /** What is evidence now was written by an earlier run. */
  constructor(window: EvidenceFinder, sums: MinuteSums, now: number) {
    this.#window = window
    this.#sums = sums
    for (let back = 0; back < MINUTES; back++) this.#take(minuteOf(now) - back * MINUTE_MS, false)
  }

  /** Hands on what changed, of one minute or of all. */
  update(now: number, isAll: boolean): void {
    const newest = minuteOf(now)
    for (const minute of this.#minutes.keys()) if (minute <= newest - MINUTES * MINUTE_MS) this.#minutes.delete(minute)
    for (let back = 0; back < (isAll ? MINUTES : 1); back++) this.#take(newest - (this.#next++ % MINUTES) * MINUTE_MS, true)
  }

  #take(minute: number, isOurs: boolean): void {
    const before = this.#minutes.get(minute)
    const found = this.#window.evidenceBetween(minute, minute + MINUTE_MS)
    if (found === null && before === undefined) return
    const current = found ?? new Map<RankedLane, LaneEvidence>()
    if (isOurs)
      for (const lane of new Set([...current.keys(), ...(before?.keys() ?? [])]))
        this.#tell(minute, lane, before?.get(lane), current.get(lane))
    if (current.size === 0) this.#minutes.delete(minute)
    else this.#minutes.set(minute, current)
  }

  #tell(minute: number, lane: RankedLane, before: LaneEvidence | undefined, now: LaneEvidence | undefined): void {
    const count = (now?.count ?? 0) - (before?.count ?? 0)
    const repeats = (now?.repeats ?? 0) - (before?.repeats ?? 0)
    if (count !== 0 || repeats !== 0) this.#sums.addEvidence(minute, lane, count, repeats, (now ?? before)?.lastSeen ?? minute)
  }
}

function minuteOf(now: number): number {
  return Math.floor(now / MINUTE_MS) * MINUTE_MS
}
