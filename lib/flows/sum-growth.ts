import type { Flow } from './flow'

const MINUTE_MS = 60_000

/** The sums of one lane in one minute, as a flow that stands for all of it. */
export type StoredSum = {
  /** Equal for the same lane of the same minute. */
  readonly key: string
  /** Start of the minute, milliseconds since the epoch. */
  readonly minute: number
  readonly flow: Flow
  readonly count: number
  readonly repeats: number
  readonly lastSeen: number
  /** How well its kind of source counts. */
  readonly rank: number
}

/** What a sum grew by since it was last looked at; numbers below zero were taken back. */
export type Growth = Omit<StoredSum, 'key'>

type Known = { count: number; repeats: number; bytes: number | null; until: number }

/**
 * Sums that are read again and again while somebody else writes them, turned into what is new: a sum that is written
 * anew replaces what was read of it before, so only the difference counts. Holds one entry per sum of the last hour.
 */
export class SumGrowth {
  readonly #minutes = new Map<number, Map<string, Known>>()

  /** What a sum grew by since it was last given; null when it did not. */
  next(sum: StoredSum): Growth | null {
    const { key, minute, flow, count, repeats, lastSeen, rank } = sum
    const sums = this.#minutes.get(minute) ?? new Map<string, Known>()
    this.#minutes.set(minute, sums)
    const known = sums.get(key)
    const end = minute + MINUTE_MS - 1
    sums.set(key, { count, repeats, bytes: flow.bytes, until: Math.min(end, Math.max(minute, lastSeen)) })
    if (known === undefined) return count === 0 && repeats === 0 ? null : sum
    const bytes = flow.bytes === null ? null : flow.bytes - (known.bytes ?? 0)
    if (known.count === count && known.repeats === repeats && (bytes === null || bytes === 0)) return null
    // What came since then was seen since then.
    const windowTime = Math.max(flow.windowTime, known.until)
    return { minute, flow: { ...flow, windowTime, bytes }, count: count - known.count, repeats: repeats - known.repeats, lastSeen, rank }
  }

  /** Forgets minutes that began before a moment; their sums must not be given again. */
  forget(before: number): void {
    for (const minute of this.#minutes.keys()) if (minute < before) this.#minutes.delete(minute)
  }
}
