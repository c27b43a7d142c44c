import { type CalicoSelector, matchesCalicoSelector, parseCalicoSelector } from '../calico-selector'
import type { Cluster, Pod } from '../cluster'
import { DoorDraft, type Place } from '../doors/door-draft'
import { NO_LABELS } from '../labels'
import type { ObjectMeta } from '../object'
import { leavesByItself, workloadsOf } from './egress-pods'
import { type EgressWay, egressWay } from './egress-way'

const SELECTOR = 'egress.projectcalico.org/selector'
const NAMESPACES = 'egress.projectcalico.org/namespaceSelector'

type Group = { readonly meta: ObjectMeta; readonly selector: string; readonly namespaces: string | null; readonly pods: Pod[] }

/** Pods that an annotation of their own or of their namespace sends through gateway pods of Calico: one way for each pair of selectors. */
export function calicoEgress(cluster: Cluster): readonly EgressWay[] {
  const groups = new Map<string, Group>()
  for (const pod of cluster.pods.values()) {
    const space = cluster.namespaces.get(pod.namespace)
    const holder = pod.meta.annotations.has(SELECTOR) ? pod.meta : space?.meta
    const selector = holder?.annotations.get(SELECTOR)
    if (holder === undefined || !selector || !leavesByItself(pod)) continue
    const namespaces = holder.annotations.get(NAMESPACES) || null
    const key = JSON.stringify([pod.namespace, selector, namespaces])
    const known = groups.get(key) ?? { meta: holder, selector, namespaces, pods: [] }
    known.pods.push(pod)
    groups.set(key, known)
  }
  return [...groups.values()].map((group) => calicoWay(cluster, group))
}

function calicoWay(cluster: Cluster, { meta, selector, namespaces, pods }: Group): EgressWay {
  const [first] = pods
  const namespace = first?.namespace ?? ''
  const draft = new DoorDraft()
  const read = (key: string, text: string): CalicoSelector | null => {
    const parsed = parseCalicoSelector(text)
    if (parsed.ok) return parsed.value
    const at: Place = { meta, path: ['metadata', 'annotations', key], value: text }
    draft.problem('selector-unreadable', 'error', `the selector ${text} cannot be read: ${parsed.error.message}`, at)
    return null
  }
  const wanted = read(SELECTOR, selector)
  const spaces = namespaces === null ? null : read(NAMESPACES, namespaces)
  const isUnderstood = wanted !== null && (namespaces === null || spaces !== null)
  const gateways = isUnderstood
    ? [...cluster.pods.values()].filter(
        (pod) =>
          (spaces === null ? pod.namespace === namespace : matchesCalicoSelector(spaces, labelsOf(cluster, pod.namespace))) &&
          matchesCalicoSelector(wanted, pod.labels),
      )
    : []
  if (isUnderstood && gateways.length === 0 && !cluster.unread.has('/Pod')) {
    const at: Place = { meta, path: ['metadata', 'annotations', SELECTOR], value: selector }
    const message = `no egress gateway pod has the labels ${selector}: Calico drops what these pods send outside`
    draft.problem('half-missing', 'error', message, at)
  }
  const holder = first === undefined ? undefined : cluster.workloads.get(first.workload)
  return egressWay(meta, 'Calico', pods, draft, {
    id: `CalicoEgress:${namespace}/${meta.kind === 'Namespace' ? 'namespace' : (holder?.name ?? meta.name)}`,
    kind: 'CalicoEgress',
    namespace,
    name: `gateway ${selector}`,
    addresses: [...new Set(gateways.flatMap(({ ips }) => ips))],
    machines: [...new Set(gateways.flatMap(({ nodeName }) => nodeName ?? []))],
    proxies: workloadsOf(gateways),
    facts: [{ name: 'gateway pods', value: namespaces === null ? selector : `${selector} in namespaces ${namespaces}` }],
  })
}

/** Calico knows the name of a namespace as one of its labels. */
function labelsOf(cluster: Cluster, namespace: string): ReadonlyMap<string, string> {
  return new Map([...(cluster.namespaces.get(namespace)?.labels ?? NO_LABELS), ['projectcalico.org/name', namespace]])
}
