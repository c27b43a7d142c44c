import type { ObservedFlow } from '@/lib/flows/flow'
import {
  EVENT_DROP,
  EVENT_L7,
  EVENT_POLICY_VERDICT,
  EVENT_SOCKET,
  EVENT_TRACE,
  type HubbleRecord,
  TYPE_L7,
  TYPE_SOCKET,
  VERDICT_DROPPED,
} from './hubble-record'
import { readOrder } from './order'
import { readVerdict } from './verdict'

/** The flow that a record tells of, the ends in the order in which they began. */
export function observedFlow(record: HubbleRecord): ObservedFlow {
  const order = readOrder(record)
  const { verdict, reason, rawReason } = readVerdict(record)
  const { isTurned } = order
  return {
    time: record.time,
    source: isTurned ? record.destination : record.source,
    destination: isTurned ? record.source : record.destination,
    protocol: record.protocol,
    port: isTurned ? record.sourcePort : record.destinationPort,
    sourcePort: isTurned ? record.destinationPort : record.sourcePort,
    verdict,
    reason,
    rawReason,
    direction: record.direction === 1 ? 'ingress' : record.direction === 2 ? 'egress' : null,
    policies: record.policies,
    l7: record.l7,
    bytes: record.retina === null ? null : record.retina.bytes,
    packets: record.retina === null ? null : record.retina.packets,
    count: record.aggregated ?? 1,
    uuid: record.uuid,
    event: readEvent(record),
    phase: order.phase,
    guessedOrder: order.isGuess,
    node: record.node,
  }
}

/** An exporter that aggregates sends sums: such a record stands for whole connections, like a flow line of our own. */
function readEvent({ aggregated, eventType, verdict, flowType, hasL7 }: HubbleRecord): ObservedFlow['event'] {
  if (aggregated !== null) return 'flow'
  switch (eventType) {
    case EVENT_DROP:
      return 'drop'
    case EVENT_TRACE:
      return 'trace'
    case EVENT_POLICY_VERDICT:
      return 'policy-verdict'
    case EVENT_SOCKET:
      return 'socket'
    case EVENT_L7:
      return 'l7'
  }
  if (flowType === TYPE_SOCKET) return 'socket'
  if (flowType === TYPE_L7 || hasL7) return 'l7'
  return verdict === VERDICT_DROPPED ? 'drop' : 'trace'
}
