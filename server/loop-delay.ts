import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the event loop came, in milliseconds. */
export type LoopDelays = { readonly p50: number; readonly p99: number; readonly max: number }

const RESOLUTION_MS = 10
const PERIOD_MS = 30_000

/** Measures how late the event loop comes, half a minute at a time: what happened at the start is not what happens now. */
export class LoopDelay {
  readonly #loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #since: number
  #last: LoopDelays | null = null

  /** @param now milliseconds of any clock, as later calls have it */
  constructor(now: number) {
    this.#since = now
    this.#loop.enable()
  }

  /** Called now and then, at least once in half a minute. */
  turn(now: number): void {
    if (now - this.#since < PERIOD_MS) return
    this.#since = now
    this.#last = this.#read()
    this.#loop.reset()
  }

  /** Of the last whole half minute; in the first one, of the time until now. */
  get latest(): LoopDelays {
    return this.#last ?? this.#read()
  }

  stop(): void {
    this.#loop.disable()
  }

  #read(): LoopDelays {
    return { p50: late(this.#loop.percentile(50)), p99: late(this.#loop.percentile(99)), max: late(this.#loop.max) }
  }
}

/** A sample is the time between two looks, which are wanted every so often. */
function late(ns: number): number {
  return Number.isFinite(ns) ? Math.max(0, ns / 1e6 - RESOLUTION_MS) : 0
}
