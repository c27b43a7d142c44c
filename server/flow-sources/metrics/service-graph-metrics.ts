import type { FlowProtocol } from '@/lib/model/protocol'
import {
  type EdgeFamily,
  type EdgeReading,
  type Labels,
  type LabelWish,
  labelValue,
  NO_POLICIES,
  plainLabels,
  serviceOfHost,
} from './edge-family'
import type { EndParts, EndPool } from './end-pool'

const KINDS = ['deployment', 'statefulset', 'daemonset', 'cronjob', 'job'] as const
const KIND_NAMES = { deployment: 'Deployment', statefulset: 'StatefulSet', daemonset: 'DaemonSet', cronjob: 'CronJob', job: 'Job' } as const

/** The connector puts its dimensions behind `client_` and `server_`, dots turned to `_` on the way to Prometheus. */
const DIMENSIONS: readonly LabelWish[] = (['client', 'server'] as const).flatMap((side) => [
  { name: `${side}_namespace`, from: [`${side}_k8s_namespace_name`, `${side}_namespace`] },
  { name: `${side}_pod`, from: [`${side}_k8s_pod_name`] },
  ...KINDS.map((kind) => ({ name: `${side}_${kind}`, from: [`${side}_k8s_${kind}_name`] })),
])

/** What traces say of who calls whom: OpenTelemetry's service graph connector, and Tempo's. */
export const SERVICE_GRAPH_FAMILY: EdgeFamily = {
  id: 'service-graph',
  title: 'Service graph of traces',
  metric: 'traces_service_graph_request_total',
  unit: 'count',
  bytes: [],
  written: [],
  labels: [...plainLabels('client', 'server', 'connection_type'), ...DIMENSIONS],
  needs: ['client', 'server'],
  help: 'the service graph connector labels each edge with client and server; look at what drops them',
  countedBy: [],
  hasTwoSides: false,
  countsAs: 'stated',
  read: readServiceGraph,
}

/**
 * One edge of the service graph. A span on both sides means that the request arrived; where only the client's is known
 * (a database, a virtual node) nothing is said of it. That a request failed is no verdict.
 */
function readServiceGraph(labels: Labels, ends: EndPool): EdgeReading | null {
  const client = endOf(labels, 'client')
  const server = endOf(labels, 'server')
  if (client === null || server === null) return null
  const type = labelValue(labels, 'connection_type')
  const protocol: FlowProtocol = 'TCP'
  return {
    source: ends.end(client),
    destination: ends.end(server),
    protocol,
    port: null,
    verdict: type === null || type === 'unset' ? 'forwarded' : 'unknown',
    reason: null,
    rawReason: null,
    direction: null,
    policies: NO_POLICIES,
    l7: null,
    counts: true,
  }
}

function endOf(labels: Labels, side: 'client' | 'server'): EndParts | null {
  const name = labelValue(labels, side)
  const namespace = labelValue(labels, `${side}_namespace`)
  if (namespace !== null) {
    const pod = labelValue(labels, `${side}_pod`)
    for (const kind of KINDS) {
      const workload = labelValue(labels, `${side}_${kind}`)
      if (workload !== null) return { namespace, pod, workload: { name: workload, kind: KIND_NAMES[kind] } }
    }
    if (pod !== null) return { namespace, pod }
  }
  if (name === null) return null
  // What stands for everybody who calls from outside without a trace.
  if (name === 'user' && side === 'client') return { entity: 'unknown' }
  const service = serviceOfHost(name)
  if (service !== null) return { namespace: service.namespace, service }
  // A service's own name for itself: with its namespace it may be the workload's, which the cluster knows.
  return namespace === null ? { name } : { namespace, workload: { name, kind: null }, name }
}
