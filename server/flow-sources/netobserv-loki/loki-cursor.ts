import { createHash } from 'node:crypto'
import type { LokiEntry } from './loki-answer'

/**
 * Where reading stands: everything before a moment was read, and of the moment itself what is remembered. Pages overlap in
 * their first nanosecond, because a page may end in the middle of it.
 */
export class LokiCursor {
  private at: bigint
  private atThatMoment = new Map<string, number>()

  /** @param fromNs nanoseconds since the epoch */
  constructor(fromNs: bigint) {
    this.at = fromNs
  }

  /** The first moment to ask for, in nanoseconds since the epoch. */
  get fromNs(): bigint {
    return this.at
  }

  /**
   * The entries of a page, oldest first, that were not read before; the cursor moves to the last one. Equal entries of one
   * moment are told apart by how many there are.
   */
  take(entries: readonly LokiEntry[]): readonly LokiEntry[] {
    const last = entries.at(-1)
    if (last === undefined) return []
    const known = new Map(this.atThatMoment)
    const start = this.at
    const fresh = entries.filter((entry) => {
      if (entry.atNs < start) return false
      if (entry.atNs > start) return true
      const key = keyOf(entry)
      const count = known.get(key) ?? 0
      if (count === 0) return true
      known.set(key, count - 1)
      return false
    })
    if (last.atNs > start) {
      this.at = last.atNs
      this.atThatMoment = new Map()
      for (const entry of entries) if (entry.atNs === last.atNs) this.remember(entry)
    } else if (last.atNs === start) for (const entry of fresh) this.remember(entry)
    return fresh
  }

  /** Everything before a moment was read. */
  moveTo(ns: bigint): void {
    if (ns <= this.at) return
    this.at = ns
    this.atThatMoment = new Map()
  }

  private remember(entry: LokiEntry): void {
    const key = keyOf(entry)
    this.atThatMoment.set(key, (this.atThatMoment.get(key) ?? 0) + 1)
  }
}

function keyOf({ labels, line }: LokiEntry): string {
  return createHash('sha1').update(JSON.stringify(labels)).update('\n').update(line).digest('base64')
}

const NS_PER_MS = 1_000_000n

export function nsOf(ms: number): bigint {
  return BigInt(Math.floor(ms)) * NS_PER_MS
}

export function msOf(ns: bigint): number {
  return Number(ns / NS_PER_MS)
}
