import { type EdgeFamily, type EdgeReading, type Labels, type LabelWish, labelValue, NO_POLICIES, plainLabels, portOf } from './edge-family'
import type { EndParts, EndPool } from './end-pool'

const COMMON = { unit: 'bytes', bytes: [], written: [], countedBy: [], hasTwoSides: false, countsAs: 'stated' } as const

/** Labels of NetObserv's workload metrics. */
const NETOBSERV = plainLabels(
  ...['Src', 'Dst'].flatMap((side) => ['Namespace', 'OwnerName', 'OwnerType', 'Type'].map((what) => `${side}K8S_${what}`)),
)

/** Labels of the network metrics of Beyla and of OpenTelemetry's eBPF instrumentation, of old and new versions. */
const NETWORK: readonly LabelWish[] = [
  ...(['src', 'dst'] as const).flatMap((side): LabelWish[] => [
    { name: `${side}_namespace`, from: [`k8s_${side}_namespace`, `${side}_namespace`] },
    { name: `${side}_owner_name`, from: [`k8s_${side}_owner_name`, `${side}_owner_name`] },
    { name: `${side}_owner_type`, from: [`k8s_${side}_owner_type`, `${side}_owner_type`, `k8s_${side}_type`] },
    { name: `${side}_name`, from: [`${side}_name`, `k8s_${side}_name`, `${side}_address`] },
  ]),
  { name: 'direction', from: ['direction'] },
  { name: 'server_port', from: ['server_port', 'dst_port'] },
  { name: 'transport', from: ['transport', 'network_protocol_name'] },
]

/** Metrics that count bytes between workloads, of any network plugin. They show edges in use and count no connections. */
export const BYTE_FAMILIES: readonly EdgeFamily[] = [
  {
    ...COMMON,
    id: 'netobserv-workloads',
    title: 'NetObserv bytes between workloads',
    // What leaves the one machine enters the other: one of the two is enough.
    metric: 'netobserv_workload_ingress_bytes_total',
    labels: NETOBSERV,
    needs: ['SrcK8S_OwnerName', 'DstK8S_OwnerName'],
    help: 'switch on workload_ingress_bytes_total in includeList of the FlowCollector',
    read: (labels, ends) => readBytes(netobservEnd(labels, 'Src'), netobservEnd(labels, 'Dst'), labels, ends),
  },
  ...['obi_network_flow_bytes_total', 'beyla_network_flow_bytes_total'].map(
    (metric): EdgeFamily => ({
      ...COMMON,
      id: metric.slice(0, metric.indexOf('_')),
      title: `${metric.startsWith('obi') ? 'OpenTelemetry eBPF' : 'Beyla'} bytes between workloads`,
      metric,
      labels: NETWORK,
      needs: ['src_owner_name', 'dst_owner_name', 'src_name', 'dst_name'],
      help: 'let the network metrics carry k8s.src.owner.name and k8s.dst.owner.name',
      read: readNetworkBytes,
    }),
  ),
]

/** Reads `*.network.flow.bytes`, whose labels say which side asked and which answered. */
function readNetworkBytes(labels: Labels, ends: EndPool): EdgeReading | null {
  const from = networkEnd(labels, 'src')
  const to = networkEnd(labels, 'dst')
  return labels.get('direction') === 'response' ? readBytes(to, from, labels, ends) : readBytes(from, to, labels, ends)
}

function readBytes(from: EndParts | null, to: EndParts | null, labels: Labels, ends: EndPool): EdgeReading | null {
  if (from === null && to === null) return null
  const transport = labels.get('transport')?.toUpperCase()
  return {
    source: ends.end(from ?? { entity: 'unknown' }),
    destination: ends.end(to ?? { entity: 'unknown' }),
    protocol: transport === 'TCP' || transport === 'UDP' || transport === 'SCTP' ? transport : 'OTHER',
    port: portOf(labels, 'server_port'),
    verdict: 'unknown',
    reason: null,
    rawReason: null,
    direction: null,
    policies: NO_POLICIES,
    l7: null,
    counts: false,
  }
}

function netobservEnd(labels: Labels, side: 'Src' | 'Dst'): EndParts | null {
  const value = (what: string) => labelValue(labels, `${side}K8S_${what}`)
  return ownerEnd(value('Namespace'), value('OwnerName'), value('OwnerType') ?? value('Type'))
}

function networkEnd(labels: Labels, side: 'src' | 'dst'): EndParts | null {
  const owner = ownerEnd(
    labelValue(labels, `${side}_namespace`),
    labelValue(labels, `${side}_owner_name`),
    labelValue(labels, `${side}_owner_type`),
  )
  if (owner !== null) return owner
  const name = labelValue(labels, `${side}_name`)
  if (name === null) return null
  return isAddress(name) ? { ip: name } : { name }
}

/** Addresses stand where nobody knew a name. */
function isAddress(text: string): boolean {
  return text.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)
}

function ownerEnd(namespace: string | null, name: string | null, type: string | null): EndParts | null {
  if (name === null) return null
  if (type?.toLowerCase() === 'node') return { entity: 'host', name }
  if (namespace === null) return null
  if (type?.toLowerCase() === 'service') return { namespace, service: { namespace, name } }
  return { namespace, workload: { name, kind: type } }
}
