import type { ObservedEndpoint } from '@/lib/flows/flow'
import type { DecodedLine } from '../../decoded-line'
import { countOf, type JsonObject, textOf, timeOf } from '../../json-fields'
import { NOWHERE } from '../../nowhere'
import type { Envelope, LineFormat, Payload } from '../line-format'
import { readAddressPort } from '../parts/address-port'
import { endAt, endOfLogger } from '../parts/ends'
import { type Field, splitFields, statedOf } from '../parts/fields'
import { httpL7, readRequestLine, requestFlow } from '../parts/request-flow'
import { type ServiceName, serviceOfHost, withServices } from '../parts/service-names'
import { verdictOfStatus } from './status-verdict'

/** What a Linkerd proxy says of a request that it took in: `config.linkerd.io/access-log: apache` or `json`. */
type LinkerdRequest = {
  readonly time: number | null
  /** `ADDRESS:PORT`. */
  readonly client: string | null
  /** Identity of the client's service account; null for a client outside of the mesh. */
  readonly clientId: string | null
  /** The name or address that was asked for, with its port. */
  readonly host: string | null
  readonly method: string | null
  readonly uri: string | null
  readonly status: number | null
  readonly bytes: number | null
  readonly latencyMs: number | null
}

/** Requests as the server's proxy saw them: Linkerd logs none on the client's side. */
export const LINKERD_ACCESS: LineFormat = {
  id: 'linkerd',
  title: 'Linkerd access log',
  proof: 'recorded',
  recognises: (payload) => (payload.kind === 'text' ? isAccessText(payload.text) : isAccessObject(payload.body)),
  decode: decodeAccess,
}

function decodeAccess(payload: Payload, envelope: Envelope): DecodedLine {
  if (payload.kind === 'object') {
    return isAccessObject(payload.body) ? decoded(readObject(payload.body), envelope) : { kind: 'ignored', reason: 'not-a-flow' }
  }
  const fields = isAccessText(payload.text) ? splitFields(payload.text, 0, 'raw') : null
  return fields === null ? { kind: 'ignored', reason: 'not-a-flow' } : decoded(readFields(fields), envelope)
}

function isAccessObject(body: JsonObject): boolean {
  return typeof body['client.addr'] === 'string' && (body.processing_ns !== undefined || body.total_ns !== undefined)
}

/** `10.0.0.1:51160 IDENTITY - [2026-05-04T10:00:00.000000000Z] "GET / HTTP/2.0" 200`: the only combined log with such a time. */
function isAccessText(text: string): boolean {
  const bracket = text.indexOf(' [')
  if (bracket < 9 || bracket > 400 || text[bracket + 12] !== 'T' || text[bracket + 6] !== '-') return false
  const space = text.indexOf(' ')
  return readAddressPort(text.slice(0, space)) !== null && text.indexOf('] "', bracket) !== -1
}

function readFields(fields: readonly Field[]): LinkerdRequest {
  const [client, clientId, , time, request, status] = fields
  const line = readRequestLine(request?.text ?? '')
  return {
    time: timeOf(time?.text),
    client: statedOf(client?.text),
    clientId: statedOf(clientId?.text),
    host: hostOfUri(line.path),
    method: line.method,
    uri: line.path,
    status: countOf(status?.text),
    bytes: null,
    latencyMs: null,
  }
}

function readObject(body: JsonObject): LinkerdRequest {
  const text = (key: string) => statedOf(textOf(body[key], 2_048) ?? undefined)
  const total = countOf(body.total_ns)
  const [request, response] = [countOf(body.request_bytes), countOf(body.response_bytes)]
  return {
    time: timeOf(body.timestamp),
    client: text('client.addr'),
    clientId: text('client.id'),
    host: text('host') ?? hostOfUri(text('uri')),
    method: text('method'),
    uri: text('uri'),
    status: countOf(body.status),
    bytes: response === null ? null : response + (request ?? 0),
    latencyMs: total === null ? null : total / 1e6,
  }
}

function decoded(request: LinkerdRequest, envelope: Envelope): DecodedLine {
  const client = readAddressPort(request.client)
  if (client === null) return { kind: 'rejected', reason: 'client.addr: write ADDRESS:PORT' }
  const namespace = namespaceOfIdentity(request.clientId)
  const server = serverOf(request.host, namespace, envelope)
  const flow = requestFlow({
    time: request.time ?? envelope.time ?? envelope.receivedAt,
    source: { ...endAt(client.ip), namespace },
    destination: server.end,
    port: server.port,
    sourcePort: client.port,
    direction: 'ingress',
    verdict: verdictOfStatus(request.status),
    l7: httpL7({ method: request.method, path: request.uri, status: request.status, latencyMs: request.latencyMs }),
    bytes: request.bytes,
    node: envelope.node,
    // A client's name comes from its certificate.
    mutualTls: request.clientId === null ? null : true,
  })
  return { kind: 'flow', flow, isTimed: (request.time ?? envelope.time) !== null, unknownFields: 0 }
}

/** The pod that logged; what it was asked for says its port, and its Service. */
function serverOf(
  host: string | null,
  clientNamespace: string | null,
  { logger }: Envelope,
): { readonly end: ObservedEndpoint; readonly port: number | null } {
  const place = readAddressPort(host)
  if (place !== null) return { end: endOfLogger(logger, place.ip), port: place.port }
  const pod = logger === null ? NOWHERE : endOfLogger(logger, null)
  if (host === null) return { end: pod, port: null }
  const colon = host.lastIndexOf(':')
  const name = colon === -1 ? host : host.slice(0, colon)
  const port = colon === -1 ? null : countOf(host.slice(colon + 1))
  const services = servicesOf(name, logger?.namespace ?? clientNamespace)
  const end =
    services.length === 0
      ? { ...pod, names: logger === null && name.includes('.') ? [name.toLowerCase()] : [] }
      : withServices(pod, services)
  return { end, port: port === null || port === 0 || port > 65_535 ? null : port }
}

/** A short name is one of the server's own namespace, or of the client's. */
function servicesOf(name: string, namespace: string | null): readonly ServiceName[] {
  const service = serviceOfHost(name)
  if (service !== null) return [service]
  const labels = name.toLowerCase().split('.')
  const [first = '', second] = labels
  if (labels.length > 2 || first === '' || first.length > 63) return []
  if (second !== undefined) return second === '' || second !== namespace ? [] : [{ namespace: second, name: first }]
  return namespace === null ? [] : [{ namespace, name: first }]
}

/** `ACCOUNT.NAMESPACE.serviceaccount.identity.…`: the namespace. */
function namespaceOfIdentity(identity: string | null): string | null {
  if (identity === null) return null
  const labels = identity.split('.', 4)
  return labels[2] === 'serviceaccount' ? textOf(labels[1], 63) : null
}

/** The authority of `http://webapp:7000/books`; null for a path. */
function hostOfUri(uri: string | null): string | null {
  const scheme = uri?.indexOf('://') ?? -1
  if (uri === null || scheme < 1 || scheme > 8) return null
  const start = scheme + 3
  let end = start
  while (end < uri.length && uri[end] !== '/' && uri[end] !== '?') end++
  return textOf(uri.slice(start, end))
}
