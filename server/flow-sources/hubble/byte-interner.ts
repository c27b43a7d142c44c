/** Entries that share one place; the oldest goes when another comes. */
const WAYS = 4
/** Of each entry a hash, and where its key begins. */
const ENTRY = 2
/** Before the bytes of a key stands the length of each of its ranges. */
const LENGTH_BYTES = 4
/** Bytes of all keys, for each place: some hundred bytes an entry. When they are full all entries are forgotten at once. */
const KEY_BYTES_OF_SET = WAYS * 512
const FIRST_KEY_BYTES = 64 * 1024
/** No key begins here. */
const NO_KEY = 0
const FIRST_KEY = 8

/** Bytes of a message with the place of its first byte in them, so that one view serves all messages of a buffer. */
export type ViewedBytes = { readonly data: DataView; readonly base: number }

/**
 * Finds what bytes stand for without decoding them again. Bytes are given as ranges of one message; they are equal when
 * every range is. Bounded: `4 * sets` entries with `2048 * sets` bytes, each place forgetting its oldest. What is looked at
 * lies close together: most of the time of a flow goes into waiting for memory.
 */
export class ByteInterner<Value> {
  readonly #entries: Int32Array
  readonly #values: (Value | undefined)[]
  readonly #next: Uint8Array
  readonly #mask: number
  readonly #maxKeyBytes: number
  #keys = new DataView(new ArrayBuffer(FIRST_KEY_BYTES))
  #keysEnd = FIRST_KEY

  /** @param sets places, a power of two */
  constructor(sets: number) {
    this.#entries = new Int32Array(sets * WAYS * ENTRY)
    this.#values = new Array(sets * WAYS)
    this.#next = new Uint8Array(sets)
    this.#mask = sets - 1
    this.#maxKeyBytes = sets * KEY_BYTES_OF_SET
  }

  /** @param ranges pairs of start and end in the message; @param hash of them, for the place */
  find(message: ViewedBytes, ranges: Int32Array, hash: number): Value | undefined {
    const entries = this.#entries
    const first = (hash & this.#mask) * WAYS
    for (let way = first; way < first + WAYS; way++) {
      if (entries[way * ENTRY] !== hash) continue
      const key = entries[way * ENTRY + 1] as number
      if (key !== NO_KEY && isEqual(this.#keys, key, message, ranges)) return this.#values[way]
    }
    return undefined
  }

  set(message: ViewedBytes, ranges: Int32Array, hash: number, value: Value): void {
    const key = this.#addKey(message, ranges)
    if (key === NO_KEY) return
    const place = hash & this.#mask
    const next = this.#next[place] ?? 0
    const way = place * WAYS + next
    this.#next[place] = (next + 1) % WAYS
    this.#entries[way * ENTRY] = hash
    this.#entries[way * ENTRY + 1] = key
    this.#values[way] = value
  }

  /** Where the key begins; {@link NO_KEY} for one that is too long. */
  #addKey({ data, base }: ViewedBytes, ranges: Int32Array): number {
    let size = (ranges.length / 2) * LENGTH_BYTES
    for (let range = 0; range < ranges.length; range += 2) size += (ranges[range + 1] as number) - (ranges[range] as number)
    if (!this.#makeRoom(size)) return NO_KEY
    const key = this.#keysEnd
    this.#keysEnd += size
    const keys = this.#keys
    let at = key + (ranges.length / 2) * LENGTH_BYTES
    for (let range = 0; range < ranges.length; range += 2) {
      const start = ranges[range] as number
      const length = (ranges[range + 1] as number) - start
      keys.setInt32(key + (range / 2) * LENGTH_BYTES, length, true)
      for (let index = 0; index < length; index++, at++) keys.setUint8(at, data.getUint8(base + start + index))
    }
    return key
  }

  #makeRoom(size: number): boolean {
    if (size > this.#maxKeyBytes - FIRST_KEY) return false
    if (this.#keysEnd + size > this.#maxKeyBytes) this.#forgetAll()
    let bytes = this.#keys.byteLength
    while (this.#keysEnd + size > bytes) bytes *= 2
    if (bytes === this.#keys.byteLength) return true
    const grown = new Uint8Array(bytes)
    grown.set(new Uint8Array(this.#keys.buffer))
    this.#keys = new DataView(grown.buffer)
    return true
  }

  #forgetAll(): void {
    this.#entries.fill(0)
    this.#values.fill(undefined)
    this.#keysEnd = FIRST_KEY
  }
}

/** Eight bytes at a time: most of the time of a flow goes into this. */
function isEqual(keys: DataView, key: number, { data, base }: ViewedBytes, ranges: Int32Array): boolean {
  let at = key + (ranges.length / 2) * LENGTH_BYTES
  for (let range = 0; range < ranges.length; range += 2) {
    const start = ranges[range] as number
    const length = (ranges[range + 1] as number) - start
    if (keys.getInt32(key + (range / 2) * LENGTH_BYTES, true) !== length) return false
    let index = base + start
    const end = index + length
    for (; index + 8 <= end; index += 8, at += 8) {
      const first = keys.getInt32(at, true) ^ data.getInt32(index, true)
      const second = keys.getInt32(at + 4, true) ^ data.getInt32(index + 4, true)
      if ((first | second) !== 0) return false
    }
    for (; index < end; index++, at++) if (keys.getUint8(at) !== data.getUint8(index)) return false
  }
  return true
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
