import { jsonEqual } from './json-equal'

/**
 * Gives one value for all that are equal, so that ten thousand pods of one template hold their containers once.
 *
 * Bounded: what was not asked for while `limit` others came is forgotten here (not by those who hold it), and is kept
 * twice if it comes again.
 */
export class InternPool {
  #young = new Map<number, unknown>()
  #old = new Map<number, unknown>()
  readonly #limit: number

  constructor(limit = 4_096) {
    this.#limit = limit
  }

  /** `value` is JSON and must not be changed afterwards. */
  intern(value: unknown): unknown {
    if (typeof value !== 'object' && typeof value !== 'string') return value
    // By its hash and not by its text, which would be held as long as the value.
    const key = hashOf(typeof value === 'string' ? value : JSON.stringify(value))
    const young = this.#young.get(key)
    if (young !== undefined) return jsonEqual(young, value) ? young : value
    const old = this.#old.get(key)
    const known = old !== undefined && jsonEqual(old, value) ? old : value
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, known)
    return known
  }
}

/** FNV-1a in the range that is cheap as a key. Two values with one hash are kept side by side by who holds them. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash ^ (text.length << 7)) >>> 2
}
