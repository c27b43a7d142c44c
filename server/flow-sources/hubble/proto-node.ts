import type { ProtobufReader } from '../grpc/protobuf-reader'
import { ByteInterner, hashRanges } from './byte-interner'
import type { Range } from './flow-fields'
import { nodeName } from './hubble-record'
import { readText } from './proto-text'
import { TextInterner } from './text-interner'

const SETS = 2_048
const MAX_NODE_NAMES = 20_000

/** Reads the names of machines, each distinct one once. */
export class NodeReader {
  readonly #known = new ByteInterner<string>(SETS)
  readonly #names = new TextInterner<string>(MAX_NODE_NAMES)
  readonly #ranges = new Int32Array(2)

  /** @param place of the name with its cluster; `start` is -1 for none */
  read(reader: ProtobufReader, place: Range): string | null {
    if (place.start === -1) return null
    const ranges = this.#ranges
    ranges[0] = place.start
    ranges[1] = place.end
    const hash = hashRanges(reader, ranges)
    const known = this.#known.find(reader, ranges, hash)
    if (known !== undefined) return known
    const text = readText(reader, place)
    const name = text === null ? null : nodeName(text)
    if (name === null) return null
    const one = this.#names.intern(name, name)
    this.#known.set(reader, ranges, hash, one)
    return one
  }
}
