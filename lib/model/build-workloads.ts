import type { ClusterNode, Pod, Workload } from './cluster'
import { impliedPods, MAX_IMPLIED_PODS_TOTAL } from './implied-pods'
import type { PodRef, WorkloadRef } from './names'
import type { TopOwner, WorkloadObjects } from './owners'
import { topOwner, topOwnerOfWorkload } from './owners'
import type { PodObject } from './readers/pod'
import type { WorkloadObject } from './readers/workload'

type Draft = {
  readonly owner: TopOwner
  readonly namespace: string
  /** The owner's own object; null when only references name it. */
  readonly object: WorkloadObject | null
  /** Where a pod template is known from: the object itself, or what it made (a ReplicaSet without its Deployment). */
  template: WorkloadObject | null
  readonly pods: Pod[]
}

/**
 * Groups pods under the workloads that own them, and gives workloads without any pods the ones that they stand for: a
 * CronJob also between two runs, when all its pods have finished.
 * A workload of which nothing but references is known still counts.
 */
export function buildWorkloads(
  podObjects: ReadonlyMap<PodRef, PodObject>,
  objects: WorkloadObjects,
  nodes: ReadonlyMap<string, ClusterNode>,
): { readonly workloads: ReadonlyMap<WorkloadRef, Workload>; readonly pods: ReadonlyMap<PodRef, Pod> } {
  const drafts = new Map<WorkloadRef, Draft>()
  const draftOf = (owner: TopOwner, namespace: string): Draft => {
    const known = drafts.get(owner.ref)
    if (known !== undefined) return known
    const object = objects.get(owner.ref) ?? null
    const draft: Draft = { owner, namespace, object, template: object, pods: [] }
    drafts.set(owner.ref, draft)
    return draft
  }

  for (const object of objects.values()) {
    const draft = draftOf(topOwnerOfWorkload(object.meta, objects), object.namespace)
    // Of several ReplicaSets without their Deployment, the one that runs has the template that counts.
    if (draft.object === null && (object.desiredReplicas ?? 1) >= (draft.template?.desiredReplicas ?? 0)) draft.template = object
  }

  const pods = new Map<PodRef, Pod>()
  for (const object of podObjects.values()) {
    const owner = topOwner(object.meta, objects)
    const pod: Pod = { ...object, workload: owner.ref }
    pods.set(pod.ref, pod)
    draftOf(owner, pod.namespace).pods.push(pod)
  }

  let impliedLeft = MAX_IMPLIED_PODS_TOTAL
  for (const draft of drafts.values()) {
    if (draft.template === null || draft.pods.some((pod) => draft.owner.kind !== 'CronJob' || !hasFinished(pod))) continue
    for (const pod of impliedPods(draft.owner.ref, draft.template, nodes, impliedLeft, (ref) => pods.has(ref))) {
      impliedLeft--
      pods.set(pod.ref, pod)
      draft.pods.push(pod)
    }
  }
  return { workloads: new Map([...drafts].map(([ref, draft]) => [ref, finish(draft)])), pods }
}

function hasFinished(pod: Pod): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed'
}

function finish({ owner, namespace, object, template, pods }: Draft): Workload {
  const first = pods[0]
  const bare = owner.kind === 'Pod' ? first : undefined
  return {
    ref: owner.ref,
    namespace,
    name: owner.name,
    kind: owner.kind,
    meta: object?.meta ?? bare?.meta ?? null,
    labels: template?.template.labels ?? first?.labels ?? new Map(),
    pods: pods.map((pod) => pod.ref),
    desiredReplicas: bare === undefined ? (template?.desiredReplicas ?? null) : 1,
    serviceName: template?.serviceName ?? null,
    readyReplicas: pods.filter((pod) => pod.ready && !pod.terminating).length,
  }
}
