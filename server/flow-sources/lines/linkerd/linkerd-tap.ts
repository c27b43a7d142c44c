import type { ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'
import type { DecodedLine } from '../../decoded-line'
import { countOf, type JsonObject, objectOf, textOf } from '../../json-fields'
import { NOWHERE } from '../../nowhere'
import type { Envelope, LineFormat } from '../line-format'
import { httpL7, requestFlow } from '../parts/request-flow'
import { serviceOfHost } from '../parts/service-names'
import { verdictOfStatus } from './status-verdict'

/** Events of `linkerd viz tap -o json`: the beginning of a request, the beginning of its answer and its end, each alone. */
export const LINKERD_TAP: LineFormat = {
  id: 'linkerd-tap',
  title: 'Linkerd tap',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'object' && isTapEvent(payload.body),
  decode: (payload, envelope) =>
    payload.kind === 'object' && isTapEvent(payload.body) ? decodeEvent(payload.body, envelope) : { kind: 'ignored', reason: 'not-a-flow' },
}

function isTapEvent(body: JsonObject): boolean {
  return body.proxyDirection !== undefined && (body.requestInitEvent ?? body.responseInitEvent ?? body.responseEndEvent) !== undefined
}

function decodeEvent(body: JsonObject, envelope: Envelope): DecodedLine {
  const request = objectOf(body.requestInitEvent)
  const response = objectOf(body.responseInitEvent)
  const end = objectOf(body.responseEndEvent)
  const source = objectOf(body.source)
  const destination = objectOf(body.destination)
  const event = request ?? response ?? end
  if (event === null || source === null || destination === null)
    return { kind: 'rejected', reason: 'a tap event without source, destination or event' }
  const direction = body.proxyDirection === 'INBOUND' ? 'ingress' : body.proxyDirection === 'OUTBOUND' ? 'egress' : null
  const connection = `${ipOf(source) ?? ''} ${countOf(source.port) ?? ''} ${ipOf(destination) ?? ''} ${countOf(destination.port) ?? ''}`
  const id = objectOf(event.id)
  // Streams are numbered by each proxy for itself.
  const answer = id === null ? null : `${connection} ${direction ?? ''} ${countOf(id.base) ?? ''} ${countOf(id.stream) ?? ''}`
  const flow = requestFlow({
    // Events have no time of their own.
    time: envelope.time ?? envelope.receivedAt,
    source: endOf(source, null),
    destination: endOf(destination, textOf(request?.authority)),
    port: portOf(destination.port),
    sourcePort: portOf(source.port),
    direction,
    node: envelope.node,
    ...(request === null ? answerOf(response, end) : requestOf(request)),
    exchange: {
      key: request === null ? null : `${ipOf(source) ?? ''} ${ipOf(destination) ?? ''} ${textOf(request.path, 256) ?? ''}`,
      answer,
    },
  })
  return { kind: 'flow', flow, isTimed: envelope.time !== null, unknownFields: 0 }
}

/** A request that was taken in or sent on. What became of it is said by its answer. */
function requestOf(request: JsonObject): Pick<ObservedFlow, 'verdict' | 'phase' | 'l7'> {
  const l7 = httpL7({ method: textOf(request.method, 32), path: textOf(request.path, 2_048), status: null, latencyMs: null })
  return { verdict: 'unknown', phase: 'start', l7 }
}

function answerOf(response: JsonObject | null, end: JsonObject | null): Pick<ObservedFlow, 'verdict' | 'phase' | 'l7' | 'bytes'> {
  const status = countOf(response?.httpStatus)
  const latencyMs = durationOf(objectOf(response?.sinceRequestInit) ?? objectOf(end?.sinceRequestInit))
  const isGrpc = end?.grpcStatusCode !== undefined
  return {
    verdict: verdictOfStatus(status),
    phase: 'reply',
    l7: httpL7({ method: null, path: null, status: status ?? (isGrpc ? countOf(end?.grpcStatusCode) : null), latencyMs, isGrpc }),
    bytes: countOf(end?.responseBytes),
  }
}

/** The proxy's own labels for the end: its pod, and the Service where it has one. */
function endOf(end: JsonObject, authority: string | null): ObservedEndpoint {
  const labels = objectOf(end.metadata)
  const namespace = textOf(labels?.namespace)
  const pod = namespace === null ? null : textOf(labels?.pod)
  const service = textOf(labels?.service)
  const host = authority === null ? null : serviceOfHost(authority.split(':', 1)[0] ?? '')
  return {
    ...NOWHERE,
    ip: ipOf(end),
    namespace,
    pod,
    service: service !== null && namespace !== null ? { namespace, name: service } : host,
  }
}

function ipOf(end: JsonObject): string | null {
  const ip = textOf(end.ip, 64)
  return ip === null ? null : canonicalAddress(ip)
}

function portOf(value: unknown): number | null {
  const port = countOf(value)
  return port === null || port === 0 || port > 65_535 ? null : port
}

/** A protobuf duration in its JSON object form. */
function durationOf(duration: JsonObject | null): number | null {
  if (duration === null) return null
  return (countOf(duration.seconds) ?? 0) * 1_000 + (countOf(duration.nanos) ?? 0) / 1e6
}
