import { bytesTag, type ProtobufReader, varintTag } from '../grpc/protobuf-reader'

const TIME = bytesTag(1)
const VERDICT = varintTag(2)
const DROP_REASON = varintTag(3)
const IP = bytesTag(5)
const L4 = bytesTag(6)
const SOURCE = bytesTag(8)
const DESTINATION = bytesTag(9)
const TYPE = varintTag(10)
const NODE_NAME = bytesTag(11)
const SOURCE_NAMES = bytesTag(13)
const DESTINATION_NAMES = bytesTag(14)
const L7 = bytesTag(15)
const OLD_REPLY = varintTag(16)
const EVENT_TYPE = bytesTag(19)
const SOURCE_SERVICE = bytesTag(20)
const DESTINATION_SERVICE = bytesTag(21)
const DIRECTION = varintTag(22)
const DROP_REASON_DESC = varintTag(25)
const IS_REPLY = bytesTag(26)
const UUID = bytesTag(34)
const TRACE_REASON = varintTag(36)
const EMITTER = bytesTag(41)
const POLICY_TAGS = [21001, 21002, 21004, 21005].map(bytesTag)
const [EGRESS_ALLOWED = 0, INGRESS_ALLOWED = 0, EGRESS_DENIED = 0, INGRESS_DENIED = 0] = POLICY_TAGS
const AGGREGATE = bytesTag(21007)
const EXTENSIONS = bytesTag(150000)

/** Where a message or text lies in the bytes; `start` is -1 where there is none. */
export class Range {
  start = -1
  end = -1
}

/**
 * Where the fields of a `flow.Flow` lie that are read, found in one pass; the rest is passed over. One object serves a
 * whole stream. Of a field that comes twice the last one counts; lists go from their first item to their last.
 */
export class FlowFields {
  verdict = 0
  dropReason = 0
  dropReasonDesc = 0
  flowType = 0
  direction = 0
  traceReason = 0
  oldReply = false
  readonly time = new Range()
  readonly ip = new Range()
  readonly l4 = new Range()
  readonly source = new Range()
  readonly destination = new Range()
  readonly nodeName = new Range()
  readonly l7 = new Range()
  readonly eventType = new Range()
  readonly sourceService = new Range()
  readonly destinationService = new Range()
  readonly isReply = new Range()
  readonly uuid = new Range()
  readonly emitter = new Range()
  readonly aggregate = new Range()
  readonly extensions = new Range()
  /** With the tags of their items. */
  readonly sourceNames = new Range()
  readonly destinationNames = new Range()
  readonly policies = new Range()

  /** Reads to the end of the message. */
  scan(reader: ProtobufReader): void {
    this.#clear()
    const byTag = this.#byTag
    while (reader.position < reader.end) {
      const at = reader.position
      const tag = reader.tag()
      const range = byTag[tag]
      if (range === undefined) this.#take(tag, at, reader)
      else reader.range(range)
    }
  }

  /** Takes a number, a list, or what is rare. */
  #take(tag: number, at: number, reader: ProtobufReader): void {
    switch (tag) {
      case VERDICT:
        this.verdict = reader.uint32()
        break
      case TYPE:
        this.flowType = reader.uint32()
        break
      case DIRECTION:
        this.direction = reader.uint32()
        break
      case TRACE_REASON:
        this.traceReason = reader.uint32()
        break
      case DROP_REASON_DESC:
        this.dropReasonDesc = reader.uint32()
        break
      case DROP_REASON:
        this.dropReason = reader.uint32()
        break
      case OLD_REPLY:
        this.oldReply = reader.bool()
        break
      case SOURCE_NAMES:
        extend(this.sourceNames, reader, at)
        break
      case DESTINATION_NAMES:
        extend(this.destinationNames, reader, at)
        break
      case EGRESS_ALLOWED:
      case INGRESS_ALLOWED:
      case EGRESS_DENIED:
      case INGRESS_DENIED:
        extend(this.policies, reader, at)
        break
      case AGGREGATE:
        reader.range(this.aggregate)
        break
      case EXTENSIONS:
        reader.range(this.extensions)
        break
      default:
        reader.skip(tag)
    }
  }

  #clear(): void {
    this.verdict = 0
    this.dropReason = 0
    this.dropReasonDesc = 0
    this.flowType = 0
    this.direction = 0
    this.traceReason = 0
    this.oldReply = false
    for (const range of this.#ranges) {
      range.start = -1
      range.end = -1
    }
  }

  /** Where most fields go, by their tag; of the others nothing. */
  readonly #byTag: readonly (Range | undefined)[] = rangesByTag([
    [TIME, this.time],
    [IP, this.ip],
    [L4, this.l4],
    [SOURCE, this.source],
    [DESTINATION, this.destination],
    [NODE_NAME, this.nodeName],
    [L7, this.l7],
    [EVENT_TYPE, this.eventType],
    [SOURCE_SERVICE, this.sourceService],
    [DESTINATION_SERVICE, this.destinationService],
    [IS_REPLY, this.isReply],
    [UUID, this.uuid],
    [EMITTER, this.emitter],
  ])

  readonly #ranges: readonly Range[] = [
    this.time,
    this.ip,
    this.l4,
    this.source,
    this.destination,
    this.nodeName,
    this.l7,
    this.eventType,
    this.sourceService,
    this.destinationService,
    this.isReply,
    this.uuid,
    this.emitter,
    this.aggregate,
    this.extensions,
    this.sourceNames,
    this.destinationNames,
    this.policies,
  ]
}

function extend(range: Range, reader: ProtobufReader, at: number): void {
  const start = range.start === -1 ? at : range.start
  reader.range(range)
  range.start = start
}

/** Without gaps, which would make every look-up a search. */
function rangesByTag(places: readonly (readonly [number, Range])[]): readonly (Range | undefined)[] {
  const ranges = new Map(places)
  return Array.from({ length: Math.max(...ranges.keys()) + 1 }, (_, tag) => ranges.get(tag))
}
