/** One entry: the bytes it was made of with their hash, where each range ends in them, and what they stand for. */
type Entry<Value> = { readonly hash: number; readonly key: DataView; readonly ends: Int32Array; readonly value: Value }

/** Entries that share one place; the oldest goes when another comes. */
const WAYS = 4

/**
 * Finds what bytes stand for without decoding them again. Bytes are given as ranges of one message; they are equal when
 * every range is. Bounded: `4 * sets` entries, each place forgetting its oldest.
 */
export class ByteInterner<Value> {
  readonly #entries: (Entry<Value> | undefined)[]
  readonly #next: Uint8Array
  readonly #mask: number
  /** Entries that were forgotten for room. */
  forgotten = 0

  /** @param sets places, a power of two */
  constructor(sets: number) {
    this.#entries = new Array(sets * WAYS)
    this.#next = new Uint8Array(sets)
    this.#mask = sets - 1
  }

  /** @param ranges pairs of start and end in `bytes`; @param hash of them, for the place */
  find(bytes: DataView, ranges: Int32Array, hash: number): Value | undefined {
    const first = (hash & this.#mask) * WAYS
    for (let way = first; way < first + WAYS; way++) {
      const entry = this.#entries[way]
      if (entry !== undefined && entry.hash === hash && isEqual(entry, bytes, ranges)) return entry.value
    }
    return undefined
  }

  set(bytes: DataView, ranges: Int32Array, hash: number, value: Value): void {
    const place = hash & this.#mask
    const way = this.#next[place] ?? 0
    this.#next[place] = (way + 1) % WAYS
    if (this.#entries[place * WAYS + way] !== undefined) this.forgotten++
    this.#entries[place * WAYS + way] = { hash, ...keyOf(bytes, ranges), value }
  }
}

/** Four bytes at a time: most of the time of a flow goes into this. */
function isEqual({ key, ends }: Entry<unknown>, bytes: DataView, ranges: Int32Array): boolean {
  let at = 0
  for (let range = 0; range < ends.length; range++) {
    let index = ranges[2 * range] as number
    const end = ranges[2 * range + 1] as number
    if (ends[range] !== at + end - index) return false
    for (; index + 4 <= end; index += 4, at += 4) if (key.getInt32(at) !== bytes.getInt32(index)) return false
    for (; index < end; index++, at++) if (key.getUint8(at) !== bytes.getUint8(index)) return false
  }
  return true
}

function keyOf(bytes: DataView, ranges: Int32Array): { key: DataView; ends: Int32Array } {
  const ends = new Int32Array(ranges.length / 2)
  let length = 0
  for (let range = 0; range < ends.length; range++) {
    length += (ranges[2 * range + 1] as number) - (ranges[2 * range] as number)
    ends[range] = length
  }
  const key = new Uint8Array(length)
  for (let range = 0; range < ends.length; range++) {
    const start = ranges[2 * range] as number
    const size = (ranges[2 * range + 1] as number) - start
    if (size > 0) key.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, size), (ends[range] as number) - size)
  }
  return { key: new DataView(key.buffer), ends }
}

/** Bytes of a long range that its hash looks at. */
const SAMPLES = 16

/** A hash of all ranges: of every byte of short ones, of some bytes of long ones. */
export function hashRanges(bytes: Uint8Array, ranges: Int32Array): number {
  let hash = 0x811c9dc5
  for (let range = 0; range < ranges.length; range += 2) {
    const start = ranges[range] as number
    const end = ranges[range + 1] as number
    const length = end - start
    const step = length <= SAMPLES ? 1 : Math.floor(length / SAMPLES)
    for (let index = start; index < end; index += step) hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193)
    hash = Math.imul(hash ^ length, 0x01000193)
  }
  return (hash ^ (hash >>> 15)) >>> 0
}
