import { createHash } from 'node:crypto'
import type { ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import { endOfCalico } from '../calico/calico-end'
import { traceOutcome } from '../calico/policy-trace'
import type { DecodedLine } from '../decoded-line'
import { protocolOf } from '../lines/observed-line'
import { NOWHERE } from '../nowhere'
import type { GoldmaneEnd, GoldmaneFlow } from './goldmane-flow'

/**
 * What a row says as a flow.
 *
 * Both sides of a connection report it, each with its own policies. The destination's row counts it, and the source's
 * where the source refused it or the destination is outside and reports nothing. The source's other rows
 * stand for connections that are counted already: they show the edge in use and name its egress policies.
 *
 * @param receivedAt our clock in milliseconds, for a row that says of no bucket; null refuses it.
 */
export function observeGoldmane(row: GoldmaneFlow, receivedAt: number | null): DecodedLine {
  const { reporter, action, source, destination } = row
  if (reporter === null) return { kind: 'rejected', reason: 'reporter: neither Src nor Dst' }
  if (source.type === null || destination.type === null) return { kind: 'rejected', reason: 'source_type, dest_type: not known' }
  if (row.endTime > 0 && row.endTime < row.startTime) return { kind: 'rejected', reason: 'end_time: not after start_time' }
  // The row speaks of the whole bucket; the resolver looks back from its end.
  const ownTime = Math.max(row.startTime, row.endTime) * 1_000
  const time = ownTime > 0 ? ownTime : receivedAt
  if (time === null) return { kind: 'rejected', reason: 'start_time, end_time: neither is there' }
  const direction = reporter === 'destination' ? 'ingress' : 'egress'
  const counts = reporter === 'destination' || action === 'deny' || destination.type === 'network' || destination.type === 'network-set'
  const isNew = row.connectionsStarted > 0 || action === 'deny'
  const outcome = traceOutcome(action, row.enforced, row.pending, direction)
  const flow: ObservedFlow = {
    time,
    source: endOf(source, row.sourceLabels, null),
    destination: endOf(destination, row.destinationLabels, row.service),
    protocol: protocolOf(row.protocol),
    port: row.port,
    sourcePort: null,
    verdict: outcome.verdict,
    reason: outcome.reason,
    rawReason: null,
    direction,
    policies: outcome.policies,
    l7: null,
    // Both sides see the same bytes.
    bytes: counts ? row.bytes : null,
    packets: counts ? row.packets : null,
    count: Math.max(1, row.connectionsStarted),
    // Without its bucket a row cannot be told from the next one of the same key.
    uuid: ownTime > 0 ? rowId(row) : null,
    event: 'flow',
    phase: counts && isNew ? 'start' : 'later',
    guessedOrder: false,
    node: null,
  }
  return { kind: 'flow', flow, isTimed: ownTime > 0, unknownFields: 0 }
}

/**
 * The name of one row: its key and its bucket. Goldmane's own id names the key alone, and another key after a restart, so
 * that the key itself is taken.
 */
function rowId(row: GoldmaneFlow): string {
  const { source, destination, port, service, protocol, reporter, action, enforced, pending, startTime, endTime } = row
  const key = [source, destination, port, service, protocol, reporter, action, enforced, pending]
  return `goldmane ${startTime === 0 ? endTime : startTime} ${createHash('sha1').update(JSON.stringify(key)).digest('base64')}`
}

function endOf({ type, name, namespace }: GoldmaneEnd, labels: readonly string[], service: ObservedEndpoint['service']): ObservedEndpoint {
  if (type === null) return NOWHERE
  // One name stands for a pod, or for all that one controller made.
  return endOfCalico({ type, name: null, aggregate: name, namespace }, { labels, service: type === 'workload' ? service : null })
}
