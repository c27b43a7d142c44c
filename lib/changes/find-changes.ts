import type { Cluster, EndpointSlice, Pod, Workload } from '../model/cluster'
import { clusterIndex } from '../model/cluster-index'
import type { ServiceRef, WorkloadRef } from '../model/names'
import { policyRef } from '../model/names'
import type { ObjectMeta, RawObject } from '../model/object'
import type { ChangeTopic, ClusterChange, FieldChange } from './cluster-change'
import { fieldChanges } from './field-changes'

/** What an object is called, and what its controllers report of it, says nothing about connections. */
const META: ReadonlySet<string> = new Set(['meta'])
const WRITTEN_META: ReadonlySet<string> = new Set(['metadata', 'status'])
const NOTHING: ReadonlySet<string> = new Set()

/**
 * What changed from one reading of a cluster to the next and can alter connectivity or routing. Pods are told by workload and
 * number, not one by one. What is the same value in both is not looked into, so that a small change takes little time.
 */
export function findChanges(before: Cluster, after: Cluster): readonly ClusterChange[] {
  if (before === after) return []
  return [
    ...rawChanges('policy', before.policies, after.policies),
    ...namespaceChanges(before, after),
    ...podChanges(before, after),
    ...tableChanges('service', before.services, after.services, (service) => ({ meta: service.meta, ref: service.ref })),
    ...endpointChanges(before, after),
    ...listChanges('route', before.ingresses, after.ingresses),
    ...listChanges('route', before.routes, after.routes),
    ...listChanges('route', before.listenerSets, after.listenerSets),
    ...listChanges('route', before.referenceGrants, after.referenceGrants),
    ...listChanges('route', before.entryObjects, after.entryObjects),
    ...tableChanges('route', before.gateways, after.gateways, nameOf),
    ...tableChanges('route', before.ingressClasses, after.ingressClasses, nameOf),
    ...tableChanges('route', before.gatewayClasses, after.gatewayClasses, nameOf),
    ...rawChanges('network', before.networkObjects, after.networkObjects),
    ...settingChanges(before, after),
    ...tableChanges('machine', before.nodes, after.nodes, nameOf),
  ]
}

type Named = { readonly meta: ObjectMeta; readonly ref: string }

function nameOf({ meta }: { readonly meta: ObjectMeta }): Named {
  return { meta, ref: policyRef(meta.kind, meta.namespace, meta.name) }
}

/** null when nothing that counts differs. */
function changeOf(topic: ChangeTopic, named: Named, before: unknown, after: unknown, skip: ReadonlySet<string>): ClusterChange | null {
  const { meta, ref } = named
  const type = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const compared = type === 'changed' ? fieldChanges(before, after, skip) : { fields: [], moreFields: 0 }
  if (type === 'changed' && compared.fields.length === 0) return null
  return { topic, type, objectKind: meta.kind, ref, namespace: meta.namespace, ...compared }
}

function tableChanges<Key, Value>(
  topic: ChangeTopic,
  before: ReadonlyMap<Key, Value>,
  after: ReadonlyMap<Key, Value>,
  naming: (value: Value) => Named,
): readonly ClusterChange[] {
  if (before === after) return []
  const found: ClusterChange[] = []
  const add = (value: Value, old: Value | undefined, now: Value | undefined): void => {
    const change = changeOf(topic, naming(value), old, now, META)
    if (change !== null) found.push(change)
  }
  for (const [key, value] of after) if (before.get(key) !== value) add(value, before.get(key), value)
  for (const [key, value] of before) if (!after.has(key)) add(value, value, undefined)
  return found
}

function listChanges<Value extends { readonly meta: ObjectMeta }>(
  topic: ChangeTopic,
  before: readonly Value[],
  after: readonly Value[],
): readonly ClusterChange[] {
  if (before === after) return []
  const table = (values: readonly Value[]): ReadonlyMap<string, Value> => new Map(values.map((value) => [nameOf(value).ref, value]))
  return tableChanges(topic, table(before), table(after), nameOf)
}

/** Objects that are kept as written are compared by what they specify. */
function rawChanges(topic: ChangeTopic, before: readonly RawObject[], after: readonly RawObject[]): readonly ClusterChange[] {
  if (before === after) return []
  const table = (objects: readonly RawObject[]): ReadonlyMap<string, RawObject> =>
    new Map(objects.map((object) => [`${object.meta.apiVersion} ${nameOf(object).ref}`, object]))
  const [old, now] = [table(before), table(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)]
    const object = is ?? was
    if (was === is || object === undefined) return []
    return changeOf(topic, nameOf(object), was?.body, is?.body, WRITTEN_META) ?? []
  })
}

/** A namespace that only other objects name comes and goes with them. */
function namespaceChanges(before: Cluster, after: Cluster): readonly ClusterChange[] {
  const isImplied = (name: string): boolean => (after.namespaces.get(name) ?? before.namespaces.get(name))?.isImplied === true
  return tableChanges('labels', before.namespaces, after.namespaces, ({ meta, name }) => ({ meta, ref: name })).filter(
    ({ ref }) => !isImplied(ref),
  )
}

function settingChanges(before: Cluster, after: Cluster): readonly ClusterChange[] {
  if (before.settings === after.settings) return []
  return [...new Set([...before.settings.keys(), ...after.settings.keys()])].flatMap((place) => {
    const [old, now] = [before.settings.get(place), after.settings.get(place)]
    if (old === now) return []
    const slash = place.indexOf('/')
    const compared = old === undefined || now === undefined ? { fields: [], moreFields: 0 } : fieldChanges(old, now, NOTHING)
    const type = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'
    if (type === 'changed' && compared.fields.length === 0) return []
    return [{ topic: 'network', type, objectKind: 'ConfigMap', ref: `ConfigMap:${place}`, namespace: place.slice(0, slash), ...compared }]
  })
}

/** What became of the pods of one workload. */
type PodCount = { came: number; went: number; relabelled: [Pod, Pod][]; moved: number }

/** Workloads that come and go, and pods by number: how many came, went, have other labels, or another address. */
function podChanges(before: Cluster, after: Cluster): readonly ClusterChange[] {
  if (before.pods === after.pods && before.workloads === after.workloads) return []
  const counts = new Map<WorkloadRef, PodCount>()
  const countOf = (workload: WorkloadRef): PodCount => {
    const known = counts.get(workload) ?? { came: 0, went: 0, relabelled: [], moved: 0 }
    counts.set(workload, known)
    return known
  }
  for (const [ref, pod] of after.pods) {
    const old = before.pods.get(ref)
    if (old === pod) continue
    if (old === undefined) countOf(pod.workload).came++
    else if (old.meta.uid !== pod.meta.uid || old.workload !== pod.workload) {
      countOf(old.workload).went++
      countOf(pod.workload).came++
    } else {
      if (fieldChanges(old.labels, pod.labels, NOTHING).fields.length > 0) countOf(pod.workload).relabelled.push([old, pod])
      if (old.ips.join() !== pod.ips.join()) countOf(pod.workload).moved++
    }
  }
  for (const [ref, pod] of before.pods) if (!after.pods.has(ref)) countOf(pod.workload).went++
  const refs = new Set([...counts.keys()])
  for (const [ref, workload] of after.workloads) if (before.workloads.get(ref) !== workload) refs.add(ref)
  for (const ref of before.workloads.keys()) if (!after.workloads.has(ref)) refs.add(ref)
  return [...refs].flatMap((ref) => workloadChanges(before.workloads.get(ref), after.workloads.get(ref), counts.get(ref) ?? null))
}

function workloadChanges(before: Workload | undefined, after: Workload | undefined, count: PodCount | null): readonly ClusterChange[] {
  const workload = after ?? before
  if (workload === undefined) return []
  const { kind, ref, namespace } = workload
  const named = { objectKind: kind, ref, namespace, moreFields: 0 }
  if (before === undefined) return [{ ...named, topic: 'pods', type: 'added', fields: [] }]
  if (after === undefined) return [{ ...named, topic: 'pods', type: 'removed', fields: [] }]
  const found: ClusterChange[] = []
  const fields = [
    ...(before.pods.length === after.pods.length
      ? []
      : [{ path: 'pods', before: String(before.pods.length), after: String(after.pods.length) }]),
    ...counted('pods that came', count?.came ?? 0),
    ...counted('pods that went', count?.went ?? 0),
    ...counted('pods with another address', count?.moved ?? 0),
  ]
  if (fields.length > 0) found.push({ ...named, topic: 'pods', type: 'changed', fields })
  const [relabelled] = count?.relabelled ?? []
  const labels = relabelled?.map((pod) => pod.labels) ?? [before.labels, after.labels]
  const compared = fieldChanges({ labels: labels[0] }, { labels: labels[1] }, NOTHING)
  if (compared.fields.length > 0) found.push({ ...named, topic: 'labels', type: 'changed', ...compared })
  return found
}

function counted(path: string, count: number): readonly FieldChange[] {
  return count === 0 ? [] : [{ path, before: null, after: String(count) }]
}

/** Endpoints of Services by number: how many are ready, and how many there are. */
function endpointChanges(before: Cluster, after: Cluster): readonly ClusterChange[] {
  if (before.endpointSlices === after.endpointSlices) return []
  const [old, now] = [clusterIndex(before).slicesByService, clusterIndex(after).slicesByService]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((ref) => {
    const [was, is] = [old.get(ref) ?? [], now.get(ref) ?? []]
    if (was.length === is.length && was.every((slice, index) => slice === is[index])) return []
    const [ready, readyNow] = [countEndpoints(was), countEndpoints(is)]
    const fields = [
      ...(ready.ready === readyNow.ready ? [] : [{ path: 'ready', before: String(ready.ready), after: String(readyNow.ready) }]),
      ...(ready.total === readyNow.total ? [] : [{ path: 'endpoints', before: String(ready.total), after: String(readyNow.total) }]),
      ...(ready.ports === readyNow.ports ? [] : [{ path: 'ports', before: ready.ports, after: readyNow.ports }]),
    ]
    if (fields.length === 0) return []
    const namespace = namespaceOf(ref)
    return [{ topic: 'endpoints', type: 'changed', objectKind: 'Service', ref, namespace, fields, moreFields: 0 }]
  })
}

/** One endpoint may stand in several slices: one for each family, and twice while it moves. */
function countEndpoints(slices: readonly EndpointSlice[]): { readonly ready: number; readonly total: number; readonly ports: string } {
  const endpoints = new Map<string, boolean>()
  for (const slice of slices) {
    for (const { targetPod, addresses, ready } of slice.endpoints) {
      const key = targetPod ?? addresses[0] ?? ''
      endpoints.set(key, ready || (endpoints.get(key) ?? false))
    }
  }
  const ports = slices.flatMap((slice) => (slice.ports ?? []).map(({ port, protocol }) => `${port ?? '?'}/${protocol}`))
  return {
    ready: [...endpoints.values()].filter((isReady) => isReady).length,
    total: endpoints.size,
    ports: [...new Set(ports)].sort().join(', '),
  }
}

/** The namespace of `svc:NS/NAME`. */
function namespaceOf(ref: ServiceRef): string {
  return ref.slice('svc:'.length, ref.indexOf('/'))
}
