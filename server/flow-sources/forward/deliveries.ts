import type { Delivery, ForwardConnection, Receipt } from './forward-connection'

type Waiting = {
  readonly delivery: Delivery
  readonly connection: ForwardConnection
  readonly settle: (receipt: Receipt | null) => void
}

/** What connections have delivered and the pipeline has not taken: at most one delivery of each. First come, first served. */
export class Deliveries {
  readonly #waiting: Waiting[] = []
  #wake: (() => void) | null = null
  #isClosed = false

  /** Resolves when the delivery was taken; null when nothing is taken any more. */
  offer(delivery: Delivery, connection: ForwardConnection): Promise<Receipt | null> {
    if (this.#isClosed) return Promise.resolve(null)
    return new Promise((settle) => {
      this.#waiting.push({ delivery, connection, settle })
      this.wake()
    })
  }

  /** Lets `next` look up, also when nothing was delivered. */
  wake(): void {
    this.#wake?.()
    this.#wake = null
  }

  /** The next delivery, which must be settled; null when `next` was woken without one. */
  async next(): Promise<Waiting | null> {
    if (this.#waiting.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#waiting.shift() ?? null
  }

  close(): void {
    this.#isClosed = true
    for (const { settle } of this.#waiting.splice(0)) settle(null)
    this.wake()
  }
}
