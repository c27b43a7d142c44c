import type { EndpointSlice, Pod } from '../../model/cluster'
import { clusterIndex } from '../../model/cluster-index'
import { compareText } from '../../model/compare-text'
import { serviceRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutObject, aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** Controllers that keep slices in step with pods, or with Endpoints. */
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const CONTROLLERS: ReadonlySet<string> = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'])

/** Its slices are kept by the API server itself, and are in no manifest. */
const API_SERVER = serviceRef('default', 'kubernetes')

/** SV-17: Services without a selector whose endpoints nobody keeps, and slices that belong to nothing. */
export function* findStraySlices(view: ClusterView): Iterable<FindingDraft | null> {
  if (!view.isRead('/Service', '/Pod', '/Endpoints', 'discovery.k8s.io/EndpointSlice')) return
  yield* withoutSlices(view)
  const podsByIp = podsByAddress(view)
  const slices = view.cluster.endpointSlices.filter(({ from }) => from === 'EndpointSlice')
  for (const slice of [...slices].sort((a, b) => compareText(keyOf(a), keyOf(b)))) {
    yield null
    if (slice.service !== null && view.isWholeCluster && !view.cluster.services.has(serviceRef(slice.namespace, slice.service))) {
      yield makeFinding('SV-17', aboutObject(slice.meta), {
        field: ['metadata', 'labels', 'kubernetes.io/service-name'],
        value: slice.service,
        message: `The EndpointSlice belongs to Service ${slice.service}, which does not exist.`,
        evidence: [`${slice.endpoints.length} ${slice.endpoints.length === 1 ? 'endpoint' : 'endpoints'}`],
      })
      continue
    }
    if (CONTROLLERS.has(slice.meta.labels.get(MANAGED_BY) ?? '') || slice.meta.owners.length > 0) continue
    const pods = slice.endpoints.flatMap(({ addresses }) => addresses.flatMap((address) => podsByIp.get(address) ?? []))
    const [first] = pods
    if (first === undefined || view.cluster.source === 'manifests') continue
    yield makeFinding('SV-17', aboutObject(slice.meta), {
      field: ['endpoints'],
      message: `The EndpointSlice was written by hand and names the address of ${pods.length === 1 ? `pod ${first.ref}` : `${pods.length} pods`}.`,
      why: 'The address of a pod goes to another one when the pod is replaced, and nobody corrects the slice.',
      fix: 'Let the Service select the pods instead.',
      evidence: pods.map((pod) => `${pod.ips[0]} is pod ${pod.ref} now`),
    })
  }
}

function* withoutSlices(view: ClusterView): Iterable<FindingDraft | null> {
  const slices = clusterIndex(view.cluster).slicesByService
  for (const { service, selector } of view.services) {
    yield null
    if (selector !== null || service.type === 'ExternalName' || service.ref === API_SERVER) continue
    if ((slices.get(service.ref) ?? []).some(({ endpoints }) => endpoints.length > 0)) continue
    yield makeFinding('SV-17', aboutService(service.meta), {
      field: null,
      ...(view.isWholeCluster ? {} : { severity: 'info' as const }),
      message: 'The Service has no selector, and nobody lists endpoints for it.',
      fix: 'Write an EndpointSlice for it, give it a selector, or make it an ExternalName Service.',
      evidence: [],
    })
  }
}

function podsByAddress({ cluster }: ClusterView): ReadonlyMap<string, Pod> {
  const found = new Map<string, Pod>()
  for (const pod of cluster.pods.values()) {
    if (pod.hostNetwork || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    for (const ip of pod.ips) found.set(ip, pod)
  }
  return found
}

function keyOf({ namespace, meta }: EndpointSlice): string {
  return `${namespace}/${meta.name}`
}
