import type { ProtobufReader } from '../grpc/protobuf-reader'
import { ByteInterner, hashRanges } from './byte-interner'
import type { Range } from './flow-fields'
import { TextInterner } from './text-interner'

export type OnceLimits = {
  /** Places for values by their bytes, a power of two. */
  readonly sets: number
  /** Values of which equal ones are one object, though they came in different bytes. */
  readonly values: number
}

/**
 * Reads a part of a flow that many flows share, each distinct one once: what has the same bytes is the same object, and so is
 * what says the same in other bytes.
 */
export class OnceReader<Value> {
  readonly #decode: (reader: ProtobufReader, place: Range) => Value | null
  readonly #known: ByteInterner<Value>
  readonly #values: TextInterner<Value>
  readonly #ranges = new Int32Array(2)

  /** @param decode null for what says nothing; JSON must tell its values apart. */
  constructor(decode: (reader: ProtobufReader, place: Range) => Value | null, { sets, values }: OnceLimits) {
    this.#decode = decode
    this.#known = new ByteInterner(sets)
    this.#values = new TextInterner(values)
  }

  /** @param place `start` is -1 for none, which is null */
  read(reader: ProtobufReader, place: Range): Value | null {
    if (place.start === -1) return null
    const ranges = this.#ranges
    ranges[0] = place.start
    ranges[1] = place.end
    const hash = hashRanges(reader, ranges)
    const known = this.#known.find(reader, ranges, hash)
    if (known !== undefined) return known
    const decoded = this.#decode(reader, place)
    if (decoded === null) return null
    const one = this.#values.intern(JSON.stringify(decoded), decoded)
    this.#known.set(reader, ranges, hash, one)
    return one
  }
}
