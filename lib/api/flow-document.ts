import type { Flow } from '../flows/flow'
import type { FlowDocument } from './documents'
import { printTime } from './print-time'

/** A flow as the API writes it. */
export function flowDocument(flow: Flow): FlowDocument {
  return {
    id: flow.id,
    time: printTime(flow.time),
    source: flow.source,
    destination: flow.destination,
    protocol: flow.protocol,
    port: flow.port,
    sourcePort: flow.sourcePort,
    verdict: flow.verdict,
    reason: flow.reason,
    rawReason: flow.rawReason,
    direction: flow.direction,
    policies: flow.policies,
    l7: flow.l7,
    bytes: flow.bytes,
    packets: flow.packets,
    count: flow.count,
    guessedOrder: flow.guessedOrder,
    reporter: flow.reporter,
    node: flow.node,
  }
}
