import { slotOf } from './rows/flow-rows'

/** A day of slots; a flow that is older does not change any more. */
const MOST = 300

/** Tells when flows of this run arrived, by their numbers: in which five minutes. */
export class ArrivalSlots {
  /** The first number of each slot, the oldest first. */
  readonly #slots: { readonly first: number; readonly startMs: number }[] = []

  /** Hears of a flow that arrives; numbers only grow. */
  see(sequence: number, now: number): void {
    const startMs = slotOf(now) * 1000
    const newest = this.#slots.at(-1)
    // A clock that is set back does not move what arrived before.
    if (newest !== undefined && newest.startMs >= startMs) return
    this.#slots.push({ first: sequence, startMs })
    if (this.#slots.length > MOST) this.#slots.shift()
  }

  /** Start of the five minutes in which a flow arrived, in milliseconds since the epoch; null when that is not remembered. */
  arrivalOf(sequence: number): number | null {
    for (let index = this.#slots.length - 1; index >= 0; index--) {
      const slot = this.#slots[index]
      if (slot !== undefined && slot.first <= sequence) return slot.startMs
    }
    return null
  }
}
