import { bytesTag, fixed64Tag, ProtobufError, ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import type { OtlpField, OtlpKind, OtlpMessage } from './otlp-schema'

/** Values within values deeper than this are nothing that a program would send. */
const MAX_DEPTH = 64
/** Messages of one body; each becomes an object. */
const MAX_MESSAGES = 2_000_000

type Count = { messages: number }

/**
 * Reads a protobuf body into the shape that OTLP's JSON has: 64-bit numbers as texts of digits, bytes in base64, lists only where there are
 * any. Fields that are not read are passed over. Throws {@link ProtobufError} for bytes that are none.
 */
export function readProtobuf(bytes: Uint8Array, message: OtlpMessage): Readonly<Record<string, unknown>> {
  return readMessage(new ProtobufReader(bytes), message, 0, { messages: 0 })
}

function readMessage(reader: ProtobufReader, message: OtlpMessage, depth: number, count: Count): Record<string, unknown> {
  if (depth > MAX_DEPTH) throw new ProtobufError(`more than ${MAX_DEPTH} messages in each other`, reader.position)
  if (++count.messages > MAX_MESSAGES) throw new ProtobufError(`more than ${MAX_MESSAGES} messages`, reader.position)
  // The names are those of the schema, never the sender's.
  const object: Record<string, unknown> = {}
  while (reader.hasMore) {
    const tag = reader.tag()
    const field = message.get(tag >>> 3)
    if (field === undefined || tag !== tagOf(field, tag >>> 3)) {
      reader.skip(tag)
      continue
    }
    const value = typeof field.kind === 'string' ? readValue(reader, field.kind) : readInner(reader, field.kind(), depth, count)
    const known = object[field.name]
    if (!field.isList) object[field.name] = value
    else if (Array.isArray(known)) known.push(value)
    else object[field.name] = [value]
  }
  return object
}

function readInner(reader: ProtobufReader, message: OtlpMessage, depth: number, count: Count): Record<string, unknown> {
  const outer = reader.enter()
  const object = readMessage(reader, message, depth + 1, count)
  reader.leave(outer)
  return object
}

function readValue(reader: ProtobufReader, kind: OtlpKind): unknown {
  switch (kind) {
    case 'string':
      return reader.string()
    case 'bytes':
      return Buffer.from(reader.view()).toString('base64')
    case 'bool':
      return reader.bool()
    case 'enum':
      return reader.int32()
    case 'int64':
      return String(reader.int64())
    case 'double':
      return reader.double()
    case 'fixed64':
      return String(fixed64(reader))
    case 'sfixed64':
      return String(BigInt.asIntN(64, fixed64(reader)))
  }
}

function fixed64(reader: ProtobufReader): bigint {
  const low = BigInt(reader.fixed32())
  return (BigInt(reader.fixed32()) << 32n) | low
}

function tagOf({ kind }: OtlpField, number: number): number {
  switch (kind) {
    case 'bool':
    case 'enum':
    case 'int64':
      return varintTag(number)
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return fixed64Tag(number)
    default:
      return bytesTag(number)
  }
}
