import type { Exchange, ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import type { Envelope } from '../line-format'
import { type AddressPort, isLoopback, readAddressPort } from '../parts/address-port'
import { endAt, endOfLogger, isNowhere } from '../parts/ends'
import { httpL7, type RequestFlow, requestFlow } from '../parts/request-flow'
import { serviceOfHost, withServices } from '../parts/service-names'
import { type EnvoyCluster, readEnvoyCluster, serviceOfServerName } from './envoy-cluster'
import { type EnvoyRecord, isTcp } from './envoy-record'
import { type EnvoyVerdict, readEnvoyVerdict } from './envoy-verdict'

/** Where the proxy stands in the connection. */
type Side = 'client' | 'server' | 'gateway' | 'unknown'

type Places = {
  readonly cluster: EnvoyCluster
  /** Who connected to the proxy. */
  readonly remote: AddressPort | null
  /** Where it connected to. */
  readonly local: AddressPort | null
  /** The proxy's own end of the connection onwards. */
  readonly upstreamLocal: AddressPort | null
  readonly upstream: AddressPort | null
}

/**
 * The connections that one line stands for: one of a sidecar, two of a gateway (from the client to it, and onwards when it
 * went onwards).
 *
 * A sidecar logs on the side of the client or of the server, and both log a request between them: `exchange` lets it be
 * counted once. Without the name of the pod that wrote the line its ends are addresses.
 */
export function flowsOfEnvoy(record: EnvoyRecord, envelope: Envelope): readonly ObservedFlow[] {
  const places: Places = {
    cluster: readEnvoyCluster(record.upstreamCluster),
    remote: readAddressPort(record.downstreamRemoteAddress),
    local: readAddressPort(record.downstreamLocalAddress),
    upstreamLocal: readAddressPort(record.upstreamLocalAddress),
    upstream: readAddressPort(record.upstreamHost),
  }
  const verdict = readEnvoyVerdict(record, places.cluster.kind === 'black-hole')
  const flows = flowsBySide(record, places, envelope, commonOf(record, envelope, verdict), verdict)
  return flows.filter(({ source, destination }) => !isNowhere(source) || !isNowhere(destination)).map(requestFlow)
}

type Common = Pick<ObservedFlow, 'time' | 'l7' | 'bytes' | 'node' | 'verdict' | 'reason' | 'rawReason' | 'policies'>

function flowsBySide(
  record: EnvoyRecord,
  places: Places,
  envelope: Envelope,
  common: Common,
  verdict: EnvoyVerdict,
): readonly RequestFlow[] {
  const side = sideOf(record, places, envelope)
  const { remote, local, upstreamLocal, upstream } = places
  const { logger } = envelope
  switch (side) {
    case 'server': {
      const service = serviceOfServerName(record.requestedServerName)
      const destination = withServices(endOfLogger(logger, local?.ip ?? null), service === null ? [] : [service])
      return [flowBetween(record, common, endAt(remote?.ip ?? null), remote, destination, local, 'ingress')]
    }
    case 'client': {
      const own = upstreamLocal ?? remote
      const source = endOfLogger(logger, own === null || isLoopback(own.ip) ? null : own.ip)
      return [flowBetween(record, common, source, upstreamLocal, serverOf(record, places), serverPlace(places), 'egress')]
    }
    case 'gateway': {
      const gateway = endOfLogger(logger, local?.ip ?? null)
      const arrived = flowBetween(record, common, endAt(remote?.ip ?? null), remote, gateway, local, 'ingress')
      if (upstream === null && verdict.verdict !== 'error') return [arrived]
      // What went wrong behind the gateway is no fault of the connection to it.
      const answered: RequestFlow =
        verdict.verdict === 'error' ? { ...arrived, verdict: 'forwarded', reason: null, rawReason: null } : arrived
      const server = serverOf(record, places)
      if (upstream === null && places.cluster.kind !== 'outbound' && places.cluster.kind !== 'waypoint') return [arrived]
      return [answered, flowBetween(record, common, gateway, upstreamLocal, server, serverPlace(places), 'egress')]
    }
    case 'unknown': {
      const caller = remote?.ip ?? (logger === null ? lastForwardedFor(record) : null)
      const source = caller === null ? endOfLogger(logger, upstreamLocal?.ip ?? null) : endAt(caller)
      return [flowBetween(record, common, source, remote, serverOf(record, places), serverPlace(places), null)]
    }
  }
}

/** By the cluster's name first; then by whose address the proxy used: the client's own in a sidecar, another in a gateway. */
function sideOf(record: EnvoyRecord, { cluster, remote, local, upstreamLocal }: Places, { logger }: Envelope): Side {
  if (cluster.kind === 'inbound') return 'server'
  if (cluster.kind === 'waypoint') return logger === null ? 'unknown' : 'gateway'
  if (cluster.kind === 'other' && record.requestedServerName?.startsWith('outbound_.') === true) return 'server'
  const own = upstreamLocal?.ip ?? logger?.ip ?? null
  if (own !== null && remote?.ip === own) return 'client'
  if (own !== null && local?.ip === own) return 'gateway'
  if (remote !== null && isLoopback(remote.ip)) return 'client'
  // A sidecar that got nowhere: it shows neither its own address nor the backend's, and Istio names its pods' addresses nowhere else.
  return 'unknown'
}

function flowBetween(
  record: EnvoyRecord,
  common: Common,
  source: ObservedEndpoint,
  sourcePlace: AddressPort | null,
  destination: ObservedEndpoint,
  destinationPlace: AddressPort | { readonly ip: null; readonly port: number | null } | null,
  direction: 'ingress' | 'egress' | null,
): RequestFlow {
  return {
    time: common.time,
    source,
    destination,
    port: destinationPlace?.port ?? null,
    sourcePort: sourcePlace?.port ?? null,
    verdict: common.verdict,
    reason: common.reason,
    rawReason: common.rawReason,
    policies: common.policies,
    direction,
    l7: common.l7,
    bytes: common.bytes,
    node: common.node,
    exchange: exchangeOf(record, sourcePlace, destinationPlace),
    mutualTls: provesMutualTls(record, direction) ? true : null,
  }
}

/**
 * A client that was named by its certificate had mutual TLS on its way in. On the way out a proxy of the mesh shows its own
 * certificate to a server with the name of a workload; any other server only proves itself.
 */
function provesMutualTls({ downstreamPeer, upstreamPeer }: EnvoyRecord, direction: 'ingress' | 'egress' | null): boolean {
  if (direction === 'ingress') return downstreamPeer !== null
  return direction === 'egress' && upstreamPeer?.startsWith('spiffe://') === true
}

/** Both sidecars of one request know its id and the server's address; of one TCP connection, its four ends. */
function exchangeOf(
  { requestId, method }: EnvoyRecord,
  source: AddressPort | null,
  destination: { readonly ip: string | null; readonly port: number | null } | null,
): Exchange | undefined {
  if (destination === null || destination.ip === null) return undefined
  const server = `${destination.ip} ${destination.port ?? ''}`
  if (requestId !== null) return { key: `${requestId.slice(0, 64)} ${server} ${method ?? ''}`, answer: null }
  if (source === null || source.port === null) return undefined
  return { key: `${source.ip} ${source.port} ${server} ${method ?? ''}`, answer: null }
}

/** Who was called: the backend that was chosen with the Service it was chosen for, else what was asked for. */
function serverOf(record: EnvoyRecord, { cluster, upstream, local }: Places): ObservedEndpoint {
  const isNamed = cluster.kind === 'outbound' || cluster.kind === 'waypoint'
  const service = isNamed ? cluster.service : serviceOfHost(hostOf(record.authority) ?? '')
  const host = isNamed ? cluster.host : service === null ? externalName(record) : null
  // Of a named cluster the address may be one that stands for the name inside of the mesh only.
  const ip = upstream?.ip ?? (isNamed ? null : (local?.ip ?? null))
  const plain = withServices(endAt(ip), service === null ? [] : [service])
  const candidate = service === null && cluster.kind === 'other' ? cluster.candidate : null
  const end = candidate === null ? plain : { ...plain, serviceCandidates: [candidate] }
  return host === null ? end : { ...end, names: [host] }
}

function serverPlace({ cluster, upstream, local }: Places): AddressPort | { readonly ip: null; readonly port: number | null } | null {
  if (upstream !== null) return upstream
  const isNamed = cluster.kind === 'outbound' || cluster.kind === 'waypoint'
  return { ip: null, port: (isNamed ? cluster.port : null) ?? local?.port ?? null }
}

/** The name that was asked for, where it may be one of the world's: TLS first, which the server has to prove. */
function externalName(record: EnvoyRecord): string | null {
  for (const text of [record.requestedServerName, hostOf(record.authority)]) {
    if (text === null || text.length > 253 || !text.includes('.') || text.startsWith('outbound_.')) continue
    if (readAddressPort(text) === null && isHostName(text)) return text.toLowerCase()
  }
  return null
}

function hostOf(authority: string | null): string | null {
  if (authority === null || authority.startsWith('[')) return null
  const colon = authority.indexOf(':')
  return colon === -1 ? authority : authority.slice(0, colon)
}

function isHostName(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index) | 0x20
    const isLetter = code >= 97 && code <= 122
    const isOther = text[index] === '-' || text[index] === '.' || text[index] === '_'
    if (!isLetter && !isOther && (text.charCodeAt(index) < 48 || text.charCodeAt(index) > 57)) return false
  }
  return true
}

/** The address that the nearest proxy added, for a log that has no other. */
function lastForwardedFor({ forwardedFor }: EnvoyRecord): string | null {
  if (forwardedFor === null) return null
  return readAddressPort(forwardedFor.slice(forwardedFor.lastIndexOf(',') + 1).trim())?.ip ?? null
}

function commonOf(record: EnvoyRecord, envelope: Envelope, { verdict, reason, rawReason, policies }: EnvoyVerdict): Common {
  const { method, path, code, durationMs, isGrpc, bytesReceived, bytesSent } = record
  return {
    time: record.time ?? envelope.time ?? envelope.receivedAt,
    l7: isTcp(record) ? null : httpL7({ method, path, status: code, latencyMs: durationMs, isGrpc }),
    bytes: bytesReceived === null || bytesSent === null ? null : bytesReceived + bytesSent,
    node: envelope.node,
    verdict,
    reason,
    rawReason,
    policies,
  }
}
