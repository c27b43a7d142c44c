/** Of five places, one is kept for those who have few. */
const OPEN_PART = 0.8

/**
 * Who holds how many of a limited number of places. While there is one owner, all are its own. Where there are several, the
 * last fifth is for those who hold less than half of an even share, so that one who takes all it can get leaves room to
 * the others.
 */
export class FairShares {
  readonly #limit: number
  readonly #held = new Map<string, number>()
  #total = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** True when the owner may have one more. */
  mayTake(owner: string): boolean {
    if (this.#total >= this.#limit) return false
    const held = this.#held.get(owner) ?? 0
    const isAlone = this.#held.size === 0 || (this.#held.size === 1 && held > 0)
    if (isAlone || this.#total < this.#limit * OPEN_PART) return true
    const owners = this.#held.size + (held === 0 ? 1 : 0)
    return held < this.#limit / (2 * owners)
  }

  take(owner: string): void {
    this.#total++
    this.#held.set(owner, (this.#held.get(owner) ?? 0) + 1)
  }

  giveBack(owner: string): void {
    this.#total--
    const held = (this.#held.get(owner) ?? 0) - 1
    if (held > 0) this.#held.set(owner, held)
    else this.#held.delete(owner)
  }
}
