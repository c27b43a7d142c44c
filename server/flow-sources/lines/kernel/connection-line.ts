import type { ObservedEndpoint } from '@/lib/flows/flow'
import { ATTEMPT_MS } from '@/lib/flows/tracked-connection'
import type { FlowProtocol } from '@/lib/model/protocol'
import type { DecodedLine } from '../../decoded-line'
import type { Envelope } from '../line-format'
import type { LineMemory } from '../line-memory'
import { addressEnd, flowLine, rejected } from '../observed-line'

/** One event of the kernel's connection tracking, out of whichever text it came in. */
export type ConnectionEvent = {
  readonly event: 'new' | 'update' | 'destroy'
  /** The kernel's id of the connection, unique while it lasts; null when it is not stated. */
  readonly id: number | null
  readonly source: unknown
  readonly destination: unknown
  /** Where answers come from: the backend, when the destination was a Service. */
  readonly replySource: unknown
  readonly protocol: FlowProtocol
  readonly sourcePort: number | null
  readonly port: number | null
  readonly replyPort: number | null
  readonly packets: number | null
  readonly bytes: number | null
  readonly replyPackets: number | null
  readonly replyBytes: number | null
  /** Whether an answer was seen, where the event says so without counters; null when it does not. */
  readonly isAnswered: boolean | null
  readonly time: number | null
  /** When the connection began; null where the event does not say it. */
  readonly began: number | null
}

/** Events of one connection within this time are put together by the pipeline; what comes later is told from here. */
const TOGETHER_MS = 240_000

/**
 * A flow from one event of conntrack. A connection is counted at its first event that comes, from whichever machine; the others
 * belong to it, however much later they come, and its bytes count once. Whether something answered is all that conntrack knows: an answered connection was let through, and of
 * one without an answer nothing is known. It never sees what a policy refused.
 */
export function connectionLine(event: ConnectionEvent, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const source = addressEnd(event.source, memory)
  if (source === null) return rejected('src: no address')
  const addressed = addressEnd(event.destination, memory)
  if (addressed === null) return rejected('dst: no address')
  const backend = addressEnd(event.replySource, memory)
  const isTranslated = backend !== null && (backend.ip !== addressed.ip || event.replyPort !== event.port)
  const destination = isTranslated ? behindService(backend, addressed.ip, event.port, memory) : addressed
  const time = event.time ?? envelope.time ?? envelope.receivedAt

  const isOver = event.event === 'destroy'
  const isAnswered = event.replyPackets === null ? event.isAnswered : event.replyPackets > 0
  const port = isTranslated ? (event.replyPort ?? event.port) : event.port
  const bytes = isOver ? sum(event.bytes, event.replyBytes) : null
  const place =
    memory?.connections.see({
      connection: `${event.protocol} ${source.ip} ${event.sourcePort} ${destination.ip} ${port}`,
      entry: `${envelope.node ?? ''} ${event.id} ${addressed.ip} ${event.port}`,
      observer: envelope.node,
      event: event.event,
      time,
      began: event.began,
      hasBytes: bytes !== null,
    }) ?? null
  // The pipeline would take what begins within this time for another try of the one before, and an end alone for its end.
  const isAnew = place?.isAnew === true && (event.event !== 'new' || (place.sincePreviousMs ?? 0) <= ATTEMPT_MS)
  const isKnownLong = event.event !== 'new' && (place?.sinceLastMs ?? 0) > TOGETHER_MS
  const isCounted = place === null || place.isFirstWithBytes
  return flowLine(
    {
      source,
      destination,
      protocol: event.protocol,
      port,
      sourcePort: event.sourcePort,
      verdict: isOver && isAnswered === true ? 'forwarded' : 'unknown',
      // Events in between have no counters, or such that the last one repeats.
      bytes: isCounted ? bytes : null,
      packets: isOver && isCounted ? sum(event.packets, event.replyPackets) : null,
      event: isAnew || isKnownLong ? 'flow' : 'trace',
      phase: isAnew || event.event === 'new' ? 'start' : 'later',
    },
    event.time,
    envelope,
  )
}

/** The pod that answered, which was addressed by another address. */
function behindService(backend: ObservedEndpoint, ip: string | null, port: number | null, memory: LineMemory | null): ObservedEndpoint {
  if (ip === null) return backend
  const make = (): ObservedEndpoint => ({ ...backend, addressed: { ip, port } })
  return memory === null ? make() : memory.end(`ct ${backend.ip} ${ip} ${port}`, make)
}

function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0)
}
