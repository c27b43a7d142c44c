import { bytesTag, fixed64Tag, type ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { Range } from './flow-fields'
import type { RetinaFacts } from './hubble-record'
import { readText } from './proto-text'
import { isOfRetina, retinaFacts } from './retina'

/** Fields of one Struct that are looked at: Retina writes about ten. */
const MAX_FIELDS = 64

/** Reads a flow's `extensions` (`google.protobuf.Any`); null when they are not Retina's. */
export function readRetina(reader: ProtobufReader, place: Range): RetinaFacts | null {
  let type: string | null = null
  const value = new Range()
  reader.goTo(place)
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === bytesTag(1)) type = readText(reader)
    else if (tag === bytesTag(2)) reader.range(value)
    else reader.skip(tag)
  }
  if (type === null || value.start === -1) return null
  reader.goTo(value)
  if (type.endsWith('/google.protobuf.Struct')) {
    const fields = readStruct(reader)
    return isOfRetina(fields) ? retinaFacts(fields) : null
  }
  return type.endsWith('.RetinaMetadata') ? retinaFacts(readMetadata(reader)) : null
}

/** `map<string, Value> fields = 1`; only numbers and texts are kept. */
function readStruct(reader: ProtobufReader): ReadonlyMap<string, number | string> {
  const fields = new Map<string, number | string>()
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag !== bytesTag(1) || fields.size >= MAX_FIELDS) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    let name: string | null = null
    let value: number | string | null = null
    while (reader.hasMore) {
      const inner = reader.tag()
      if (inner === bytesTag(1)) name = readText(reader)
      else if (inner === bytesTag(2)) {
        const entry = reader.enter()
        value = readValue(reader)
        reader.leave(entry)
      } else reader.skip(inner)
    }
    if (name !== null && value !== null) fields.set(name, value)
    reader.leave(outer)
  }
  return fields
}

function readValue(reader: ProtobufReader): number | string | null {
  let value: number | string | null = null
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === fixed64Tag(2)) value = reader.double()
    else if (tag === bytesTag(3)) value = readText(reader)
    else reader.skip(tag)
  }
  return value
}

/** `utils.RetinaMetadata` of older builds. Its drop reason is left to the number that stands in the flow. */
function readMetadata(reader: ProtobufReader): ReadonlyMap<string, number | string> {
  const fields = new Map<string, number | string>()
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) fields.set('bytes', reader.uint32())
    else if (tag === varintTag(6)) fields.set('previously_observed_packets', reader.uint32())
    else if (tag === varintTag(7)) fields.set('previously_observed_bytes', reader.uint32())
    else reader.skip(tag)
  }
  return fields
}
