/** Four numbers make an id: a quarter of a cache line. */
const WIDTH = 4

/**
 * A set of 128-bit ids that only grows, in one typed array. Looking an id up jumps to a place in memory that nothing else
 * uses, so what matters is that the place is small.
 */
export class IdTable {
  #slots: Int32Array
  #mask: number
  #size = 0
  /** The id of all zeros, which marks an empty place. */
  #hasZero = false

  /** @param capacity ids expected; it grows when there are more */
  constructor(capacity = 8) {
    let slots = 16
    while (slots < capacity * 2) slots *= 2
    this.#slots = new Int32Array(slots * WIDTH)
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  has(a: number, b: number, c: number, d: number): boolean {
    if ((a | b | c | d) === 0) return this.#hasZero
    const slots = this.#slots
    const offset = placeOf(slots, this.#mask, a, b, c, d)
    return isAt(slots, offset, a, b, c, d)
  }

  /** False when it is in the set already. */
  add(a: number, b: number, c: number, d: number): boolean {
    if ((a | b | c | d) === 0) {
      if (this.#hasZero) return false
      this.#hasZero = true
      this.#size++
      return true
    }
    const slots = this.#slots
    const offset = placeOf(slots, this.#mask, a, b, c, d)
    if (isAt(slots, offset, a, b, c, d)) return false
    write(slots, offset, a, b, c, d)
    if (++this.#size * 2 > this.#mask) this.#grow()
    return true
  }

  #grow(): void {
    const before = this.#slots
    const slots = (this.#mask + 1) * 2
    this.#slots = new Int32Array(slots * WIDTH)
    this.#mask = slots - 1
    for (let offset = 0; offset < before.length; offset += WIDTH) {
      const [a, b, c, d] = [before[offset] ?? 0, before[offset + 1] ?? 0, before[offset + 2] ?? 0, before[offset + 3] ?? 0]
      if ((a | b | c | d) !== 0) write(this.#slots, placeOf(this.#slots, this.#mask, a, b, c, d), a, b, c, d)
    }
  }
}

/** Where the id is, or the empty place where it would be. */
function placeOf(slots: Int32Array, mask: number, a: number, b: number, c: number, d: number): number {
  for (let slot = hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
    const offset = slot * WIDTH
    if (isAt(slots, offset, a, b, c, d) || isAt(slots, offset, 0, 0, 0, 0)) return offset
  }
}

function isAt(slots: Int32Array, offset: number, a: number, b: number, c: number, d: number): boolean {
  return slots[offset] === a && slots[offset + 1] === b && slots[offset + 2] === c && slots[offset + 3] === d
}

function write(slots: Int32Array, offset: number, a: number, b: number, c: number, d: number): void {
  slots[offset] = a
  slots[offset + 1] = b
  slots[offset + 2] = c
  slots[offset + 3] = d
}

/** Ids that are counted up differ in their last bits, those that are drawn in all. */
function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a, 0x9e37_79b1) ^ Math.imul(b, 0x85eb_ca6b) ^ Math.imul(c, 0xc2b2_ae35) ^ Math.imul(d, 0x27d4_eb2f)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d)
  return mixed ^ (mixed >>> 13)
}
