/**
 * Gives one value for all that are equal, so that ten thousand pods of one template hold their containers once.
 *
 * Bounded: what was not asked for while `limit` others came is forgotten here (not by those who hold it), and is kept
 * twice if it comes again.
 */
export class InternPool {
  #young = new Map<string, unknown>()
  #old = new Map<string, unknown>()
  readonly #limit: number

  constructor(limit = 4_096) {
    this.#limit = limit
  }

  /** `value` is JSON and must not be changed afterwards. */
  intern(value: unknown): unknown {
    if (typeof value !== 'object' && typeof value !== 'string') return value
    // A quote begins no JSON of an object or list, so that texts and structures cannot be taken for each other.
    const key = typeof value === 'string' ? `"${value}` : JSON.stringify(value)
    if (key.length > MAX_KEY_LENGTH) return value
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const known = this.#old.get(key) ?? value
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, known)
    return known
  }
}

/** Larger values are hardly ever equal, and the pool would hold their text. */
const MAX_KEY_LENGTH = 16_384
