import { StoreError } from '../store-error'

/** Lets questions in one after the other; those that nobody waits for any more leave the row. */
export class Turns {
  readonly #limit: number
  readonly #row = new Set<() => void>()
  #isTaken = false

  /** @param limit questions that may wait */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Resolves when it is one's turn, with what ends it. Rejects with a `StoreError`: when the signal aborts, and when too many wait. */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw cancelled()
    if (this.#isTaken) await this.#wait(signal)
    this.#isTaken = true
    return () => this.#next()
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#row.size >= this.#limit)
      throw new StoreError('limit', `the store has ${this.#limit} questions to answer before this one; ask again later`)
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#row.delete(enter)
        reject(cancelled())
      }
      const enter = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      this.#row.add(enter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  /** Hands the turn on, so that nobody comes in between. */
  #next(): void {
    const [enter] = this.#row
    if (enter === undefined) {
      this.#isTaken = false
      return
    }
    this.#row.delete(enter)
    enter()
  }
}

function cancelled(): StoreError {
  return new StoreError('cancelled', 'the query was cancelled')
}
