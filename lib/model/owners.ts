import type { WorkloadRef } from './names'
import { workloadRef } from './names'
import type { ObjectMeta, OwnerReference } from './object'
import type { WorkloadObject } from './readers/workload'

/** Workload objects by `NS/NAME[KIND]`. */
export type WorkloadObjects = ReadonlyMap<WorkloadRef, WorkloadObject>

/** The end of an owner chain. */
export type TopOwner = { readonly ref: WorkloadRef; readonly name: string; readonly kind: string }

/** Kinds that another controller usually makes; the chain goes on above them. */
const MADE_BY_OTHERS: ReadonlySet<string> = new Set(['ReplicaSet', 'Job', 'ReplicationController'])

/**
 * Follows the controlling owner references of a pod to the workload that a person wrote: through ReplicaSet, Job
 * and ReplicationController, and no further (a StatefulSet that an operator made is the workload, not the operator's
 * custom object). A pod without a controlling owner is its own workload. Static pods name their node as the owner:
 * they are their own workload too.
 */
export function topOwner(pod: ObjectMeta, workloads: WorkloadObjects): TopOwner {
  const namespace = pod.namespace ?? ''
  const controller = controllingOwner(pod)
  if (controller === null || controller.kind === 'Node')
    return { ref: workloadRef(namespace, pod.name, 'Pod'), name: pod.name, kind: 'Pod' }
  return climb(namespace, controller.name, controller.kind, pod, workloads)
}

/** The workload above an object that has a workload kind itself; the object itself when nobody controls it. */
export function topOwnerOfWorkload(meta: ObjectMeta, workloads: WorkloadObjects): TopOwner {
  return climb(meta.namespace ?? '', meta.name, meta.kind, null, workloads)
}

export function controllingOwner(meta: ObjectMeta): OwnerReference | null {
  const owner = meta.owners.find((candidate) => candidate.controller) ?? (meta.owners.length === 1 ? meta.owners[0] : undefined)
  return owner === undefined || owner.name === '' ? null : owner
}

function climb(namespace: string, name: string, kind: string, pod: ObjectMeta | null, workloads: WorkloadObjects): TopOwner {
  const seen = new Set<WorkloadRef>()
  let top: TopOwner = { ref: workloadRef(namespace, name, kind), name, kind }
  while (MADE_BY_OTHERS.has(top.kind) && !seen.has(top.ref)) {
    seen.add(top.ref)
    const next = ownerAbove(namespace, top, pod, workloads)
    if (next === null) break
    top = { ref: workloadRef(namespace, next.name, next.kind), ...next }
  }
  return top
}

function ownerAbove(
  namespace: string,
  below: TopOwner,
  pod: ObjectMeta | null,
  workloads: WorkloadObjects,
): { readonly name: string; readonly kind: string } | null {
  const object = workloads.get(below.ref)
  if (object !== undefined) {
    const owner = controllingOwner(object.meta)
    return owner === null ? null : { name: owner.name, kind: owner.kind }
  }
  // The object in between is missing; its name still tells who made it, if that one is known.
  const guess = below.kind === 'ReplicaSet' ? deploymentOf(below.name, pod) : below.kind === 'Job' ? cronJobOf(below.name) : null
  return guess !== null && workloads.has(workloadRef(namespace, guess.name, guess.kind)) ? guess : null
}

/** A Deployment names its ReplicaSets `NAME-HASH`, and their pods carry the hash as a label. */
function deploymentOf(replicaSet: string, pod: ObjectMeta | null): { readonly name: string; readonly kind: string } | null {
  const hash = pod?.labels.get('pod-template-hash')
  if (!hash || !replicaSet.endsWith(`-${hash}`)) return null
  return { name: replicaSet.slice(0, -hash.length - 1), kind: 'Deployment' }
}

/** A CronJob names its Jobs `NAME-MINUTES`, minutes since the epoch. */
function cronJobOf(job: string): { readonly name: string; readonly kind: string } | null {
  const match = /^(.+)-\d{8,10}$/.exec(job)
  return match?.[1] === undefined ? null : { name: match[1], kind: 'CronJob' }
}
