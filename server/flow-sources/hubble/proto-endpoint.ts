import type { ObservedEndpoint } from '@/lib/flows/flow'
import { bytesTag, type ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { ByteInterner, hashRanges } from './byte-interner'
import { endpointOf, MAX_ADDRESS, MAX_LABELS, MAX_NAMES } from './endpoint'
import type { Range } from './flow-fields'
import { readText, readTexts } from './proto-text'
import { TextInterner } from './text-interner'

/** Ends of one cluster's flows, as the agents of their own machine and of the others write them. */
const SETS = 8_192
const MAX_ENDS = 40_000
const MAX_LABEL_SETS = 20_000

const IDENTITY = varintTag(2)
const NAMESPACE = bytesTag(3)
const LABELS = bytesTag(4)
const POD = bytesTag(5)
const WORKLOADS = bytesTag(6)
const FIRST = bytesTag(1)
const SECOND = bytesTag(2)

/** Where one end of a flow lies: its address, `flow.Endpoint`, `flow.Service` and names (with their tags). */
export type EndRanges = { readonly ip: Range; readonly endpoint: Range; readonly service: Range; readonly names: Range }

/**
 * Reads the ends of flows, each distinct one once: what has the same bytes is the same object, and so is what says the
 * same in other bytes (an agent numbers the pods of its own machine).
 */
export class EndReader {
  readonly #known = new ByteInterner<ObservedEndpoint>(SETS)
  readonly #ends = new TextInterner<ObservedEndpoint>(MAX_ENDS)
  readonly #labels = new TextInterner<readonly string[]>(MAX_LABEL_SETS)
  readonly #ranges = new Int32Array(8)

  read(reader: ProtobufReader, end: EndRanges): ObservedEndpoint {
    const ranges = this.#ranges
    ranges[0] = end.ip.start
    ranges[1] = end.ip.end
    ranges[2] = end.endpoint.start
    ranges[3] = end.endpoint.end
    ranges[4] = end.service.start
    ranges[5] = end.service.end
    ranges[6] = end.names.start
    ranges[7] = end.names.end
    const hash = hashRanges(reader, ranges)
    const known = this.#known.find(reader, ranges, hash)
    if (known !== undefined) return known
    const decoded = this.#decode(reader, end)
    const one = this.#ends.intern(JSON.stringify(decoded), decoded)
    this.#known.set(reader, ranges, hash, one)
    return one
  }

  #decode(reader: ProtobufReader, { ip, endpoint, service, names }: EndRanges): ObservedEndpoint {
    const fields = endpointFields(reader, endpoint)
    const ipText = ip.start === -1 ? null : readText(reader, ip, MAX_ADDRESS)
    return endpointOf({
      ...fields,
      labels: this.#labels.intern(fields.labels.join('\n'), fields.labels),
      ip: ipText,
      service: serviceOf(reader, service),
      names: names.start === -1 ? [] : namesOf(reader, names),
    })
  }
}

function endpointFields(reader: ProtobufReader, endpoint: Range) {
  let identity: number | null = null
  let namespace: string | null = null
  let pod: string | null = null
  let workload: { name: string; kind: string | null } | null = null
  let hasWorkload = false
  const labels: string[] = []
  if (endpoint.start !== -1) {
    reader.goTo(endpoint)
    while (reader.hasMore) {
      const tag = reader.tag()
      if (tag === IDENTITY) identity = reader.uint32()
      else if (tag === NAMESPACE) namespace = readText(reader)
      else if (tag === POD) pod = readText(reader)
      else if (tag === LABELS) readTexts(reader, labels, MAX_LABELS)
      else if (tag === WORKLOADS && !hasWorkload) {
        hasWorkload = true
        const outer = reader.enter()
        const { first, second } = twoTexts(reader)
        if (first !== null) workload = { name: first, kind: second }
        reader.leave(outer)
      } else reader.skip(tag)
    }
  }
  return { identity, namespace, pod, workload, labels }
}

function serviceOf(reader: ProtobufReader, service: Range): { name: string; namespace: string | null } | null {
  if (service.start === -1) return null
  reader.goTo(service)
  const { first, second } = twoTexts(reader)
  return first === null ? null : { name: first, namespace: second }
}

/** A message of two texts: a workload's name and kind, a Service's name and namespace. */
function twoTexts(reader: ProtobufReader): { first: string | null; second: string | null } {
  let first: string | null = null
  let second: string | null = null
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === FIRST) first = readText(reader)
    else if (tag === SECOND) second = readText(reader)
    else reader.skip(tag)
  }
  return { first, second }
}

function namesOf(reader: ProtobufReader, names: Range): string[] {
  const texts: string[] = []
  reader.goTo(names)
  // The list's own tag comes first; whatever lies between its items is something else.
  const own = reader.tag()
  readTexts(reader, texts, MAX_NAMES)
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === own) readTexts(reader, texts, MAX_NAMES)
    else reader.skip(tag)
  }
  return texts
}
