import type { ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import { NOWHERE } from '../../nowhere'
import type { Envelope } from '../line-format'
import { type AddressPort, isLoopback } from '../parts/address-port'
import { endAt, endOfLogger, isNowhere } from '../parts/ends'
import { httpL7, type RequestFlow, requestFlow } from '../parts/request-flow'
import { type ServiceName, withServices } from '../parts/service-names'

/** One backend that a controller asked, in the order in which it did. */
export type BackendTry = {
  /** Null where the controller wrote a name. */
  readonly address: AddressPort | null
  /** What it answered; a status of the controller's own where it did not. Null when nothing was. */
  readonly status: number | null
  /** Bytes of its answer; null when the log does not say. */
  readonly length: number | null
  readonly latencyMs: number | null
}

/** What a controller at the edge of the cluster says of one request. */
export type ProxiedRequest = {
  /** Milliseconds since the epoch; null when the line has no time that can be read. */
  readonly time: number | null
  readonly client: AddressPort | null
  readonly method: string | null
  readonly path: string | null
  /** What the client was answered; null when the log states nothing, or 0 for nothing. */
  readonly status: number | null
  readonly latencyMs: number | null
  readonly bytes: number | null
  /** Services that the request may have been meant for. */
  readonly services: readonly ServiceName[]
  readonly servicePort: number | null
  /** Port that the client connected to; null when the log does not say. */
  readonly listenPort: number | null
  /** Empty when the controller answered itself. */
  readonly tries: readonly BackendTry[]
}

/**
 * The connections of one request: from the client to the controller, and from it to each backend that was tried. When nobody
 * says which pod the controller is, the client's request is shown at the backends themselves.
 */
export function flowsOfProxied(request: ProxiedRequest, envelope: Envelope): readonly ObservedFlow[] {
  const { tries, services } = request
  const client = endAt(request.client?.ip ?? null)
  const controller = envelope.logger === null ? null : endOfLogger(envelope.logger, null)
  const common: Common = { time: request.time ?? envelope.time ?? envelope.receivedAt, bytes: request.bytes, node: envelope.node }
  const flows: RequestFlow[] = []
  const arrived = {
    ...common,
    source: client,
    sourcePort: request.client?.port ?? null,
    l7: httpL7(request),
  }
  const own = tries.length > 0 ? FORWARDED : ownAnswer(request.status)
  if (controller !== null) {
    const isBackendFailure = own.verdict === 'error' && services.length > 0 && isServerError(request.status)
    const outcome = isBackendFailure ? FORWARDED : own
    flows.push({ ...arrived, ...outcome, destination: controller, port: request.listenPort, direction: 'ingress' })
    // No backend was asked, so nothing went to one.
    if (isBackendFailure) flows.push({ ...onwards(request, { ...common, bytes: null }, controller, null), ...own })
  } else if (tries.length === 0) {
    flows.push({ ...arrived, ...own, destination: withServices(NOWHERE, services), port: request.servicePort })
  }
  for (const [index, each] of tries.entries()) {
    // The last one gave the answer that the client got; of the ones before only their own answers are known.
    const bytes = index === tries.length - 1 ? common.bytes : each.length
    const flow = onwards(request, { ...common, bytes }, controller ?? client, each)
    // It is a part of the controller, or nobody says who it is.
    if (controller !== null && isNowhere(flow.destination)) continue
    flows.push(controller === null ? { ...flow, sourcePort: arrived.sourcePort, direction: null } : flow)
  }
  return flows.filter(({ source, destination }) => !isNowhere(source) || !isNowhere(destination)).map(requestFlow)
}

type Common = Pick<ObservedFlow, 'time' | 'bytes' | 'node'>
type Outcome = Pick<ObservedFlow, 'verdict' | 'reason'>

const FORWARDED: Outcome = { verdict: 'forwarded', reason: null }
const UNKNOWN: Outcome = { verdict: 'unknown', reason: null }

function onwards(request: ProxiedRequest, common: Common, source: ObservedEndpoint, tried: BackendTry | null): RequestFlow {
  const status = tried === null ? request.status : (tried.status ?? (request.tries.length === 1 ? request.status : null))
  const latencyMs = tried?.latencyMs ?? request.latencyMs
  const { verdict, reason } = tried === null ? FORWARDED : outcomeOf(tried, request)
  return {
    time: common.time,
    source,
    destination: backendOf(request, tried?.address ?? null),
    port: isOwn(request, tried) ? null : (tried?.address?.port ?? request.servicePort),
    direction: 'egress',
    verdict,
    reason,
    l7: httpL7({ method: request.method, path: request.path, status, latencyMs }),
    bytes: common.bytes,
    node: common.node,
  }
}

/** True for what answers on the controller's own machine, such as its default backend: its port is nobody's that is named. */
function isOwn({ services }: ProxiedRequest, tried: BackendTry | null): boolean {
  return services.length === 0 && tried !== null && tried.address !== null && isLoopback(tried.address.ip)
}

function backendOf({ services }: ProxiedRequest, address: AddressPort | null): ObservedEndpoint {
  const ip = address === null || isLoopback(address.ip) ? null : address.ip
  return withServices(endAt(ip), services)
}

/** Controllers write 0 (nginx `000`) where no status was ever sent: a connection that was taken over, or closed. */
export function statedStatus(status: number | null): number | null {
  return status === 0 ? null : status
}

/**
 * A status of 502 or 504 without an answer is the controller's own word for a backend that it did not reach. Where the log does not say
 * what a backend answered, what the client got came from the last one; what others answered nobody knows.
 */
function outcomeOf(tried: BackendTry, { tries, status: answered }: ProxiedRequest): Outcome {
  const { status, length } = tried
  if (status !== null) {
    const isAnswer = (status !== 502 && status !== 504) || (length !== null && length > 0)
    return isAnswer ? FORWARDED : { verdict: 'error', reason: status === 504 ? 'l7/backend-timeout' : 'l7/connect-failed' }
  }
  if (answered === null) return UNKNOWN
  if (answered === CLIENT_LEFT) return { verdict: 'error', reason: 'l7/client-left' }
  if (isServerError(answered)) return { verdict: 'error', reason: 'l7/no-answer' }
  return answered < 400 && tried === tries.at(-1) ? FORWARDED : UNKNOWN
}

/** What a status means that the controller gave without asking a backend. */
function ownAnswer(status: number | null): Outcome {
  if (status === null) return UNKNOWN
  const stated = OWN_ANSWERS.get(status)
  if (stated !== undefined) return stated
  if (status < 400) return FORWARDED
  return status >= 500 ? { verdict: 'error', reason: 'l7/no-healthy-backend' } : UNKNOWN
}

/** No status of HTTP: the client closed the connection before it was answered. */
const CLIENT_LEFT = 499

const OWN_ANSWERS: ReadonlyMap<number, Outcome> = new Map<number, Outcome>([
  [400, { verdict: 'error', reason: 'l7/bad-request' }],
  [401, { verdict: 'dropped', reason: 'l7/ingress-auth' }],
  [403, { verdict: 'dropped', reason: 'l7/ingress-rule' }],
  [404, { verdict: 'error', reason: 'l7/no-route' }],
  [408, { verdict: 'error', reason: 'l7/client-timeout' }],
  [413, { verdict: 'error', reason: 'l7/bad-request' }],
  [414, { verdict: 'error', reason: 'l7/bad-request' }],
  [429, { verdict: 'error', reason: 'l7/rate-limited' }],
  [CLIENT_LEFT, { verdict: 'error', reason: 'l7/client-left' }],
])

function isServerError(status: number | null): boolean {
  return status !== null && status >= 500
}
