/** Four numbers make an id. */
const WIDTH = 4
const EMPTY = 0

/**
 * A set of 128-bit ids that only grows, in typed arrays. Ids lie one behind the other, and the slots hold their numbers with
 * some bits of the hash: that an id is new, as most are, is told by one small place of memory.
 */
export class IdTable {
  /** {@link EMPTY}, or one more than the id's number, with the bits of its hash above the mask. */
  #slots: Int32Array
  #ids: Int32Array
  #mask: number
  #size = 0

  /** @param capacity ids expected; it grows when there are more */
  constructor(capacity = 8) {
    let slots = 16
    while (slots < capacity * 2) slots *= 2
    this.#slots = new Int32Array(slots)
    this.#ids = idsFor(slots)
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  has(a: number, b: number, c: number, d: number): boolean {
    return this.#slots[this.#slotOf(hash(a, b, c, d), a, b, c, d)] !== EMPTY
  }

  /** False when it is in the set already. */
  add(a: number, b: number, c: number, d: number): boolean {
    const mixed = hash(a, b, c, d)
    const slot = this.#slotOf(mixed, a, b, c, d)
    if (this.#slots[slot] !== EMPTY) return false
    const ids = this.#ids
    const at = this.#size * WIDTH
    ids[at] = a
    ids[at + 1] = b
    ids[at + 2] = c
    ids[at + 3] = d
    this.#slots[slot] = (mixed & ~this.#mask) | ++this.#size
    if (this.#size * 2 > this.#mask) this.#grow()
    return true
  }

  /** Where the id is told of, or the empty slot where it would be. */
  #slotOf(mixed: number, a: number, b: number, c: number, d: number): number {
    const slots = this.#slots
    const ids = this.#ids
    const mask = this.#mask
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
      const word = slots[slot] as number
      if (word === EMPTY) return slot
      if (((word ^ mixed) & ~mask) !== 0) continue
      const at = ((word & mask) - 1) * WIDTH
      if (ids[at] === a && ids[at + 1] === b && ids[at + 2] === c && ids[at + 3] === d) return slot
    }
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    const ids = idsFor(slots.length)
    ids.set(this.#ids)
    for (let number = 0; number < this.#size; number++) {
      const at = number * WIDTH
      const mixed = hash(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0)
      let slot = mixed & mask
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask
      slots[slot] = (mixed & ~mask) | (number + 1)
    }
    this.#slots = slots
    this.#mask = mask
    this.#ids = ids
  }
}

/** Room for as many as half of the slots. */
function idsFor(slots: number): Int32Array {
  return new Int32Array((slots / 2) * WIDTH)
}

/** Ids that are counted up differ in their last bits, those that are drawn in all. */
function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a, 0x9e37_79b1) ^ Math.imul(b, 0x85eb_ca6b) ^ Math.imul(c, 0xc2b2_ae35) ^ Math.imul(d, 0x27d4_eb2f)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d)
  return mixed ^ (mixed >>> 13)
}
