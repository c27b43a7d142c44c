/** Entries that share one place; the oldest goes when another comes. */
const WAYS = 4
/** Before the bytes of a key stands the length of each of its ranges. */
const LENGTH_BYTES = 4

/** Bytes of a message with the place of its first byte in them, so that one view serves all messages of a buffer. */
export type ViewedBytes = { readonly data: DataView; readonly base: number }

/**
 * Finds what bytes stand for without decoding them again. Bytes are given as ranges of one message; they are equal when
 * every range is. Bounded: `4 * sets` entries, each place forgetting its oldest.
 */
export class ByteInterner<Value> {
  /** Of each entry the hash, looked at before anything of it that lies elsewhere in memory. */
  readonly #hashes: Int32Array
  readonly #keys: (DataView | undefined)[]
  readonly #values: (Value | undefined)[]
  readonly #next: Uint8Array
  readonly #mask: number
  /** Entries that were forgotten for room. */
  forgotten = 0

  /** @param sets places, a power of two */
  constructor(sets: number) {
    this.#hashes = new Int32Array(sets * WAYS)
    this.#keys = new Array(sets * WAYS)
    this.#values = new Array(sets * WAYS)
    this.#next = new Uint8Array(sets)
    this.#mask = sets - 1
  }

  /** @param ranges pairs of start and end in the message; @param hash of them, for the place */
  find(message: ViewedBytes, ranges: Int32Array, hash: number): Value | undefined {
    const first = (hash & this.#mask) * WAYS
    for (let way = first; way < first + WAYS; way++) {
      if (this.#hashes[way] !== hash) continue
      const key = this.#keys[way]
      if (key !== undefined && isEqual(key, message, ranges)) return this.#values[way]
    }
    return undefined
  }

  set(message: ViewedBytes, ranges: Int32Array, hash: number, value: Value): void {
    const place = hash & this.#mask
    const next = this.#next[place] ?? 0
    const way = place * WAYS + next
    this.#next[place] = (next + 1) % WAYS
    if (this.#keys[way] !== undefined) this.forgotten++
    this.#hashes[way] = hash
    this.#keys[way] = keyOf(message, ranges)
    this.#values[way] = value
  }
}

/** Eight bytes at a time: most of the time of a flow goes into this. */
function isEqual(key: DataView, { data, base }: ViewedBytes, ranges: Int32Array): boolean {
  let at = (ranges.length / 2) * LENGTH_BYTES
  for (let range = 0; range < ranges.length; range += 2) {
    const start = ranges[range] as number
    const length = (ranges[range + 1] as number) - start
    if (key.getInt32((range / 2) * LENGTH_BYTES, true) !== length) return false
    let index = base + start
    const end = index + length
    for (; index + 8 <= end; index += 8, at += 8) {
      const first = key.getInt32(at, true) ^ data.getInt32(index, true)
      const second = key.getInt32(at + 4, true) ^ data.getInt32(index + 4, true)
      if ((first | second) !== 0) return false
    }
    for (; index < end; index++, at++) if (key.getUint8(at) !== data.getUint8(index)) return false
  }
  return true
}

function keyOf({ data, base }: ViewedBytes, ranges: Int32Array): DataView {
  let size = (ranges.length / 2) * LENGTH_BYTES
  for (let range = 0; range < ranges.length; range += 2) size += (ranges[range + 1] as number) - (ranges[range] as number)
  const key = new DataView(new ArrayBuffer(size))
  let at = (ranges.length / 2) * LENGTH_BYTES
  for (let range = 0; range < ranges.length; range += 2) {
    const start = ranges[range] as number
    const length = (ranges[range + 1] as number) - start
    key.setInt32((range / 2) * LENGTH_BYTES, length, true)
    for (let index = 0; index < length; index++, at++) key.setUint8(at, data.getUint8(base + start + index))
  }
  return key
}

/** Samples of a long range, each of so many bytes. */
const SAMPLES = 8
const SAMPLE_BYTES = 4

/** A hash of all ranges: of every byte of short ones, of the length and some bytes of long ones. */
export function hashRanges({ data, base }: ViewedBytes, ranges: Int32Array): number {
  let hash = 0x811c9dc5
  for (let range = 0; range < ranges.length; range += 2) {
    const start = base + (ranges[range] as number)
    const end = base + (ranges[range + 1] as number)
    const length = end - start
    let index = start
    if (length >= SAMPLES * SAMPLE_BYTES) {
      const step = Math.floor((length - SAMPLE_BYTES) / (SAMPLES - 1))
      for (let sample = 0; sample < SAMPLES; sample++, index += step) hash = mixed(hash, data.getInt32(index, true))
    } else {
      for (; index + SAMPLE_BYTES <= end; index += SAMPLE_BYTES) hash = mixed(hash, data.getInt32(index, true))
      for (; index < end; index++) hash = mixed(hash, data.getUint8(index))
    }
    hash = mixed(hash, length)
  }
  return hash ^ (hash >>> 15)
}

/** A round of murmur3: FNV would leave the high bits of four bytes where they are. */
function mixed(hash: number, bits: number): number {
  const scrambled = Math.imul(bits, 0xcc9e_2d51)
  return (Math.imul(hash ^ ((scrambled << 15) | (scrambled >>> 17)), 0x1b87_3593) + 0xe654_6b64) | 0
}
