import type { FlowL7, FlowPolicy } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import { type EdgeFamily, type EdgeReading, type Labels, type LabelWish, labelValue, NO_POLICIES, plainLabels, portOf } from './edge-family'
import type { EndParts, EndPool } from './end-pool'

/** The pod whose proxy tells it: labels that the scrape adds, named by whoever configured it. */
const OWN: readonly LabelWish[] = [
  // A metric that had such a label itself, as a scrape that does not honour labels leaves it, comes last.
  { name: 'namespace', from: ['namespace', 'kubernetes_namespace', 'k8s_namespace', 'exported_namespace'] },
  { name: 'pod', from: ['pod', 'kubernetes_pod_name', 'pod_name', 'k8s_pod'] },
]

const KINDS: ReadonlyMap<string, string> = new Map([
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['replicaset', 'ReplicaSet'],
  ['replicationcontroller', 'ReplicationController'],
  ['job', 'Job'],
  ['cronjob', 'CronJob'],
])

const CALLEE = plainLabels('dst_namespace', ...[...KINDS.keys()].map((kind) => `dst_${kind}`), 'dst_service', 'target_port')
/** What the proxy says of TLS: `true` is mutual between its members, `no_identity` none. */
const TLS = plainLabels('tls')
const OUTSIDE = plainLabels('authority', 'target_ip', 'target_port')
const ANSWER = plainLabels('status_code', 'classification', 'grpc_status', 'error')
const AUTHZ = plainLabels('target_port', 'srv_kind', 'srv_name', 'authz_kind', 'authz_name', 'client_id', 'tls')

const COMMON = {
  unit: 'count',
  bytes: [],
  needs: ['pod'],
  help: "the scrape of Linkerd's proxies adds no label with the pod; let it add namespace and pod",
  countedBy: [],
  hasTwoSides: false,
  countsAs: 'mesh',
} as const
const TCP = { ...COMMON, bytes: ['tcp_write_bytes_total', 'tcp_read_bytes_total'] }

/** Edges of a Linkerd mesh: outbound for who calls whom, inbound only for what was authorised and refused. */
export const LINKERD_FAMILIES: readonly EdgeFamily[] = [
  {
    ...COMMON,
    id: 'linkerd-requests',
    title: 'Linkerd requests',
    metric: 'response_total',
    written: ['direction="outbound"', 'dst_namespace!=""'],
    labels: [...OWN, ...CALLEE, ...TLS, ...ANSWER],
    read: (labels, ends) => outbound(labels, ends, calleeIn(labels), readAnswer(labels)),
  },
  {
    ...COMMON,
    id: 'linkerd-requests-out',
    title: 'Linkerd requests to what it does not know',
    metric: 'response_total',
    written: ['direction="outbound"', 'dst_namespace=""'],
    labels: [...OWN, ...OUTSIDE, ...ANSWER],
    read: (labels, ends) => outbound(labels, ends, calleeOutside(labels), readAnswer(labels)),
  },
  {
    ...TCP,
    id: 'linkerd-tcp',
    title: 'Linkerd TCP connections',
    metric: 'tcp_open_total',
    written: ['direction="outbound"', 'peer="dst"', 'dst_namespace!=""'],
    labels: [...OWN, ...CALLEE, ...TLS],
    // A connection with requests on it counts by its requests.
    countedBy: ['linkerd-requests'],
    read: (labels, ends) => outbound(labels, ends, calleeIn(labels), PASSED),
  },
  {
    ...TCP,
    id: 'linkerd-tcp-out',
    title: 'Linkerd TCP connections to what it does not know',
    metric: 'tcp_open_total',
    written: ['direction="outbound"', 'peer="dst"', 'dst_namespace=""'],
    labels: [...OWN, ...plainLabels('target_ip', 'target_port')],
    countedBy: ['linkerd-requests-out'],
    read: (labels, ends) => outbound(labels, ends, calleeOutside(labels), PASSED),
  },
  ...(['http', 'tcp'] as const).flatMap((protocol): readonly EdgeFamily[] => [
    {
      ...COMMON,
      id: `linkerd-${protocol}-deny`,
      title: `Linkerd ${protocol === 'http' ? 'requests' : 'connections'} refused by policy`,
      metric: `inbound_${protocol}_authz_deny_total`,
      written: [],
      labels: [...OWN, ...AUTHZ],
      read: (labels, ends) => inbound(labels, ends, 'deny'),
    },
    {
      ...COMMON,
      id: `linkerd-${protocol}-allow`,
      title: `Linkerd ${protocol === 'http' ? 'requests' : 'connections'} allowed by policy`,
      metric: `inbound_${protocol}_authz_allow_total`,
      written: [],
      labels: [...OWN, ...AUTHZ],
      read: (labels, ends) => inbound(labels, ends, 'allow'),
    },
  ]),
]

type Outcome = Pick<EdgeReading, 'verdict' | 'reason' | 'rawReason' | 'l7'>

const PASSED: Outcome = { verdict: 'forwarded', reason: null, rawReason: null, l7: null }

function outbound(labels: Labels, ends: EndPool, callee: EndParts | null, outcome: Outcome): EdgeReading | null {
  const own = ownPod(labels)
  if (own === null || callee === null) return null
  return {
    source: ends.end(own),
    destination: ends.end(callee),
    protocol: 'TCP',
    port: portOf(labels, 'target_port'),
    direction: 'egress',
    policies: NO_POLICIES,
    counts: true,
    ...securityOf(labels),
    ...outcome,
  }
}

function securityOf(labels: Labels): Pick<EdgeReading, 'mutualTls'> {
  const tls = labels.get('tls')
  if (tls === 'true') return { mutualTls: true }
  return tls === 'no_identity' ? { mutualTls: false } : {}
}

function ownPod(labels: Labels): EndParts | null {
  const namespace = labelValue(labels, 'namespace')
  const pod = labelValue(labels, 'pod')
  return namespace === null || pod === null ? null : { namespace, pod }
}

function calleeIn(labels: Labels): EndParts | null {
  const namespace = labelValue(labels, 'dst_namespace')
  if (namespace === null) return null
  const service = labelValue(labels, 'dst_service')
  const parts: EndParts = { namespace, service: service === null ? null : { namespace, name: service } }
  for (const [label, kind] of KINDS) {
    const name = labelValue(labels, `dst_${label}`)
    if (name !== null) return { ...parts, workload: { name, kind } }
  }
  return service === null ? null : parts
}

function calleeOutside(labels: Labels): EndParts | null {
  const ip = labelValue(labels, 'target_ip')
  const authority = labelValue(labels, 'authority')
  const host = authority === null ? null : hostOf(authority)
  if (ip === null && host === null) return null
  return { ip, name: host !== null && host !== ip ? host : null }
}

function hostOf(authority: string): string | null {
  const colon = authority.lastIndexOf(':')
  const host = colon === -1 || authority.includes(']') ? authority : authority.slice(0, colon)
  return host === '' || host.includes(':') || host.startsWith('[') ? null : host.toLowerCase()
}

function readAnswer(labels: Labels): Outcome {
  const code = labelValue(labels, 'status_code')
  const grpc = labelValue(labels, 'grpc_status')
  const l7: FlowL7 = {
    protocol: grpc === null ? 'http' : 'grpc',
    type: 'response',
    method: null,
    path: null,
    code: grpc ?? code,
    latencyMs: null,
  }
  if (code === null) return { verdict: 'error', reason: 'l7/no-answer', rawReason: labelValue(labels, 'error')?.slice(0, 80) ?? null, l7 }
  const isAmbiguous = code === '403' || grpc === '7'
  if (isAmbiguous) return { verdict: 'unknown', reason: null, rawReason: 'refused by a policy or by the application', l7 }
  return { verdict: 'forwarded', reason: null, rawReason: null, l7 }
}

/**
 * What the callee's proxy decided. An allowed request of a client with a proxy of its own is counted there already, and
 * only adds who allowed it.
 */
function inbound(labels: Labels, ends: EndPool, decision: 'allow' | 'deny'): EdgeReading | null {
  const own = ownPod(labels)
  if (own === null) return null
  const client = clientOf(labelValue(labels, 'client_id'))
  const namespace = own.namespace ?? null
  const isDenied = decision === 'deny'
  const policies = isDenied ? deniedBy(labels, namespace) : allowedBy(labels, namespace)
  return {
    source: ends.end(client ?? { entity: 'unknown' }),
    destination: ends.end(own),
    protocol: 'TCP',
    port: portOf(labels, 'target_port'),
    direction: 'ingress',
    policies,
    counts: isDenied || client === null,
    ...securityOf(labels),
    verdict: isDenied ? 'dropped' : 'forwarded',
    reason: isDenied ? 'policy/default-deny' : null,
    rawReason: null,
    l7: null,
  }
}

/** The namespace in `ACCOUNT.NAMESPACE.serviceaccount.identity.…`; which workload uses the account is not said. */
function clientOf(id: string | null): EndParts | null {
  const account = id?.split('.serviceaccount.identity.', 2)[0]
  if (id === null || account === undefined || account === id) return null
  const dot = account.lastIndexOf('.')
  return dot < 1 || dot === account.length - 1 ? null : { namespace: account.slice(dot + 1), entity: 'unknown' }
}

const AUTHORIZATION_KINDS: ReadonlyMap<string, string> = new Map([
  ['authorizationpolicy', 'AuthorizationPolicy'],
  ['serverauthorization', 'ServerAuthorization'],
])

function allowedBy(labels: Labels, namespace: string | null): readonly FlowPolicy[] {
  // `default` is the cluster's setting, which is no object.
  const kind = AUTHORIZATION_KINDS.get(labelValue(labels, 'authz_kind')?.toLowerCase() ?? '')
  const name = labelValue(labels, 'authz_name')
  return kind === undefined || name === null
    ? NO_POLICIES
    : [{ policy: policyRef(kind, namespace, name), rule: null, confidence: 'stated' }]
}

/** A refusal has no authorization: it names the Server that lets in nobody without one. */
function deniedBy(labels: Labels, namespace: string | null): readonly FlowPolicy[] {
  const name = labelValue(labels, 'srv_name')
  if (labelValue(labels, 'srv_kind')?.toLowerCase() !== 'server' || name === null) return NO_POLICIES
  return [{ policy: policyRef('Server', namespace, name), rule: null, confidence: 'stated' }]
}
