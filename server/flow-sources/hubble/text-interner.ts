/** Gives one value for all that have the same text. Bounded: of more than `limit` the half that came first is forgotten. */
export class TextInterner<Value> {
  readonly #limit: number
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()

  constructor(limit: number) {
    this.#limit = limit / 2
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** The value that is known under the text, else this one. */
  intern(text: string, value: Value): Value {
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const known = this.#old.get(text) ?? value
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, known)
    return known
  }
}
