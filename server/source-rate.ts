const SPAN_MS = 5_000

/** Flows per second over the last few seconds, from a counter that only grows. */
export class SourceRate {
  readonly #samples: { readonly at: number; readonly count: number }[] = []
  #lastGrowthAt: number | null = null

  /** Takes the counter's value at a moment. */
  sample(count: number, at: number): void {
    const newest = this.#samples.at(-1)
    if (newest !== undefined && count > newest.count) this.#lastGrowthAt = at
    else if (newest === undefined && count > 0) this.#lastGrowthAt = at
    this.#samples.push({ at, count })
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= SPAN_MS) this.#samples.shift()
  }

  /** Forgets the samples: what was counted until now says nothing of what comes in from now on. */
  restart(): void {
    this.#samples.length = 0
  }

  get perSecond(): number {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.at <= first.at) return 0
    return Math.round(((last.count - first.count) * 10_000) / (last.at - first.at)) / 10
  }

  /** When the counter last grew; null when it never did. */
  get lastGrowthAt(): number | null {
    return this.#lastGrowthAt
  }
}
