import type { FlowEdge } from '../flows/window-types'
import type { Cluster } from '../model/cluster'
import type { WorkloadRef } from '../model/names'

/** Kinds of traffic that every pod has and that hides the rest. */
export type Noise = 'dns' | 'health-checks' | 'monitoring'

/** Reserved identities of the machine a pod runs on: probes of the kubelet come from there. */
const PROBING = new Set(['entity:host', 'entity:health', 'entity:kubelet'])

const SCRAPERS = new Set(['prometheus', 'prometheus-server', 'vmagent', 'grafana-agent', 'alloy', 'opentelemetry-collector'])

/** Says whether a flow edge is name resolution, a probe or a scrape; null for everything else. */
export function noiseOf(edge: FlowEdge, scrapers: ReadonlySet<WorkloadRef>): Noise | null {
  if (edge.port === 53 && (edge.protocol === 'UDP' || edge.protocol === 'TCP')) return 'dns'
  if (edge.port === 5353 && edge.destination.namespace === 'openshift-dns') return 'dns'
  if (PROBING.has(edge.source.ref) && edge.destination.namespace !== null) return 'health-checks'
  if (edge.source.workload !== null && scrapers.has(edge.source.workload) && edge.source.workload !== edge.destination.workload) {
    return 'monitoring'
  }
  return null
}

/** Workloads that collect metrics, by their recommended name label, else by the `app` label or their own name. */
export function findScrapers(cluster: Cluster): ReadonlySet<WorkloadRef> {
  const scrapers = new Set<WorkloadRef>()
  for (const workload of cluster.workloads.values()) {
    const name = workload.labels.get('app.kubernetes.io/name') ?? workload.labels.get('app') ?? workload.name
    if (SCRAPERS.has(name)) scrapers.add(workload.ref)
  }
  return scrapers
}
