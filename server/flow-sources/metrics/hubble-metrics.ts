import type { FlowProtocol } from '@/lib/model/protocol'
import { dropReason } from '../hubble/drop-reasons'
import { type EdgeFamily, type EdgeReading, type Labels, labelValue, NO_POLICIES, plainLabels } from './edge-family'
import type { EndPool } from './end-pool'

const ENDS = plainLabels(
  'source_namespace',
  'source_workload',
  'source_workload_kind',
  'source_pod',
  'destination_namespace',
  'destination_workload',
  'destination_workload_kind',
  'destination_pod',
  'traffic_direction',
)

const COMMON = {
  unit: 'count',
  bytes: [],
  needs: ['source_workload', 'source_pod', 'destination_workload', 'destination_pod'],
  help: 'add labelsContext=source_namespace,source_workload,destination_namespace,destination_workload,traffic_direction to the metric in hubble.metrics.enabled',
  countedBy: [],
  countsAs: 'policy-log',
} as const

/** Edges of Hubble's metrics, where their labels name workloads. */
export const HUBBLE_FAMILIES: readonly EdgeFamily[] = [
  {
    ...COMMON,
    id: 'hubble-flows',
    title: 'Hubble flows',
    metric: 'hubble_flows_processed_total',
    // The other types are packets that are lost (below) and calls of sockets.
    written: ['type=~"PolicyVerdict|L7|Trace"'],
    labels: [...ENDS, ...plainLabels('type', 'verdict', 'protocol')],
    hasTwoSides: true,
    read: readFlow,
  },
  {
    ...COMMON,
    id: 'hubble-drops',
    title: 'Hubble drops',
    metric: 'hubble_drop_total',
    written: [],
    labels: [...ENDS, ...plainLabels('reason', 'protocol')],
    hasTwoSides: false,
    read: readDrop,
  },
]

function readFlow(labels: Labels, ends: EndPool): EdgeReading | null {
  const base = readEnds(labels, ends)
  if (base === null) return null
  const type = labels.get('type')
  const verdict = labels.get('verdict') ?? ''
  switch (verdict) {
    case 'FORWARDED':
    case 'REDIRECTED':
    case 'TRACED':
    case 'TRANSLATED':
      // Only verdicts of policies are one a connection: packets are followed at several points, requests come twice.
      return {
        ...base,
        counts: type === 'PolicyVerdict',
        verdict: 'forwarded',
        reason: null,
        rawReason: verdict === 'FORWARDED' ? null : verdict,
      }
    case 'AUDIT':
      return { ...base, counts: type === 'PolicyVerdict', verdict: 'audit', reason: 'policy/audit', rawReason: verdict }
    case 'DROPPED':
      if (type === 'Trace') return null
      return { ...base, counts: true, verdict: 'dropped', reason: type === 'L7' ? 'l7/denied' : 'policy/denied', rawReason: null }
    case 'ERROR':
      return { ...base, counts: true, verdict: 'error', reason: 'l7/error', rawReason: verdict }
    default:
      return { ...base, counts: false, verdict: 'unknown', reason: null, rawReason: verdict === '' ? null : verdict.slice(0, 80) }
  }
}

function readDrop(labels: Labels, ends: EndPool, beside: ReadonlySet<string>): EdgeReading | null {
  const base = readEnds(labels, ends)
  if (base === null) return null
  const written = labelValue(labels, 'reason') ?? ''
  // Old agents write words: `Policy denied`.
  const reason = dropReason(written.toUpperCase().replaceAll(' ', '_'))
  // A refusal by policy is a verdict event as well, which the flows above count.
  const counts = !(reason.isRefusal && beside.has('hubble-flows'))
  return { ...base, counts, verdict: reason.isRefusal ? 'dropped' : 'error', reason: reason.code, rawReason: written.slice(0, 80) }
}

function readEnds(labels: Labels, ends: EndPool): Omit<EdgeReading, 'counts' | 'verdict' | 'reason' | 'rawReason'> | null {
  const source = endOf(labels, 'source')
  const destination = endOf(labels, 'destination')
  if (source === null && destination === null) return null
  const side = labels.get('traffic_direction')?.toLowerCase()
  return {
    source: ends.end(source ?? { entity: 'unknown' }),
    destination: ends.end(destination ?? { entity: 'unknown' }),
    protocol: protocolOf(labels.get('protocol')),
    port: null,
    direction: side === 'ingress' || side === 'egress' ? side : null,
    policies: NO_POLICIES,
    l7: null,
  }
}

function endOf(labels: Labels, side: 'source' | 'destination') {
  const namespace = labelValue(labels, `${side}_namespace`)
  const workload = labelValue(labels, `${side}_workload`)
  const pod = labelValue(labels, `${side}_pod`)
  if (namespace === null || (workload === null && pod === null)) return null
  const kind = labelValue(labels, `${side}_workload_kind`)
  // Some agents write the pod with its namespace.
  const podName = pod?.startsWith(`${namespace}/`) === true ? pod.slice(namespace.length + 1) : pod
  return { namespace, pod: podName, workload: workload === null ? null : { name: workload, kind } }
}

const PROTOCOLS: ReadonlyMap<string, FlowProtocol> = new Map<string, FlowProtocol>([
  ['TCP', 'TCP'],
  ['HTTP', 'TCP'],
  ['KAFKA', 'TCP'],
  ['UDP', 'UDP'],
  ['DNS', 'UDP'],
  ['SCTP', 'SCTP'],
  ['ICMPV4', 'ICMP'],
  ['ICMPV6', 'ICMPv6'],
])

function protocolOf(text: string | undefined): FlowProtocol {
  return PROTOCOLS.get(text?.toUpperCase() ?? '') ?? 'OTHER'
}
