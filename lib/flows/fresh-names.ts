import type { ObservedFlow } from './flow'

/** The cluster's watch is at most so much later than its traffic; after that a name stays. */
const FRESH_MS = 5_000

type Fresh<Receipt> = { readonly receipt: Receipt; readonly observed: ObservedFlow; readonly until: number }

/**
 * Flows that may have come before the watch told who holds their addresses, or whose pods it did not know: they are shown at
 * once, and looked at again for five seconds whenever the cluster is read.
 */
export class FreshNames<Receipt> {
  readonly #capacity: number
  /** By the time they came; the first ones may have been fresh long enough. */
  #fresh: Fresh<Receipt>[] = []
  #first = 0
  /** Times that a flow was given another name. */
  renamed = 0
  /** Flows that keep their first names because too many were fresh. */
  crowdedOut = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get waiting(): number {
    return this.#fresh.length - this.#first
  }

  watch(receipt: Receipt, observed: ObservedFlow, now: number): void {
    while ((this.#fresh[this.#first]?.until ?? now) < now) this.#first++
    if (this.waiting >= this.#capacity) {
      this.crowdedOut++
      return
    }
    if (this.#first > this.#capacity) {
      this.#fresh = this.#fresh.slice(this.#first)
      this.#first = 0
    }
    this.#fresh.push({ receipt, observed, until: now + FRESH_MS })
  }

  /** Asks about each that is still fresh whether it has other names now. */
  retry(now: number, rename: (receipt: Receipt, observed: ObservedFlow) => boolean): void {
    this.#fresh = this.#fresh.filter(({ until }, index) => index >= this.#first && until >= now)
    this.#first = 0
    for (const { receipt, observed } of this.#fresh) if (rename(receipt, observed)) this.renamed++
  }
}
