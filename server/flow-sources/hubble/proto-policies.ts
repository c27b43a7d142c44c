import type { FlowPolicy } from '@/lib/flows/flow'
import { bytesTag, type ProtobufReader } from '../grpc/protobuf-reader'
import type { Range } from './flow-fields'
import { OnceReader } from './once-reader'
import { addPolicy, NO_POLICIES, statedPolicy } from './policies'
import { readText, readTexts } from './proto-text'

export type PolicyList = { readonly policies: readonly FlowPolicy[]; readonly hasDenying: boolean }

const MAX_LABELS = 64
const MAX_KIND = 64

const ALLOWING: ReadonlySet<number> = new Set([bytesTag(21001), bytesTag(21002)])
const DENYING: ReadonlySet<number> = new Set([bytesTag(21004), bytesTag(21005)])
const NAME = bytesTag(1)
const NAMESPACE = bytesTag(2)
const LABELS = bytesTag(3)
const KIND = bytesTag(5)

/** The policies of flows, from the tag of the first to the end of the last. */
export function policyReader(): OnceReader<PolicyList> {
  return new OnceReader(readPolicies, { sets: 1_024, values: 4_096 })
}

function readPolicies(reader: ProtobufReader, place: Range): PolicyList {
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
