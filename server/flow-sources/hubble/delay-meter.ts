/** Flows that the median is taken of. */
const KEPT = 101

/** How far behind what is read runs: the median of the newest flows, so that one with a wrong clock says nothing. */
export class DelayMeter {
  readonly #delays: number[] = []
  #next = 0

  /** Milliseconds from a flow's own time to when it was read. */
  add(delayMs: number): void {
    this.#delays[this.#next] = delayMs
    this.#next = (this.#next + 1) % KEPT
  }

  clear(): void {
    this.#delays.length = 0
    this.#next = 0
  }

  /** `0.4 s`; null when nothing was measured. Less than nothing when the other clock is ahead of ours. */
  text(): string | null {
    if (this.#delays.length === 0) return null
    const sorted = [...this.#delays].sort((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0
    return `${(median / 1_000).toFixed(median < 10_000 ? 1 : 0)} s`
  }
}
