import type { FlowL7, Verdict } from '@/lib/flows/flow'
import { FLAG_REASONS } from '../lines/envoy/response-flags'
import { type EdgeFamily, type EdgeReading, type Labels, labelValue, NO_POLICIES, plainLabels, serviceOfHost } from './edge-family'
import type { EndPool } from './end-pool'

const ENDS = plainLabels(
  'source_workload_namespace',
  'source_workload',
  'destination_service_namespace',
  'destination_service_name',
  'destination_workload_namespace',
  'destination_workload',
  'connection_security_policy',
)
const OUTSIDE_ENDS = plainLabels('source_workload_namespace', 'source_workload', 'destination_service', 'destination_service_name')
const REQUEST = plainLabels('request_protocol', 'response_code', 'grpc_response_status', 'response_flags')

const HELP = 'Istio labels its metrics with workloads by default; look at the tag overrides of its Telemetry objects'
/** The proxy of the callee (or its waypoint) saw it. */
const AT_CALLEE = ['reporter=~"destination|waypoint"']
/** The callee has no proxy, or was never reached: only the caller's proxy knows. */
const AT_CALLER = ['reporter="source"', 'destination_workload="unknown"']

const COMMON = {
  bytes: [],
  needs: ['source_workload', 'destination_workload', 'destination_service'],
  help: HELP,
  countedBy: [],
  hasTwoSides: false,
  countsAs: 'mesh',
} as const
const TCP_BYTES = ['istio_tcp_sent_bytes_total', 'istio_tcp_received_bytes_total']

/** Edges of an Istio mesh. Source of the labels: istio.io, "Istio Standard Metrics". */
export const ISTIO_FAMILIES: readonly EdgeFamily[] = [
  {
    ...COMMON,
    id: 'istio-requests',
    title: 'Istio requests',
    metric: 'istio_requests_total',
    unit: 'count',
    written: AT_CALLEE,
    labels: [...ENDS, ...REQUEST],
    read: (labels, ends) => readEdge(labels, ends, 'ingress', readRequest(labels)),
  },
  {
    ...COMMON,
    id: 'istio-requests-out',
    title: 'Istio requests to what has no proxy',
    metric: 'istio_requests_total',
    unit: 'count',
    written: AT_CALLER,
    labels: [...OUTSIDE_ENDS, ...REQUEST],
    read: (labels, ends) => readEdge(labels, ends, 'egress', readRequest(labels)),
  },
  {
    ...COMMON,
    id: 'istio-tcp',
    title: 'Istio TCP connections',
    metric: 'istio_tcp_connections_opened_total',
    unit: 'count',
    bytes: TCP_BYTES,
    written: AT_CALLEE,
    labels: [...ENDS, ...plainLabels('response_flags')],
    read: (labels, ends) => readEdge(labels, ends, 'ingress', readConnection(labels)),
  },
  {
    ...COMMON,
    id: 'istio-tcp-out',
    title: 'Istio TCP connections to what has no proxy',
    metric: 'istio_tcp_connections_opened_total',
    unit: 'count',
    bytes: TCP_BYTES,
    written: AT_CALLER,
    labels: [...OUTSIDE_ENDS, ...plainLabels('response_flags')],
    read: (labels, ends) => readEdge(labels, ends, 'egress', readConnection(labels)),
  },
]

type Outcome = Pick<EdgeReading, 'verdict' | 'reason' | 'rawReason' | 'l7'>

function readEdge(labels: Labels, ends: EndPool, direction: 'ingress' | 'egress', outcome: Outcome): EdgeReading | null {
  const caller = labelValue(labels, 'source_workload')
  const source = ends.end(
    caller === null
      ? { entity: 'unknown' }
      : { namespace: labelValue(labels, 'source_workload_namespace'), workload: { name: caller, kind: null } },
  )
  const serviceName = labelValue(labels, 'destination_service_name')
  // What Envoy calls the cluster that leads nowhere: a mesh that lets out only what is registered.
  const isBlackHole = serviceName === 'BlackHoleCluster'
  const destination = direction === 'ingress' ? calleeIn(labels, ends) : calleeOutside(labels, ends)
  if (caller === null && destination.workload === null && destination.service === null && destination.names.length === 0) return null
  const refused: Outcome = { verdict: 'dropped', reason: 'istio/registry-only', rawReason: 'BlackHoleCluster', l7: outcome.l7 }
  return {
    source,
    destination,
    protocol: 'TCP',
    port: null,
    direction,
    policies: NO_POLICIES,
    counts: true,
    ...securityOf(labels),
    ...(isBlackHole ? refused : outcome),
  }
}

/** What the callee's proxy saw; the caller's says `unknown`. */
function securityOf(labels: Labels): Pick<EdgeReading, 'mutualTls'> {
  const policy = labels.get('connection_security_policy')
  if (policy === 'mutual_tls') return { mutualTls: true }
  return policy === 'none' ? { mutualTls: false } : {}
}

function calleeIn(labels: Labels, ends: EndPool) {
  const namespace = labelValue(labels, 'destination_workload_namespace') ?? labelValue(labels, 'destination_service_namespace')
  const workload = labelValue(labels, 'destination_workload')
  const name = labelValue(labels, 'destination_service_name')
  const serviceNamespace = labelValue(labels, 'destination_service_namespace')
  return ends.end({
    namespace,
    workload: workload === null ? null : { name: workload, kind: null },
    // For traffic that addressed no Service the label repeats names of Envoy's own clusters.
    service:
      name === null || serviceNamespace === null || name.includes('.') || name.endsWith('Cluster')
        ? null
        : { namespace: serviceNamespace, name },
  })
}

function calleeOutside(labels: Labels, ends: EndPool) {
  const host = labelValue(labels, 'destination_service')
  const name = labelValue(labels, 'destination_service_name')
  if (host === null || name === 'PassthroughCluster' || name === 'BlackHoleCluster') return ends.end({ entity: 'unknown' })
  const service = serviceOfHost(host)
  return ends.end(service === null ? { name: host } : { namespace: service.namespace, service })
}

/** The request was answered all the same, or the caller did not wait for it: the code says more. */
const NO_FAILURE: ReadonlySet<string> = new Set(['DC', 'DR', 'DI'])

function readFlags(labels: Labels): Pick<Outcome, 'verdict' | 'reason' | 'rawReason'> | null {
  const text = labelValue(labels, 'response_flags')
  if (text === null || text === '-') return null
  const flags = text.split(',', 8).filter((flag) => !NO_FAILURE.has(flag))
  const rawReason = text.slice(0, 80)
  if (flags.length === 0) return null
  if (flags.includes('UAEX')) return { verdict: 'dropped', reason: 'l7/ext-authz', rawReason }
  const reason = flags.map((flag) => FLAG_REASONS.get(flag)).find((found) => found !== undefined)
  return reason === undefined ? { verdict: 'unknown', reason: null, rawReason } : { verdict: 'error', reason, rawReason }
}

/** Codes that an authorization policy gives, and the application as well: the metric does not say whose it was. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['401', '403'])
const GRPC_PERMISSION_DENIED = '7'
const GRPC_UNAUTHENTICATED = '16'

function readRequest(labels: Labels): Outcome {
  const code = labelValue(labels, 'response_code')
  const isGrpc = labels.get('request_protocol') === 'grpc'
  const status = labelValue(labels, 'grpc_response_status')
  const l7: FlowL7 = {
    protocol: isGrpc ? 'grpc' : 'http',
    type: 'response',
    method: null,
    path: null,
    code: isGrpc ? (status ?? code) : code,
    latencyMs: null,
  }
  const flagged = readFlags(labels)
  if (flagged !== null) return { ...flagged, l7 }
  const isAmbiguous = (code !== null && AMBIGUOUS.has(code)) || status === GRPC_PERMISSION_DENIED || status === GRPC_UNAUTHENTICATED
  if (isAmbiguous) return { verdict: 'unknown', reason: null, rawReason: 'refused by a policy or by the application', l7 }
  const verdict: Verdict = code === null || code === '0' ? 'unknown' : 'forwarded'
  return { verdict, reason: null, rawReason: null, l7 }
}

function readConnection(labels: Labels): Outcome {
  return { ...(readFlags(labels) ?? { verdict: 'forwarded', reason: null, rawReason: null }), l7: null }
}
