import type { FlowPolicy, ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import type { DecodedLine } from '../../decoded-line'
import { textOf, timeOf } from '../../json-fields'
import { NOWHERE } from '../../nowhere'
import type { Envelope, LineFormat, Payload } from '../line-format'
import { type AddressPort, readAddressPort, readPort } from '../parts/address-port'
import { numberOf, statedOf } from '../parts/fields'
import { requestFlow } from '../parts/request-flow'
import { serviceOfHost } from '../parts/service-names'
import { isZtunnelObject, isZtunnelText, readZtunnelObject, readZtunnelText, type ZtunnelRecord } from './ztunnel-record'

/** Connections of Istio's ambient mode. ztunnel is an agent of its machine, so the pod that logs is no end of them. */
export const ZTUNNEL: LineFormat = {
  id: 'ztunnel',
  title: 'Istio ztunnel access log',
  proof: 'recorded',
  recognises: (payload) => (payload.kind === 'text' ? isZtunnelText(payload.text) : isZtunnelObject(payload.body)),
  decode: decodeZtunnel,
}

function decodeZtunnel(payload: Payload, envelope: Envelope): DecodedLine {
  if (payload.kind === 'text') {
    return isZtunnelText(payload.text) ? decoded(readZtunnelText(payload.text), envelope) : { kind: 'ignored', reason: 'not-a-flow' }
  }
  return isZtunnelObject(payload.body) ? decoded(readZtunnelObject(payload.body), envelope) : { kind: 'ignored', reason: 'not-a-flow' }
}

function decoded({ time, isEnd, values }: ZtunnelRecord, envelope: Envelope): DecodedLine {
  // The same connection is logged again when it ends, with its outcome.
  if (!isEnd) return { kind: 'ignored', reason: 'connection-opened' }
  const source = readAddressPort(values.get('src.addr') ?? null)
  const destination = readAddressPort(values.get('dst.addr') ?? null)
  if (source === null || destination === null) return { kind: 'rejected', reason: 'src.addr and dst.addr: write ADDRESS:PORT' }
  const ownTime = timeOf(time)
  const direction = values.get('direction') === 'inbound' ? 'ingress' : values.get('direction') === 'outbound' ? 'egress' : null
  // Inside of the tunnel is the port that was asked for; outside is always the tunnel's.
  const port = portBehind(values.get('dst.hbone_addr') ?? '') ?? destination.port
  const [sent, received] = [numberOf(values.get('bytes_sent')), numberOf(values.get('bytes_recv'))]
  const flow = requestFlow({
    time: ownTime ?? envelope.time ?? envelope.receivedAt,
    source: endOf(values, 'src', source),
    destination: endOf(values, 'dst', destination),
    port,
    sourcePort: source.port,
    direction,
    bytes: sent === null || received === null ? null : sent + received,
    node: envelope.node,
    mutualTls: provesMutualTls(values) ? true : null,
    // The tunnel has ports of its own, so the two sides share no more than this.
    exchange: { key: `${source.ip} ${destination.ip} ${port ?? ''}`, answer: null },
    ...verdictOf(statedOf(values.get('error'))),
  })
  return { kind: 'flow', flow, isTimed: (ownTime ?? envelope.time) !== null, unknownFields: 0 }
}

/** The port of `10.0.0.2:8080`, or of a name (`cart.shop.svc.cluster.local:8080`, as a waypoint is asked for). */
function portBehind(place: string): number | null {
  const address = readAddressPort(place)
  return address === null ? readPort(place.slice(place.lastIndexOf(':') + 1)) : address.port
}

/** The tunnel is mutual TLS: a client is named by its certificate on the way in, a server by its own on the way out. */
function provesMutualTls(values: ZtunnelRecord['values']): boolean {
  const isInbound = values.get('direction') === 'inbound'
  const identity = values.get(isInbound ? 'src.identity' : 'dst.identity') ?? ''
  return identity.startsWith('spiffe://') && (isInbound || values.has('dst.hbone_addr'))
}

/** ztunnel's `workload` is the name of a pod. It names nobody outside of the mesh. */
function endOf(values: ZtunnelRecord['values'], side: 'src' | 'dst', { ip }: AddressPort): ObservedEndpoint {
  const namespace = textOf(values.get(`${side}.namespace`))
  const pod = textOf(values.get(`${side}.workload`))
  const service = serviceOfHost(values.get(`${side}.service`) ?? '')
  return { ...NOWHERE, ip, namespace, pod: namespace === null ? null : pod, service }
}

const DENIED_BY = 'explicitly denied by: '

/** Only the words "policy rejection" are a refusal; anything else that went wrong is a failure. */
function verdictOf(error: string | null): Pick<ObservedFlow, 'verdict' | 'reason' | 'rawReason' | 'policies'> {
  if (error === null) return { verdict: 'forwarded', reason: null, rawReason: null, policies: [] }
  const rawReason = error.slice(0, 200)
  if (!error.includes('policy rejection')) return { verdict: 'error', reason: 'other/connection-failed', rawReason, policies: [] }
  const start = error.indexOf(DENIED_BY)
  if (start === -1) return { verdict: 'dropped', reason: 'istio/no-match', rawReason, policies: [] }
  const policies = policiesOf(error.slice(start + DENIED_BY.length).trim())
  return { verdict: 'dropped', reason: 'istio/rule-deny', rawReason, policies }
}

const CONVERTED = 'converted_peer_authentication_'
/** What ztunnel makes of PeerAuthentications that ask for mTLS. */
const STRICT = 'istio_converted_static_strict'

function policiesOf(name: string): readonly FlowPolicy[] {
  const slash = name.indexOf('/')
  const namespace = name.slice(0, slash)
  const written = name.slice(slash + 1)
  if (slash < 1 || written === '' || written.length > 253 || namespace.length > 63) return []
  const isPeerAuthentication = written === STRICT || written.startsWith(CONVERTED)
  const kind = isPeerAuthentication ? 'PeerAuthentication' : 'AuthorizationPolicy'
  const own = written.startsWith(CONVERTED) ? written.slice(CONVERTED.length) : written
  return own === '' ? [] : [{ policy: policyRef(kind, namespace, own), rule: null, confidence: 'stated' }]
}
