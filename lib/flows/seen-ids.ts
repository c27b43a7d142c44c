import { IdTable } from './id-table'

/**
 * The ids of the newest events. Ids are held as 128 bits: a UUID exactly, any other text by a hash, so that two different
 * ids as good as never look alike. Two generations: the older one is dropped when the newer is full.
 */
export class SeenIds {
  readonly #capacity: number
  #young: IdTable
  #older: IdTable
  /** The 128 bits of the last id that was read. */
  readonly #bits = new Int32Array(4)

  /** @param capacity ids of one generation */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.#young = new IdTable()
    this.#older = new IdTable()
  }

  /** True when the id was not seen before; it is from now on. */
  add(id: string): boolean {
    const bits = this.#bits
    if (!readUuid(id, bits)) hashText(id, bits)
    const a = bits[0] ?? 0
    const b = bits[1] ?? 0
    const c = bits[2] ?? 0
    const d = bits[3] ?? 0
    if (this.#older.has(a, b, c, d)) return false
    if (this.#young.size >= this.#capacity) {
      if (this.#young.has(a, b, c, d)) return false
      this.#older = this.#young
      this.#young = new IdTable(this.#older.size)
    }
    return this.#young.add(a, b, c, d)
  }
}

const DASH = 0x2d

/** Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`; false for anything else. */
function readUuid(text: string, bits: Int32Array): boolean {
  if (text.length !== 36) return false
  let value = 0
  let digits = 0
  for (let index = 0; index < 36; index++) {
    const code = text.charCodeAt(index)
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (code !== DASH) return false
      continue
    }
    const digit = hexDigit(code)
    if (digit === -1) return false
    value = (value << 4) | digit
    if ((++digits & 7) === 0) bits[(digits >> 3) - 1] = value
  }
  return true
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

const SEEDS = [0x1234_5678, 0x3c6e_f372, 0x5bd1_e995, 0x7f4a_7c15] as const

/** Four FNV-like hashes with different seeds and factors, each finished so that all of its bits depend on all of the text. */
function hashText(text: string, bits: Int32Array): void {
  let [a, b, c, d]: [number, number, number, number] = [...SEEDS]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = b ^ Math.imul(a ^ code, 597_399_067)
    b = c ^ Math.imul(b ^ code, 2_869_860_233 | 0)
    c = d ^ Math.imul(c ^ code, 951_274_213)
    d = a ^ Math.imul(d ^ code, 2_716_044_179 | 0)
  }
  bits[0] = finished(a ^ text.length)
  bits[1] = finished(b)
  bits[2] = finished(c)
  bits[3] = finished(d)
}

function finished(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
  return mixed ^ (mixed >>> 16)
}
