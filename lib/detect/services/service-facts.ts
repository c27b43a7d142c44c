import type { Cluster, Pod, Service, ServicePort, Workload } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { FieldPath } from '../../model/field-locator'
import type { Labels } from '../../model/labels'
import { labelsSelector, matchesSelector } from '../../model/selector'
import { type ServiceEndpoint, serviceEndpoints } from '../../model/service-endpoints'

/** One Service with what stands behind it. */
export class ServiceFacts {
  #selected: readonly Pod[] | null = null
  #endpoints: readonly ServiceEndpoint[] | null = null

  constructor(
    private readonly cluster: Cluster,
    readonly service: Service,
  ) {}

  /** The labels that the Service looks for; null when it looks for none, or is an alias. */
  get selector(): Labels | null {
    const { selector, type } = this.service
    return selector === null || selector.size === 0 || type === 'ExternalName' ? null : selector
  }

  /** Pods that the selector names, whether or not they take traffic, by name. */
  get selected(): readonly Pod[] {
    this.#selected ??= this.selector === null ? [] : podsWith(this.cluster, this.service.namespace, this.selector)
    return this.#selected
  }

  /** Those of them that have not ended. */
  get live(): readonly Pod[] {
    return this.selected.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed')
  }

  /** Where its traffic goes, by pod and then by address: documents come in any order, evidence is written in one. */
  get endpoints(): readonly ServiceEndpoint[] {
    this.#endpoints ??= [...serviceEndpoints(this.cluster, this.service)].sort(
      (a, b) => compareText(a.pod ?? '', b.pod ?? '') || compareText(a.address ?? '', b.address ?? ''),
    )
    return this.#endpoints
  }

  get ready(): readonly ServiceEndpoint[] {
    return this.endpoints.filter((endpoint) => endpoint.ready)
  }

  /** The workloads of the selected pods that have not ended, by name. */
  get workloads(): readonly Workload[] {
    const refs = new Set(this.live.map((pod) => pod.workload))
    return [...refs].sort(compareText).flatMap((ref) => this.cluster.workloads.get(ref) ?? [])
  }

  /** Where a port stands in the document. */
  pathOf(port: ServicePort): FieldPath {
    return ['spec', 'ports', this.service.ports.indexOf(port)]
  }
}

/** `TCP 80 (http)`. */
export function portText({ protocol, port, name }: ServicePort): string {
  return `${protocol} ${port}${name === null ? '' : ` (${name})`}`
}

/** Pods by namespace, label key and value, for the keys that were asked for. */
type PodTable = Map<string, ReadonlyMap<string, readonly Pod[]>>

const tables = new WeakMap<Cluster, PodTable>()
const namespaces = new WeakMap<Cluster, ReadonlyMap<string, readonly Pod[]>>()

function podsWith(cluster: Cluster, namespace: string, labels: Labels): readonly Pod[] {
  const [first] = labels
  if (first === undefined) return []
  const selector = labelsSelector(labels)
  return (podsByValue(cluster, namespace, first[0]).get(first[1]) ?? []).filter((pod) => matchesSelector(selector, pod.labels))
}

function podsByValue(cluster: Cluster, namespace: string, label: string): ReadonlyMap<string, readonly Pod[]> {
  const table = tables.get(cluster) ?? new Map<string, ReadonlyMap<string, readonly Pod[]>>()
  tables.set(cluster, table)
  const key = `${namespace}/${label}`
  const known = table.get(key)
  if (known !== undefined) return known
  const byValue = group(podsIn(cluster, namespace), (pod) => pod.labels.get(label))
  table.set(key, byValue)
  return byValue
}

function podsIn(cluster: Cluster, namespace: string): readonly Pod[] {
  let known = namespaces.get(cluster)
  if (known === undefined) {
    known = group(
      [...cluster.pods.values()].sort((a, b) => compareText(a.ref, b.ref)),
      (pod) => pod.namespace,
    )
    namespaces.set(cluster, known)
  }
  return known.get(namespace) ?? []
}

function group(pods: readonly Pod[], keyOf: (pod: Pod) => string | undefined): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>()
  for (const pod of pods) {
    const key = keyOf(pod)
    if (key === undefined) continue
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [pod])
    else known.push(pod)
  }
  return groups
}
