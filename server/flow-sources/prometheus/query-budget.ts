const MINUTE_MS = 60_000

/**
 * How many queries may be asked in any minute. Somebody else's monitoring pays for each.
 *
 * @param now milliseconds since the epoch
 */
export class QueryBudget {
  readonly perMinute: number
  private readonly now: () => number
  private asked: number[] = []

  constructor(perMinute: number, now: () => number) {
    this.perMinute = perMinute
    this.now = now
  }

  /** Takes one query from the budget; when none is left, says in how many milliseconds the next may be asked. */
  take(): number {
    const at = this.now()
    // A clock that was set back must not lock the source for long.
    this.asked = this.asked.filter((before) => before > at - MINUTE_MS && before <= at)
    const oldest = this.asked[0]
    if (oldest !== undefined && this.asked.length >= this.perMinute) return oldest + MINUTE_MS - at
    this.asked.push(at)
    return 0
  }
}
