import { performance } from 'node:perf_hooks'

/** Share of a second that taking flows may use before something is left out. */
const BUDGET = 0.6
/** When everything together keeps the process so busy, flows give way as soon as they are a fifth of it. */
const CROWDED = 0.95
const CROWDED_SHARE = 0.2

/** How busy taking flows keeps the process. */
export class FlowLoad {
  readonly #now: () => number
  readonly #utilization: () => number
  #busyMs = 0
  #since: number
  #share = 0

  /**
   * @param now milliseconds of a clock that only goes forward
   * @param utilization share of the time since it was last asked in which the process was busy with anything
   */
  constructor(now: () => number = () => performance.now(), utilization: () => number = eventLoopUse()) {
    this.#now = now
    this.#utilization = utilization
    this.#since = now()
  }

  /** Does a piece of work and takes its time. */
  measure<Result>(work: () => Result): Result {
    const started = this.#now()
    try {
      return work()
    } finally {
      this.#busyMs += this.#now() - started
    }
  }

  /** The load since it was last asked, as a share of the budget: 1 uses it up. */
  take(): number {
    const now = this.#now()
    const elapsed = now - this.#since
    const utilization = this.#utilization()
    if (elapsed <= 0) return 0
    this.#share = this.#busyMs / elapsed
    this.#busyMs = 0
    this.#since = now
    const load = this.#share / BUDGET
    return utilization > CROWDED && this.#share > CROWDED_SHARE ? Math.max(load, utilization / CROWDED) : load
  }

  /** Share of the last second, and the one that is allowed. */
  get share(): { readonly used: number; readonly limit: number } {
    return { used: this.#share, limit: BUDGET }
  }
}

function eventLoopUse(): () => number {
  let before = performance.eventLoopUtilization()
  return () => {
    const after = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(after, before)
    before = after
    return utilization
  }
}
