import type { ClusterNode, Pod, Workload } from './cluster'
import { impliedPods, MAX_IMPLIED_PODS_TOTAL } from './implied-pods'
import { isEqual } from './is-equal'
import type { PodRef, WorkloadRef } from './names'
import type { TopOwner, WorkloadObjects } from './owners'
import { controllingOwner, topOwner, topOwnerOfWorkload } from './owners'
import { holdTheSame, placesBefore } from './places-before'
import type { PodObject } from './readers/pod'
import type { WorkloadObject } from './readers/workload'

/** The workloads and pods of a cluster, and what they were made of. */
export type BuiltWorkloads = {
  readonly workloads: ReadonlyMap<WorkloadRef, Workload>
  readonly pods: ReadonlyMap<PodRef, Pod>
  readonly from: WorkloadSources
  /** One for each pod object, in their order. */
  readonly owned: readonly OwnedPod[]
  /** By workload, in the order of the workloads. */
  readonly groups: ReadonlyMap<WorkloadRef, PodGroup>
}

type OwnedPod = { readonly pod: Pod; readonly owner: TopOwner }

type WorkloadSources = {
  readonly pods: readonly PodObject[]
  readonly objects: WorkloadObjects
  readonly nodes: ReadonlyMap<string, ClusterNode>
}

/** What becomes one workload. */
type PodGroup = {
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
 *
 * With `previous`, what is as it was is the very value of the time before.
 */
export function buildWorkloads(
  podObjects: readonly PodObject[],
  objects: WorkloadObjects,
  nodes: ReadonlyMap<string, ClusterNode>,
  previous: BuiltWorkloads | null = null,
): BuiltWorkloads {
  const from: WorkloadSources = { pods: podObjects, objects, nodes }
  const places = previous === null ? null : placesBefore(previous.from.pods, podObjects)
  const patched = previous === null || places === null ? null : patchWorkloads(from, places, previous)
  if (patched !== null) return patched
  const groups = new Map<WorkloadRef, PodGroup>()
  const groupOf = (owner: TopOwner, namespace: string): PodGroup => {
    const known = groups.get(owner.ref)
    if (known !== undefined) return known
    const object = objects.get(owner.ref) ?? null
    const group: PodGroup = { owner, namespace, object, template: object, pods: [] }
    groups.set(owner.ref, group)
    return group
  }

  for (const object of objects.values()) {
    const group = groupOf(topOwnerOfWorkload(object.meta, objects), object.namespace)
    // Of several ReplicaSets without their Deployment, the one that runs has the template that counts.
    if (group.object === null && (object.desiredReplicas ?? 1) >= (group.template?.desiredReplicas ?? 0)) group.template = object
  }

  const areOwnersKept = previous !== null && haveTheSameOwners(previous.from.objects, objects)
  const pods = new Map<PodRef, Pod>()
  const owned: OwnedPod[] = []
  let latest: PodGroup | null = null
  for (const [index, object] of podObjects.entries()) {
    const old = previous?.owned[places?.[index] ?? -1]
    const owner = areOwnersKept && old !== undefined ? old.owner : topOwner(object.meta, objects)
    // Pods of one workload mostly follow one another.
    const group: PodGroup = latest?.owner === owner ? latest : groupOf(owner, object.namespace)
    latest = group
    const pod: Pod = old?.owner.ref === owner.ref ? old.pod : { ...object, workload: owner.ref }
    owned.push(old?.pod === pod && old.owner === group.owner ? old : { pod, owner: group.owner })
    pods.set(pod.ref, pod)
    group.pods.push(pod)
  }
  let impliedLeft = MAX_IMPLIED_PODS_TOTAL
  for (const group of groups.values()) {
    if (group.template === null || group.pods.some((pod) => group.owner.kind !== 'CronJob' || !hasFinished(pod))) continue
    for (const implied of impliedPods(group.owner.ref, group.template, nodes, impliedLeft, (ref) => pods.has(ref))) {
      impliedLeft--
      const old = previous?.pods.get(implied.ref)
      const pod = old !== undefined && isEqual(old, implied) ? old : implied
      pods.set(pod.ref, pod)
      group.pods.push(pod)
    }
  }
  const workloads = new Map<WorkloadRef, Workload>()
  for (const [ref, group] of groups) workloads.set(ref, workloadOf(group, previous?.groups.get(ref), previous?.workloads.get(ref)))
  return { pods: sameTable(previous?.pods, pods), workloads: sameTable(previous?.workloads, workloads), from, owned, groups }
}

/** The same with some pods replaced where they stand; null when more changed than that. */
function patchWorkloads(from: WorkloadSources, places: Int32Array, previous: BuiltWorkloads): BuiltWorkloads | null {
  const { objects, nodes } = previous.from
  if (from.objects !== objects || from.nodes !== nodes || from.pods.length !== previous.from.pods.length) return null
  const changed: { readonly index: number; readonly pod: Pod; readonly old: OwnedPod }[] = []
  for (let index = 0; index < places.length; index++) {
    if (places[index] === index) continue
    const [object, old] = [from.pods[index], previous.owned[index]]
    if (places[index] !== -1 || object === undefined || old === undefined || object.ref !== old.pod.ref) return null
    const owner = topOwner(object.meta, objects)
    // Pods that finish may leave their CronJob without any.
    if (owner.ref !== old.owner.ref || (owner.kind === 'CronJob' && hasFinished(old.pod) !== hasFinished(object))) return null
    changed.push({ index, old, pod: { ...object, workload: owner.ref } })
  }
  if (changed.length === 0) return previous
  const [pods, workloads, groups, owned] = [
    new Map(previous.pods),
    new Map(previous.workloads),
    new Map(previous.groups),
    [...previous.owned],
  ]
  for (const { index, pod, old } of changed) {
    pods.set(pod.ref, pod)
    owned[index] = { pod, owner: old.owner }
    const group = groups.get(old.owner.ref)
    if (group === undefined) return null
    groups.set(old.owner.ref, { ...group, pods: group.pods.map((member) => (member === old.pod ? pod : member)) })
  }
  for (const ref of new Set(changed.map(({ old }) => old.owner.ref))) {
    const group = groups.get(ref)
    if (group !== undefined) workloads.set(ref, workloadOf(group, previous.groups.get(ref), previous.workloads.get(ref)))
  }
  return { pods, workloads: sameTable(previous.workloads, workloads), from, owned, groups }
}

/** Whether every owner chain leads where it led. */
function haveTheSameOwners(before: WorkloadObjects, now: WorkloadObjects): boolean {
  if (before === now) return true
  if (before.size !== now.size) return false
  for (const [ref, object] of now) {
    const old = before.get(ref)
    if (old === object) continue
    if (old === undefined || !isEqual(controllingOwner(old.meta), controllingOwner(object.meta))) return false
  }
  return true
}

function hasFinished(pod: PodObject): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed'
}

function workloadOf(group: PodGroup, groupBefore: PodGroup | undefined, before: Workload | undefined): Workload {
  const { object, template, pods } = group
  if (before !== undefined && groupBefore?.object === object && groupBefore.template === template && holdTheSame(groupBefore.pods, pods)) {
    return before
  }
  const workload = finish(group)
  return before !== undefined && isEqual(before, workload) ? before : workload
}

function finish({ owner, namespace, object, template, pods }: PodGroup): Workload {
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

/** The table of before when nothing in it changed. */
function sameTable<Key, Value>(before: ReadonlyMap<Key, Value> | undefined, now: ReadonlyMap<Key, Value>): ReadonlyMap<Key, Value> {
  return before !== undefined && holdTheSame([...before.values()], [...now.values()]) ? before : now
}
