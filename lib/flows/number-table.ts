/** Five key numbers and the value. */
const WIDTH = 6
const KEYS = 5
const NONE = -1
const EMPTY = 0

/**
 * A hash table from five 32-bit integers to one that is not negative, in typed arrays: what is looked up for every flow must
 * neither build a text nor leave an object to the collector.
 *
 * Entries lie one behind the other, and the slots hold their numbers with some bits of the hash, so that what is not there
 * is told by one small place of memory, and what is by two.
 */
export class NumberTable {
  /** {@link EMPTY}, or one more than the entry's number, with the bits of its hash above the mask. */
  #slots: Int32Array
  #entries: Int32Array
  #mask: number
  #size = 0
  /** Entries that were ever used, and those of them that are free again. */
  #used = 0
  readonly #free: number[] = []

  /** @param capacity entries expected; it grows when there are more */
  constructor(capacity = 8) {
    let slots = 16
    while (slots < capacity * 2) slots *= 2
    this.#slots = new Int32Array(slots)
    this.#entries = entriesFor(slots)
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  /** The value, or -1 when there is none. */
  find(a: number, b: number, c: number, d: number, e: number): number {
    return this.#valueAt(this.#slotOf(hash(a, b, c, d, e), a, b, c, d, e))
  }

  set(a: number, b: number, c: number, d: number, e: number, value: number): void {
    const mixed = hash(a, b, c, d, e)
    const slot = this.#slotOf(mixed, a, b, c, d, e)
    const entry = this.#entryAt(slot)
    if (entry === NONE) this.#insert(slot, mixed, a, b, c, d, e, value)
    else this.#entries[entry * WIDTH + KEYS] = value
  }

  /** The value that is there already, or -1 when this one was put there. */
  add(a: number, b: number, c: number, d: number, e: number, value: number): number {
    const mixed = hash(a, b, c, d, e)
    const slot = this.#slotOf(mixed, a, b, c, d, e)
    const known = this.#valueAt(slot)
    if (known === NONE) this.#insert(slot, mixed, a, b, c, d, e, value)
    return known
  }

  /** Takes an entry out and returns its value; -1 when there is none. */
  delete(a: number, b: number, c: number, d: number, e: number): number {
    const slots = this.#slots
    const mask = this.#mask
    let hole = this.#slotOf(hash(a, b, c, d, e), a, b, c, d, e)
    const value = this.#valueAt(hole)
    if (value === NONE) return NONE
    this.#free.push(this.#entryAt(hole))
    // What follows without a gap moves up, unless it stands where it belongs or behind: no look-up may stop at the hole.
    for (let next = (hole + 1) & mask; slots[next] !== EMPTY; next = (next + 1) & mask) {
      const home = this.#hashOf(this.#entryAt(next)) & mask
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      slots[hole] = slots[next] ?? EMPTY
      hole = next
    }
    slots[hole] = EMPTY
    this.#size--
    return value
  }

  #insert(slot: number, mixed: number, a: number, b: number, c: number, d: number, e: number, value: number): void {
    const entry = this.#free.pop() ?? this.#used++
    const entries = this.#entries
    const at = entry * WIDTH
    entries[at] = a
    entries[at + 1] = b
    entries[at + 2] = c
    entries[at + 3] = d
    entries[at + 4] = e
    entries[at + KEYS] = value
    this.#slots[slot] = (mixed & ~this.#mask) | (entry + 1)
    if (++this.#size * 2 > this.#mask) this.#grow()
  }

  /** Where the entry is told of, or the empty slot where it would be. */
  #slotOf(mixed: number, a: number, b: number, c: number, d: number, e: number): number {
    const slots = this.#slots
    const entries = this.#entries
    const mask = this.#mask
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
      const word = slots[slot] as number
      if (word === EMPTY) return slot
      if (((word ^ mixed) & ~mask) !== 0) continue
      const at = ((word & mask) - 1) * WIDTH
      if (entries[at] === a && entries[at + 1] === b && entries[at + 2] === c && entries[at + 3] === d && entries[at + 4] === e) return slot
    }
  }

  /** Number of the entry, or -1 for an empty slot. */
  #entryAt(slot: number): number {
    return ((this.#slots[slot] ?? EMPTY) & this.#mask) - 1
  }

  #valueAt(slot: number): number {
    const entry = this.#entryAt(slot)
    return entry === NONE ? NONE : (this.#entries[entry * WIDTH + KEYS] ?? NONE)
  }

  #hashOf(entry: number): number {
    const entries = this.#entries
    const at = entry * WIDTH
    return hash(entries[at] ?? 0, entries[at + 1] ?? 0, entries[at + 2] ?? 0, entries[at + 3] ?? 0, entries[at + 4] ?? 0)
  }

  #grow(): void {
    const before = this.#slots
    const maskBefore = this.#mask
    const slots = new Int32Array(before.length * 2)
    const mask = slots.length - 1
    const entries = entriesFor(slots.length)
    entries.set(this.#entries)
    for (const word of before) {
      if (word === EMPTY) continue
      const number = word & maskBefore
      const mixed = this.#hashOf(number - 1)
      let slot = mixed & mask
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask
      slots[slot] = (mixed & ~mask) | number
    }
    this.#slots = slots
    this.#mask = mask
    this.#entries = entries
  }
}

/** Room for as many as half of the slots. */
function entriesFor(slots: number): Int32Array {
  return new Int32Array((slots / 2) * WIDTH)
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
