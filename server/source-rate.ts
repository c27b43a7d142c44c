const SPAN_MS = 5_000
/** Pauses that are looked back on. */
const PAUSES = 32

/** Flows per second over the last few seconds, from a counter that only grows. */
export class SourceRate {
  readonly #samples: { readonly at: number; readonly count: number }[] = []
  readonly #pauses: number[] = []
  #lastGrowthAt: number | null = null

  /** Takes the counter's value at a moment. */
  sample(count: number, at: number): void {
    const newest = this.#samples.at(-1)
    if (count > (newest?.count ?? 0)) this.#grow(at)
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

  /** The longest of the last pauses between two growths, in milliseconds; null while few are known. */
  get longestPauseMs(): number | null {
    return this.#pauses.length < 3 ? null : Math.max(...this.#pauses)
  }

  #grow(at: number): void {
    if (this.#lastGrowthAt !== null) this.#pauses.push(at - this.#lastGrowthAt)
    if (this.#pauses.length > PAUSES) this.#pauses.shift()
    this.#lastGrowthAt = at
  }
}
