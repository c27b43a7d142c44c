const FIRST_MS = 800
const LAST_MS = 30_000
/** After as long without a failure the next one counts as the first. */
const HEALTHY_MS = 60_000
/** Many who lost one connection do not come back in the same instant. */
const SPREAD_MS = 250

/** Pauses between attempts: almost none after a long healthy time, then 0.8 to 30 s, each with chance added. */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  /** @param random gives at least 0, below 1. */
  constructor(random: () => number) {
    this.#random = random
  }

  /** `healthyMs`: how long it went well before this failure. */
  next(healthyMs: number): number {
    if (healthyMs >= HEALTHY_MS) this.#failures = 0
    const failures = this.#failures++
    if (failures === 0) return this.#random() * SPREAD_MS
    const base = Math.min(FIRST_MS * 2 ** (failures - 1), LAST_MS / 2)
    return base + this.#random() * base
  }

  /** A pause that is not the fault of what is tried: many who wait for the same come back a little apart. */
  spread(): number {
    return this.#random() * SPREAD_MS
  }
}
