/** Five key numbers and the value, in half a cache line. */
const WIDTH = 8
const KEYS = 5
const EMPTY = -1

/**
 * A hash table from five 32-bit integers to one that is not negative, in one typed array: what is looked up for every flow
 * must neither build a text nor leave an object to the collector.
 */
export class NumberTable {
  #slots: Int32Array
  #mask: number
  #size = 0

  /** @param capacity entries expected; it grows when there are more */
  constructor(capacity = 8) {
    let slots = 16
    while (slots < capacity * 2) slots *= 2
    this.#slots = new Int32Array(slots * WIDTH).fill(EMPTY)
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  /** The value, or -1 when there is none. */
  find(a: number, b: number, c: number, d: number, e: number): number {
    return this.#slots[this.#offsetOf(a, b, c, d, e) + KEYS] ?? EMPTY
  }

  set(a: number, b: number, c: number, d: number, e: number, value: number): void {
    const offset = this.#offsetOf(a, b, c, d, e)
    const isNew = this.#slots[offset + KEYS] === EMPTY
    this.#write(offset, a, b, c, d, e, value)
    if (isNew && ++this.#size * 2 > this.#mask) this.#grow()
  }

  /** The value that is there already, or -1 when this one was put there. */
  add(a: number, b: number, c: number, d: number, e: number, value: number): number {
    const offset = this.#offsetOf(a, b, c, d, e)
    const known = this.#slots[offset + KEYS] ?? EMPTY
    if (known !== EMPTY) return known
    this.#write(offset, a, b, c, d, e, value)
    if (++this.#size * 2 > this.#mask) this.#grow()
    return EMPTY
  }

  /** Takes an entry out and returns its value; -1 when there is none. */
  delete(a: number, b: number, c: number, d: number, e: number): number {
    const slots = this.#slots
    let hole = this.#offsetOf(a, b, c, d, e) / WIDTH
    const value = slots[hole * WIDTH + KEYS] ?? EMPTY
    if (value === EMPTY) return EMPTY
    // What follows without a gap moves up, unless it stands where it belongs or behind: no look-up may stop at the hole.
    for (let next = (hole + 1) & this.#mask; slots[next * WIDTH + KEYS] !== EMPTY; next = (next + 1) & this.#mask) {
      const home = this.#homeOf(next * WIDTH)
      if (((next - home) & this.#mask) < ((next - hole) & this.#mask)) continue
      slots.copyWithin(hole * WIDTH, next * WIDTH, (next + 1) * WIDTH)
      hole = next
    }
    slots[hole * WIDTH + KEYS] = EMPTY
    this.#size--
    return value
  }

  #write(offset: number, a: number, b: number, c: number, d: number, e: number, value: number): void {
    const slots = this.#slots
    slots[offset] = a
    slots[offset + 1] = b
    slots[offset + 2] = c
    slots[offset + 3] = d
    slots[offset + 4] = e
    slots[offset + KEYS] = value
  }

  /** Where the entry is, or the empty place where it would be. */
  #offsetOf(a: number, b: number, c: number, d: number, e: number): number {
    const slots = this.#slots
    const mask = this.#mask
    for (let slot = hash(a, b, c, d, e) & mask; ; slot = (slot + 1) & mask) {
      const offset = slot * WIDTH
      if (slots[offset + KEYS] === EMPTY) return offset
      if (slots[offset] === a && slots[offset + 1] === b && slots[offset + 2] === c && slots[offset + 3] === d && slots[offset + 4] === e) {
        return offset
      }
    }
  }

  #homeOf(offset: number): number {
    const slots = this.#slots
    return (
      hash(slots[offset] ?? 0, slots[offset + 1] ?? 0, slots[offset + 2] ?? 0, slots[offset + 3] ?? 0, slots[offset + 4] ?? 0) & this.#mask
    )
  }

  #grow(): void {
    const before = this.#slots
    const slots = (this.#mask + 1) * 2
    this.#slots = new Int32Array(slots * WIDTH).fill(EMPTY)
    this.#mask = slots - 1
    for (let offset = 0; offset < before.length; offset += WIDTH) {
      const value = before[offset + KEYS] ?? EMPTY
      if (value === EMPTY) continue
      const [a, b, c, d, e] = [
        before[offset] ?? 0,
        before[offset + 1] ?? 0,
        before[offset + 2] ?? 0,
        before[offset + 3] ?? 0,
        before[offset + 4] ?? 0,
      ]
      this.#write(this.#offsetOf(a, b, c, d, e), a, b, c, d, e, value)
    }
  }
}

/** Rounds and finish of murmur3, so that counted-up numbers spread. */
function hash(a: number, b: number, c: number, d: number, e: number): number {
  let mixed = round(round(round(round(round(0, a), b), c), d), e)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
  return mixed ^ (mixed >>> 16)
}

function round(mixed: number, key: number): number {
  const scrambled = Math.imul(key, 0xcc9e_2d51)
  const next = mixed ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b87_3593)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe654_6b64) | 0
}
