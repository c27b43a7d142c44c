import { ProtobufWriter } from '../grpc/protobuf-writer'

/** What is read of a flow, as paths of a field mask; every server since 1.13 knows these. */
const BASE_MASK = [
  'time',
  'verdict',
  'drop_reason',
  'drop_reason_desc',
  'event_type',
  'source',
  'destination',
  'IP',
  'l4',
  'l7',
  'Type',
  'node_name',
  'is_reply',
  'traffic_direction',
  'trace_reason',
  'source_service',
  'destination_service',
  'source_names',
  'destination_names',
  'egress_allowed_by',
  'ingress_allowed_by',
  'egress_denied_by',
  'ingress_denied_by',
  'uuid',
]

/**
 * Masks to ask with, one after the other: a server refuses a whole request for one path that it does not know. Without
 * any mask it sends everything, which costs it and us about twice as much.
 */
export const FIELD_MASKS: readonly (readonly string[])[] = [
  [...BASE_MASK, 'emitter', 'aggregate', 'extensions'],
  [...BASE_MASK, 'extensions'],
  [],
]

export type FlowRequest = {
  /** Flows from then on, as far as the server remembers them, then new ones for ever. Milliseconds since the epoch. */
  readonly sinceMs: number
  /** Empty for whole flows. */
  readonly fieldMask: readonly string[]
  /** Flows with an end in one of these; all flows when empty. */
  readonly namespaces: readonly string[]
}

/**
 * `observer.GetFlowsRequest`. A relay sorts what comes from its nodes in a queue of 100 flows, which on a quiet cluster
 * holds each back for most of a minute; `number: 1` makes that queue as short as one flow a node, and beside `since` it
 * has no other effect.
 */
export function flowRequest({ sinceMs, fieldMask, namespaces }: FlowRequest): Uint8Array {
  const request = new ProtobufWriter().int64(1, 1).bool(3, true)
  for (const namespace of namespaces) {
    // The prefix "NAMESPACE/" of a pod's full name; two filters, because within one all fields must match.
    request.message(6, new ProtobufWriter().string(2, `${namespace}/`))
    request.message(6, new ProtobufWriter().string(4, `${namespace}/`))
  }
  request.message(7, timestamp(sinceMs))
  if (fieldMask.length > 0) {
    const mask = new ProtobufWriter()
    for (const path of fieldMask) mask.string(1, path)
    request.message(10, mask)
  }
  return request.finish()
}

function timestamp(ms: number): ProtobufWriter {
  const seconds = Math.floor(ms / 1_000)
  return new ProtobufWriter().int64(1, seconds).int64(2, Math.round((ms - seconds * 1_000) * 1e6))
}
