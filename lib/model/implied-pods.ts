import type { ClusterNode, Pod } from './cluster'
import type { PodRef, WorkloadRef } from './names'
import { podRef } from './names'
import type { WorkloadObject } from './readers/workload'

/** Nodes that a DaemonSet is assumed to run on while no Node object is known. */
export const ASSUMED_NODES = 3

/** Most pods that one workload is given without Pod objects: enough to see, few enough for any replica count. */
export const MAX_IMPLIED_PODS = 100

/** Implied pods of a whole cluster after which every further workload is given just one. */
export const MAX_IMPLIED_PODS_TOTAL = 20_000

/**
 * Pods that a workload stands for because the input holds none of them, made from its template.
 *
 * As many as it wants and `limit` allows (one per node for a DaemonSet, one for a CronJob), at least one, so that policies can be
 * evaluated for it. They count as running and ready, because a manifest says what should be; where a controller has
 * written a status, or nothing should run, they are pending and not ready.
 */
export function impliedPods(
  workload: WorkloadRef,
  object: WorkloadObject,
  nodes: ReadonlyMap<string, ClusterNode>,
  limit: number,
  isTaken: (ref: PodRef) => boolean,
): readonly Pod[] {
  const { meta, namespace, template, templateAnnotations: annotations } = object
  const nodeNames = meta.kind === 'DaemonSet' ? [...nodes.keys()] : []
  const wanted = meta.kind === 'DaemonSet' ? nodeNames.length || ASSUMED_NODES : (object.desiredReplicas ?? 1)
  const isRunning = wanted > 0 && !object.isObserved
  const first = meta.kind === 'StatefulSet' ? 0 : 1
  return Array.from({ length: Math.min(Math.max(wanted, 1), MAX_IMPLIED_PODS, Math.max(limit, 1)) }, (_, index): Pod => {
    const name = freeName(namespace, meta.name, meta.kind, index + first, isTaken)
    return {
      ...template,
      labels: meta.kind === 'StatefulSet' ? new Map([...template.labels, ['statefulset.kubernetes.io/pod-name', name]]) : template.labels,
      ref: podRef(namespace, name),
      meta: { ...meta, apiVersion: 'v1', kind: 'Pod', name, uid: null, labels: template.labels, annotations, owners: [] },
      namespace,
      name,
      workload,
      isImplied: true,
      ips: [],
      hostIps: [],
      nodeName: template.nodeName ?? nodeNames[index] ?? null,
      phase: isRunning ? 'Running' : 'Pending',
      ready: isRunning,
      terminating: false,
      failing: [],
    }
  })
}

/** `NAME-1`, or `NAME-KIND-1` where another object's pod has that name. */
function freeName(namespace: string, name: string, kind: string, index: number, isTaken: (ref: PodRef) => boolean): string {
  const plain = `${name}-${index}`
  if (!isTaken(podRef(namespace, plain))) return plain
  let candidate = `${name}-${kind.toLowerCase()}-${index}`
  while (isTaken(podRef(namespace, candidate))) candidate = `${candidate}-x`
  return candidate
}
