import { VERDICTS, type Verdict } from '../flows/flow'
import type { FlowEdge } from '../flows/window-types'
import type { Cluster, Pod } from '../model/cluster'
import type { WorkloadRef } from '../model/names'
import type { RecordedConnection } from './flow-replay'

/**
 * Takes the traffic of a window together for a replay: one connection per pair of workloads, port and protocol.
 *
 * Pods answer for themselves where those of a workload have different labels, as they do while a change of labels rolls
 * out. Pods that are gone stand behind their workload. Edges go from client to server, so answers are none of their own.
 */
export function recordConnections(edges: Iterable<FlowEdge>, cluster: Cluster): readonly RecordedConnection[] {
  const mixed = new Map<WorkloadRef, boolean>()
  const isMixed = (workload: WorkloadRef): boolean => {
    const known = mixed.get(workload)
    if (known !== undefined) return known
    const found = hasMixedLabels(workload, cluster)
    mixed.set(workload, found)
    return found
  }
  const connections = new Map<string, Draft>()
  for (const edge of edges) {
    const src = nameOf(edge.source, cluster, isMixed)
    const dst = nameOf(edge.destination, cluster, isMixed)
    const key = JSON.stringify([src, dst, edge.protocol, edge.port])
    const draft = connections.get(key)
    const { count, observed } = countsOf(edge)
    if (draft === undefined) {
      const { protocol, port, firstSeen, lastSeen } = edge
      connections.set(key, { src, dst, protocol, port, count, firstSeen, lastSeen, observed })
      continue
    }
    draft.count += count
    draft.firstSeen = Math.min(draft.firstSeen, edge.firstSeen)
    draft.lastSeen = Math.max(draft.lastSeen, edge.lastSeen)
    for (const verdict of VERDICTS) draft.observed[verdict] += observed[verdict]
  }
  return [...connections.values()]
}

type Draft = { -readonly [Key in keyof RecordedConnection]: RecordedConnection[Key] } & { observed: Record<Verdict, number> }

/** Connections that began; where none did, the records that show an older one in use. */
function countsOf({ verdicts, repeats }: FlowEdge): { readonly count: number; readonly observed: Record<Verdict, number> } {
  const begun = VERDICTS.reduce((sum, verdict) => sum + verdicts[verdict], 0)
  const source = begun > 0 ? verdicts : repeats
  return { count: VERDICTS.reduce((sum, verdict) => sum + source[verdict], 0), observed: { ...source } }
}

/** The name under which the policies know an end; a DNS name is asked for by the address it stood for. */
function nameOf({ pod, workload, ref, ip }: FlowEdge['source'], cluster: Cluster, isMixed: (workload: WorkloadRef) => boolean): string {
  const known = pod === null ? undefined : cluster.pods.get(pod)
  const isRunning = known !== undefined && !hasFinished(known)
  if (workload !== null && cluster.workloads.has(workload) && !(isRunning && isMixed(workload))) return workload
  if (isRunning) return known.ref
  return ref.startsWith('dns:') && ip !== null ? `ip:${ip}` : ref
}

/** Labels that controllers give each pod or generation of pods. */
const OWN_LABELS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'job-name',
  'controller-uid',
])

function hasMixedLabels(workload: WorkloadRef, cluster: Cluster): boolean {
  let first: string | null = null
  for (const ref of cluster.workloads.get(workload)?.pods ?? []) {
    const pod = cluster.pods.get(ref)
    if (pod === undefined || hasFinished(pod)) continue
    const labels = JSON.stringify([...pod.labels].filter(([name]) => !OWN_LABELS.has(name)).sort())
    if (first !== null && first !== labels) return true
    first = labels
  }
  return false
}

function hasFinished({ phase }: Pod): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}
