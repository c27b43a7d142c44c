import type { ObservedFlow } from './flow'

/** The cluster's watch is at most so much later than its traffic; after that an unknown address stays one. */
const PROVISIONAL_MS = 5_000

type Waiting<Receipt> = { readonly receipt: Receipt; readonly observed: ObservedFlow; readonly until: number }

/**
 * Flows that came before the pod they name or hold the address of was known: they are shown at once and named again when the
 * cluster is read the next time, for five seconds.
 */
export class ProvisionalNames<Receipt> {
  readonly #capacity: number
  /** By the time they came; the first ones may have waited long enough. */
  #waiting: Waiting<Receipt>[] = []
  #first = 0
  /** Flows that were named later. */
  renamed = 0
  /** Flows that keep their provisional names because too many waited. */
  crowdedOut = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get waiting(): number {
    return this.#waiting.length - this.#first
  }

  watch(receipt: Receipt, observed: ObservedFlow, now: number): void {
    while ((this.#waiting[this.#first]?.until ?? now) < now) this.#first++
    if (this.waiting >= this.#capacity) {
      this.crowdedOut++
      return
    }
    if (this.#first > this.#capacity) {
      this.#waiting = this.#waiting.slice(this.#first)
      this.#first = 0
    }
    this.#waiting.push({ receipt, observed, until: now + PROVISIONAL_MS })
  }

  /** Asks about each flow that still waits; those that are named now wait no longer. */
  retry(now: number, rename: (receipt: Receipt, observed: ObservedFlow) => boolean): void {
    const waiting = this.#waiting.slice(this.#first)
    this.#waiting = []
    this.#first = 0
    for (const each of waiting) {
      if (each.until < now) continue
      if (rename(each.receipt, each.observed)) this.renamed++
      else this.#waiting.push(each)
    }
  }
}
