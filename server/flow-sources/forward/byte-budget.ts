/**
 * Bytes that all connections together may hold. Who asks for more waits until others let go. One at a time may go beyond, so
 * that frames which are all half there cannot wait for each other.
 */
export class ByteBudget {
  readonly #limit: number
  readonly #held = new Map<object, number>()
  readonly #waiting = new Map<object, () => void>()
  #total = 0
  #exempt: object | null = null

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes that are held now. */
  get total(): number {
    return this.#total
  }

  /** Notes what the holder holds. Resolves when it may take more. */
  async hold(holder: object, bytes: number): Promise<void> {
    this.#set(holder, bytes)
    if (bytes === 0 || this.#total <= this.#limit || this.#exempt === holder) return
    if (this.#exempt === null) {
      this.#exempt = holder
      return
    }
    await new Promise<void>((resolve) => this.#waiting.set(holder, resolve))
  }

  /** The holder is gone. */
  release(holder: object): void {
    this.#set(holder, 0)
    this.#waiting.get(holder)?.()
    this.#waiting.delete(holder)
  }

  #set(holder: object, bytes: number): void {
    this.#total += bytes - (this.#held.get(holder) ?? 0)
    if (bytes === 0) {
      this.#held.delete(holder)
      if (this.#exempt === holder) this.#exempt = null
    } else this.#held.set(holder, bytes)
    this.#wake()
  }

  #wake(): void {
    for (const [holder, go] of this.#waiting) {
      if (this.#total > this.#limit) {
        if (this.#exempt !== null) return
        this.#exempt = holder
      }
      this.#waiting.delete(holder)
      go()
    }
  }
}
