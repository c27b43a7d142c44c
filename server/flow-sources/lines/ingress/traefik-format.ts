import type { DecodedLine } from '../../decoded-line'
import { countOf, type JsonObject, objectOf, textOf, timeOf } from '../../json-fields'
import type { Envelope, LineFormat, Payload } from '../line-format'
import { readAddressPort, readPort } from '../parts/address-port'
import { readClfTime } from '../parts/clf-time'
import { isCombinedText, readCombined } from '../parts/combined-log'
import { numberOf, statedOf } from '../parts/fields'
import { decodedFlows, readRequestLine } from '../parts/request-flow'
import { type ServiceName, servicesOfJoinedName } from '../parts/service-names'
import { type BackendTry, flowsOfProxied, type ProxiedRequest, statedStatus } from './proxied-request'

/** Access logs of Traefik, as text (its default) and as JSON. */
export const TRAEFIK: LineFormat = {
  id: 'traefik',
  title: 'Traefik access log',
  proof: 'recorded',
  recognises: (payload) => (payload.kind === 'text' ? isTraefikText(payload.text) : isTraefikObject(payload.body)),
  decode: decodeTraefik,
}

function decodeTraefik(payload: Payload, envelope: Envelope): DecodedLine {
  if (payload.kind === 'object') {
    return isTraefikObject(payload.body) ? decoded(readObject(payload.body), envelope) : { kind: 'ignored', reason: 'not-a-flow' }
  }
  if (!isTraefikText(payload.text)) return { kind: 'ignored', reason: 'not-a-flow' }
  const request = readText(payload.text)
  return request === null ? { kind: 'rejected', reason: "not in Traefik's common log format" } : decoded(request, envelope)
}

function decoded(request: ProxiedRequest, envelope: Envelope): DecodedLine {
  return decodedFlows(flowsOfProxied(request, envelope), (request.time ?? envelope.time) !== null)
}

/** The combined log that ends with how many milliseconds it took. */
function isTraefikText(text: string): boolean {
  return text.endsWith('ms') && isCombinedText(text)
}

function isTraefikObject(body: JsonObject): boolean {
  return body.DownstreamStatus !== undefined && (body.ClientHost !== undefined || body.ClientAddr !== undefined)
}

/** `… "AGENT" COUNT "ROUTER" "SERVICE URL" 12ms`; router and URL are `-` without quotes where there is none. */
function readText(text: string): ProxiedRequest | null {
  const log = readCombined(text)
  if (log === null || log.rest.length !== 4) return null
  const [, , service, took] = log.rest
  const latencyMs = numberOf(took?.text.slice(0, -2))
  const code = numberOf(log.status)
  if (latencyMs === null || code === null) return null
  const status = statedStatus(code)
  const url = statedOf(service?.text)
  const { method, path } = readRequestLine(log.request)
  return {
    method,
    path,
    time: readClfTime(log.time),
    client: readAddressPort(log.client),
    status,
    latencyMs,
    bytes: null,
    services: [],
    servicePort: null,
    listenPort: null,
    tries: url === null ? [] : [tryOf(url, status, numberOf(log.bytes), latencyMs)],
  }
}

const NS_PER_MS = 1e6

function readObject(body: JsonObject): ProxiedRequest {
  const text = (key: string) => statedOf(textOf(body[key], 2_048) ?? undefined)
  const [sent, received] = [countOf(body.DownstreamContentSize), countOf(body.RequestContentSize)]
  const client = readAddressPort(text('ClientAddr')) ?? readAddressPort(text('ClientHost'))
  const duration = countOf(body.Duration)
  return {
    time: timeOf(body.StartUTC) ?? timeOf(body.time),
    client,
    method: text('RequestMethod'),
    path: text('RequestPath'),
    status: statedStatus(countOf(body.DownstreamStatus)),
    latencyMs: duration === null ? null : duration / NS_PER_MS,
    bytes: sent === null ? null : sent + (received ?? 0),
    services: servicesOf(text('ServiceName')),
    servicePort: null,
    listenPort: readPort(text('RequestPort') ?? '') ?? portOfScheme(text('RequestScheme')),
    tries: triesOf(body),
  }
}

/** The backend that was asked last: Traefik does not say which ones it tried before. None when it answered itself. */
function triesOf(body: JsonObject): readonly BackendTry[] {
  const status = countOf(body.OriginStatus)
  const url = objectOf(body.ServiceURL)
  const address = textOf(body.ServiceAddr) ?? textOf(url?.Host) ?? textOf(body.ServiceURL, 2_048)
  if (status === null || status === 0 || address === null) return []
  const duration = countOf(body.OriginDuration)
  const latencyMs = duration === null ? null : duration / NS_PER_MS
  return [tryOf(address, status, countOf(body.OriginContentSize), latencyMs)]
}

/** Traefik answers for a backend that it did not reach with the words of the status, and logs them as an answer of the backend. */
const OWN_WORDS: ReadonlyMap<number, number> = new Map([
  [502, 'Bad Gateway'.length],
  [504, 'Gateway Timeout'.length],
  [499, 'Client Closed Request'.length],
])

function tryOf(address: string, status: number | null, length: number | null, latencyMs: number | null): BackendTry {
  const isOwn = status !== null && OWN_WORDS.get(status) === length
  return { address: readAddressPort(address), status: isOwn && status === 499 ? null : status, length: isOwn ? 0 : length, latencyMs }
}

/** `NAMESPACE-SERVICE-PORT@kubernetes`, with an Ingress or route in between for some; any other provider names no Service. */
function servicesOf(name: string | null): readonly ServiceName[] {
  const at = name?.indexOf('@kubernetes') ?? -1
  return name === null || at < 1 ? [] : servicesOfJoinedName(name.slice(0, at), 'rule')
}

function portOfScheme(scheme: string | null): number | null {
  return scheme === 'https' ? 443 : scheme === 'http' ? 80 : null
}
