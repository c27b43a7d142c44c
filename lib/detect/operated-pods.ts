import type { Cluster } from '../model/cluster'
import { isRecord } from '../model/fields'
import type { Labels } from '../model/labels'
import { groupOf } from '../model/object-kinds'

/** Pods that an operator makes for a custom resource: manifests show the resource and never the pods. */
export type OperatedPods = { readonly title: string; readonly namespace: string; readonly name: string; readonly labels: Labels }

/** Kinds of the Prometheus operator, with the label that carries the resource's name. Source: prometheus-operator, pkg/operator. */
const KINDS: ReadonlyMap<string, { readonly application: string; readonly nameLabel: string }> = new Map([
  ['Prometheus', { application: 'prometheus', nameLabel: 'prometheus' }],
  ['PrometheusAgent', { application: 'prometheus-agent', nameLabel: 'operator.prometheus.io/name' }],
  ['Alertmanager', { application: 'alertmanager', nameLabel: 'alertmanager' }],
  ['ThanosRuler', { application: 'thanos-ruler', nameLabel: 'thanos-ruler' }],
])

export function operatedPods(cluster: Cluster): readonly OperatedPods[] {
  let known = found.get(cluster)
  if (known === undefined) {
    known = findOperatedPods(cluster)
    found.set(cluster, known)
  }
  return known
}

/** Every peer that matches nobody asks. */
const found = new WeakMap<Cluster, readonly OperatedPods[]>()

function findOperatedPods(cluster: Cluster): readonly OperatedPods[] {
  return cluster.others.flatMap(({ meta, body }): readonly OperatedPods[] => {
    const kind = groupOf(meta.apiVersion) === 'monitoring.coreos.com' ? KINDS.get(meta.kind) : undefined
    if (kind === undefined || meta.namespace === null) return []
    const spec = isRecord(body.spec) ? body.spec : {}
    const podMetadata = isRecord(spec.podMetadata) ? spec.podMetadata : {}
    const own = isRecord(podMetadata.labels) ? podMetadata.labels : {}
    const labels = new Map<string, string>()
    for (const [key, value] of Object.entries(own)) if (typeof value === 'string') labels.set(key, value)
    labels.set('app.kubernetes.io/name', kind.application)
    labels.set('app.kubernetes.io/instance', meta.name)
    labels.set('app.kubernetes.io/managed-by', 'prometheus-operator')
    labels.set(kind.nameLabel, meta.name)
    const title = `${meta.kind} ${meta.namespace}/${meta.name}`
    return [{ title, namespace: meta.namespace, name: meta.name, labels }]
  })
}
