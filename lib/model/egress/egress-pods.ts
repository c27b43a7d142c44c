import type { Cluster, ClusterNode, Pod } from '../cluster'
import { clusterIndex } from '../cluster-index'
import type { DoorProblemCode } from '../door'
import { DoorDraft } from '../doors/door-draft'
import type { FieldPath } from '../field-locator'
import type { Fields } from '../fields'
import type { Labels } from '../labels'
import type { WorkloadRef } from '../names'
import type { ObjectMeta, RawObject } from '../object'
import { compileSelector, matchesSelector, type Selector } from '../selector'
import { rawFields } from './raw-fields'

/** An object while it is read, and where its problems go. */
export type EgressReading = { readonly cluster: Cluster; readonly meta: ObjectMeta; readonly draft: DoorDraft }

/** Begins to read an object that is kept as written. */
export function startReading(cluster: Cluster, raw: RawObject): EgressReading & { readonly document: Fields; readonly spec: Fields } {
  const document = rawFields(raw)
  return { cluster, meta: raw.meta, draft: new DoorDraft(), document, spec: document.object('spec') }
}

/** Reads a selector; null, with a problem that quotes the field, when the API server would refuse it. */
export function readSelector({ meta, draft }: EgressReading, holder: Fields, key: string, at: FieldPath): Selector | null {
  const selector = compileSelector(holder.get(key))
  if (selector.ok) return selector.value
  const { path, message } = selector.error
  const place = { meta, path: [...at, key, ...path], value: null }
  draft.problem('selector-unreadable', 'error', `${path.join('.')} ${message}: the API server refuses the object`, place)
  return null
}

/** Whether a pod leaves the cluster by itself: those on the network of their machine do not. */
export function leavesByItself({ hostNetwork, phase }: Pod): boolean {
  return !hostNetwork && phase !== 'Succeeded' && phase !== 'Failed'
}

/** Pods that leave by themselves and that the selectors pick; `labelsOf` adds labels that the product knows them by. */
export function selectPods(
  cluster: Cluster,
  pods: Selector | null,
  namespaces: Selector | null,
  labelsOf: (pod: Pod) => Labels = ({ labels }) => labels,
): readonly Pod[] {
  if (pods === null) return []
  return [...cluster.pods.values()].filter((pod) => {
    if (!leavesByItself(pod)) return false
    const labels = cluster.namespaces.get(pod.namespace)?.labels
    if (namespaces !== null && (labels === undefined || !matchesSelector(namespaces, labels))) return false
    return matchesSelector(pods, labelsOf(pod))
  })
}

/** All pods of a namespace that leave by themselves. */
export function podsOfNamespace(cluster: Cluster, namespace: string): readonly Pod[] {
  return (clusterIndex(cluster).podsByNamespace.get(namespace) ?? []).filter(leavesByItself)
}

export function selectMachines(cluster: Cluster, selector: Selector | null): readonly ClusterNode[] {
  return selector === null ? [] : [...cluster.nodes.values()].filter(({ meta }) => matchesSelector(selector, meta.labels))
}

export function workloadsOf(pods: readonly Pod[]): readonly WorkloadRef[] {
  return [...new Set(pods.map(({ workload }) => workload))].sort()
}

/** States that an object selects no pod, unless pods could not be read. */
export function checkPods({ cluster, meta, draft }: EgressReading, pods: readonly Pod[], path: FieldPath): void {
  if (pods.length > 0 || cluster.unread.has('/Pod')) return
  state(draft, 'selects-nothing', `${titleOf(meta)} selects no pod`, meta, path)
}

/** States that an object finds no machine, unless machines are not known: manifests rarely hold them. */
export function checkMachines({ cluster, meta, draft }: EgressReading, machines: readonly ClusterNode[], path: FieldPath): void {
  if (machines.length > 0 || cluster.nodes.size === 0 || cluster.unread.has('/Node')) return
  state(draft, 'machine-missing', `no machine has the labels that ${titleOf(meta)} asks for`, meta, path)
}

export function titleOf({ kind, namespace, name }: ObjectMeta): string {
  return `${kind} ${namespace === null ? name : `${namespace}/${name}`}`
}

function state(draft: DoorDraft, code: DoorProblemCode, message: string, meta: ObjectMeta, path: FieldPath): void {
  draft.problem(code, 'error', message, { meta, path, value: null })
}
