import { setImmediate } from 'node:timers/promises'
import type { Steps } from '@/lib/model/steps'

/** Work that is done in one go before others get their turn. */
const SLICE_MS = 10

/** Lets the process answer others while long work goes on, and ends the work when nobody waits for it any more. */
export class Turns {
  readonly #signal: AbortSignal | null
  #since = performance.now()

  constructor(signal: AbortSignal | null = null) {
    this.#signal = signal
  }

  /** True when others should have their turn. */
  get isOver(): boolean {
    return performance.now() - this.#since >= SLICE_MS
  }

  /** Cheap to call often. Throws the reason of the signal once that is aborted. */
  async next(): Promise<void> {
    if (this.isOver) await this.yield()
  }

  /** Hands over in any case. */
  async yield(): Promise<void> {
    await setImmediate()
    this.#signal?.throwIfAborted()
    this.#since = performance.now()
  }

  /** All of some work, with turns for others between its steps. */
  async finish<Value>(steps: Steps<Value>): Promise<Value> {
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
      await this.next()
    }
  }
}
