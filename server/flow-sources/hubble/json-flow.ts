import type { DecodedLine } from '../decoded-line'
import { countOf, type JsonObject, objectOf, textOf, timeOf } from '../json-fields'
import { isNowhere, OTHER_EVENTS } from './hubble-record'
import { eventType, jsonRecord } from './json-record'
import { observedFlow } from './observed-flow'
import { RetinaNodes } from './retina'

/**
 * Decodes a record of `hubble observe -o json` or of Hubble's file exporter: in its envelope (`{"flow": ...}`, `{"lost_events": ...}`,
 * ...) or a bare flow. Pure; never throws.
 *
 * @param receivedAt milliseconds since the epoch, for a record whose field mask left its time out; null rejects such a record.
 */
export function decodeHubbleObject(body: JsonObject, receivedAt: number | null): DecodedLine {
  const flow = objectOf(body.flow)
  if (flow !== null) return decodeFlow(flow, body, receivedAt)
  const lost = objectOf(body.lost_events)
  if (lost !== null) {
    return { kind: 'lost', count: countOf(lost.num_events_lost) ?? 1, where: textOf(lost.source, 64) ?? 'unknown' }
  }
  if (body.node_status !== undefined) return { kind: 'ignored', reason: 'node-status' }
  if (body.agent_event !== undefined) return { kind: 'ignored', reason: 'agent-event' }
  if (body.debug_event !== undefined) return { kind: 'ignored', reason: 'debug-event' }
  if (isBareFlow(body)) return decodeFlow(body, body, receivedAt)
  return { kind: 'ignored', reason: 'not-a-flow' }
}

/** True for a record of Hubble, in its envelope or bare. */
export function isHubbleObject(body: JsonObject): boolean {
  const isEvent = body.lost_events !== undefined || body.node_status !== undefined || body.agent_event !== undefined
  return isEvent || body.debug_event !== undefined || objectOf(body.flow) !== null || isBareFlow(body)
}

/** A flow without its envelope shows fields that nothing else has. */
function isBareFlow(body: JsonObject): boolean {
  const hasEnds = objectOf(body.source) !== null || objectOf(body.destination) !== null || objectOf(body.IP) !== null
  return hasEnds && (body.verdict !== undefined || body.l4 !== undefined || body.Type !== undefined || body.event_type !== undefined)
}

function decodeFlow(flow: JsonObject, envelope: JsonObject, receivedAt: number | null): DecodedLine {
  const type = eventType(flow)
  if (type !== null && OTHER_EVENTS.has(type)) return { kind: 'ignored', reason: 'debug-event' }
  const ownTime = timeOf(flow.time) ?? timeOf(envelope.time)
  const time = ownTime ?? receivedAt
  if (time === null) return { kind: 'rejected', reason: 'no time' }
  // A line knows nothing of the lines before it.
  const record = jsonRecord(flow, textOf(flow.node_name) ?? textOf(envelope.node_name), time, new RetinaNodes())
  if (isNowhere(record.source) && isNowhere(record.destination)) return { kind: 'ignored', reason: 'no-endpoints' }
  return { kind: 'flow', flow: observedFlow(record), isTimed: ownTime !== null, unknownFields: 0 }
}
