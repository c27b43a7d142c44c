import type { Cluster, Pod } from '../cluster'
import { PREDICTED } from '../door'
import { DoorDraft } from '../doors/door-draft'
import type { Labels } from '../labels'
import { NO_LABELS } from '../labels'
import type { ObjectMeta } from '../object'
import { workloadsOf } from './egress-pods'
import { ANYTHING, type EgressWay } from './egress-way'

const SELECTOR = 'egress.projectcalico.org/selector'
const NAMESPACES = 'egress.projectcalico.org/namespaceSelector'

/** Pods that an annotation of their own or of their namespace sends through gateway pods of Calico: one way for each pair of selectors. */
export function calicoEgress(cluster: Cluster): readonly EgressWay[] {
  const groups = new Map<string, { meta: ObjectMeta; selector: string; namespaces: string | null; pods: Pod[] }>()
  for (const pod of cluster.pods.values()) {
    const space = cluster.namespaces.get(pod.namespace)
    const holder = pod.meta.annotations.has(SELECTOR) ? pod.meta : space?.meta
    const selector = holder?.annotations.get(SELECTOR)
    if (holder === undefined || selector === undefined || pod.hostNetwork) continue
    const namespaces = holder.annotations.get(NAMESPACES) ?? null
    const key = JSON.stringify([pod.namespace, selector, namespaces])
    const known = groups.get(key) ?? { meta: holder, selector, namespaces, pods: [] }
    known.pods.push(pod)
    groups.set(key, known)
  }
  return [...groups.values()].map((group) => calicoWay(cluster, group))
}

type Group = { readonly meta: ObjectMeta; readonly selector: string; readonly namespaces: string | null; readonly pods: readonly Pod[] }

function calicoWay(cluster: Cluster, { meta, selector, namespaces, pods }: Group): EgressWay {
  const namespace = pods[0]?.namespace ?? ''
  const draft = new DoorDraft()
  const wanted = readEquality(selector)
  const spaces = namespaces === null ? null : readEquality(namespaces)
  const gateways =
    wanted === null
      ? []
      : [...cluster.pods.values()].filter((pod) => {
          if (!hasAll(pod.labels, wanted)) return false
          return spaces === null
            ? pod.namespace === namespace || namespaces !== null
            : hasAll(cluster.namespaces.get(pod.namespace)?.labels ?? NO_LABELS, spaces)
        })
  // What this reading of the selector does not understand, it cannot call empty.
  const isUnderstood = wanted !== null && (namespaces === null || spaces !== null)
  if (isUnderstood && gateways.length === 0 && !cluster.unread.has('/Pod')) {
    const at = { meta, path: ['metadata', 'annotations', SELECTOR], value: selector }
    draft.problem(
      'half-missing',
      'error',
      `no egress gateway pod has the labels ${selector}: Calico drops what these pods send outside`,
      at,
    )
  }
  return {
    id: `CalicoEgress:${namespace}/${meta.kind === 'Namespace' ? 'namespace' : (pods[0]?.name ?? meta.name)}`,
    kind: 'CalicoEgress',
    system: 'Calico',
    namespace,
    name: `gateway ${selector}`,
    meta,
    sources: workloadsOf(pods),
    pods: pods.length,
    addresses: [...new Set(gateways.flatMap(({ ips }) => ips))],
    machines: [...new Set(gateways.flatMap(({ nodeName }) => nodeName ?? []))],
    proxies: workloadsOf(gateways),
    destinations: [ANYTHING],
    facts: [{ name: 'gateway pods', value: selector }],
    standing: PREDICTED,
    problems: draft.problems,
  }
}

/** Equalities joined by `&&`, which nearly all of these selectors are; null for any other. */
function readEquality(text: string): Labels | null {
  const labels = new Map<string, string>()
  for (const part of text.split('&&')) {
    const [key = '', value = '', ...rest] = part.split('==').map((word) => word.trim())
    const quote = value[0]
    const isQuoted = (quote === "'" || quote === '"') && value.length > 1 && value.endsWith(quote)
    if (rest.length > 0 || key === '' || !isQuoted || key.includes('(') || key.startsWith('!')) return null
    labels.set(key, value.slice(1, -1))
  }
  return labels
}

function hasAll(labels: Labels, wanted: Labels): boolean {
  return [...wanted].every(([key, value]) => labels.get(key) === value)
}
