import type { FlowPolicy } from '@/lib/flows/flow'
import { bytesTag, type ProtobufReader } from '../grpc/protobuf-reader'
import { ByteInterner, hashRanges } from './byte-interner'
import type { Range } from './flow-fields'
import { addPolicy, NO_POLICIES, statedPolicy } from './policies'
import { readText, readTexts } from './proto-text'
import { TextInterner } from './text-interner'

export type PolicyList = { readonly policies: readonly FlowPolicy[]; readonly hasDenying: boolean }

const SETS = 1_024
const MAX_LISTS = 4_096
const MAX_LABELS = 64
const MAX_KIND = 64

const ALLOWING: ReadonlySet<number> = new Set([bytesTag(21001), bytesTag(21002)])
const DENYING: ReadonlySet<number> = new Set([bytesTag(21004), bytesTag(21005)])
const NAME = bytesTag(1)
const NAMESPACE = bytesTag(2)
const LABELS = bytesTag(3)
const KIND = bytesTag(5)

const NONE: PolicyList = { policies: NO_POLICIES, hasDenying: false }

/** Reads the lists of policies of flows, each distinct one once. */
export class PolicyReader {
  readonly #known = new ByteInterner<PolicyList>(SETS)
  readonly #lists = new TextInterner<PolicyList>(MAX_LISTS)
  readonly #ranges = new Int32Array(2)

  /** @param place from the tag of the first policy to the end of the last; `start` is -1 for none */
  read(reader: ProtobufReader, place: Range): PolicyList {
    if (place.start === -1) return NONE
    const ranges = this.#ranges
    ranges[0] = place.start
    ranges[1] = place.end
    const hash = hashRanges(reader, ranges)
    const known = this.#known.find(reader, ranges, hash)
    if (known !== undefined) return known
    const decoded = decode(reader, place)
    const one = this.#lists.intern(JSON.stringify(decoded), decoded)
    this.#known.set(reader, ranges, hash, one)
    return one
  }
}

function decode(reader: ProtobufReader, place: Range): PolicyList {
  const policies: FlowPolicy[] = []
  let hasDenying = false
  reader.goTo(place)
  while (reader.hasMore) {
    const tag = reader.tag()
    const isDenying = DENYING.has(tag)
    if (!isDenying && !ALLOWING.has(tag)) {
      reader.skip(tag)
      continue
    }
    hasDenying ||= isDenying
    const outer = reader.enter()
    const policy = readPolicy(reader)
    if (policy !== null) addPolicy(policies, policy)
    reader.leave(outer)
  }
  return { policies: policies.length === 0 ? NO_POLICIES : policies, hasDenying }
}

function readPolicy(reader: ProtobufReader): FlowPolicy | null {
  let name: string | null = null
  let namespace: string | null = null
  let kind: string | null = null
  const labels: string[] = []
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === NAME) name = readText(reader)
    else if (tag === NAMESPACE) namespace = readText(reader)
    else if (tag === KIND) kind = readText(reader, null, MAX_KIND)
    else if (tag === LABELS) readTexts(reader, labels, MAX_LABELS)
    else reader.skip(tag)
  }
  return name === null ? null : statedPolicy({ name, namespace, kind, labels })
}
