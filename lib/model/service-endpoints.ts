import type { Cluster, EndpointSlice, Pod, Service, ServicePort } from './cluster'
import { clusterIndex } from './cluster-index'
import type { PodRef } from './names'
import { labelsSelector, matchesSelector } from './selector'

/** One pod or bare address behind a Service. */
export type ServiceEndpoint = {
  /** null for an address that no pod holds (a Service without a selector). */
  readonly pod: PodRef | null
  /** The first address; null when it is not known (a pod of a manifest). */
  readonly address: string | null
  /** Every address, one per family. */
  readonly addresses: readonly string[]
  readonly nodeName: string | null
  /** Gets traffic: serving and not terminating, or the Service publishes addresses that are not ready. */
  readonly ready: boolean
  /** The pod is ready, whether or not it is on its way out. */
  readonly serving: boolean
  readonly terminating: boolean
  /** One per port of the Service. `port` is null when this pod has no port of the wanted name: it gets no traffic there. */
  readonly ports: readonly { readonly servicePort: ServicePort; readonly port: number | null }[]
  /** Who says so: EndpointSlices, the deprecated Endpoints, or our own reading of the selector. */
  readonly from: 'slices' | 'endpoints' | 'selector'
}

/**
 * Where the traffic of a Service ends up.
 *
 * What the cluster's controllers wrote counts first: EndpointSlices, then Endpoints. Without either (plain manifests)
 * the selector is followed as the endpoint controller does it: pods that have ended are left out, a named target port
 * is looked up per pod among containers and sidecars with the same protocol.
 */
export function serviceEndpoints(cluster: Cluster, service: Service): readonly ServiceEndpoint[] {
  let known = resolved.get(cluster)
  if (known === undefined) {
    known = new WeakMap()
    resolved.set(cluster, known)
  }
  let endpoints = known.get(service)
  if (endpoints === undefined) {
    endpoints = resolveEndpoints(cluster, service)
    known.set(service, endpoints)
  }
  return endpoints
}

/** Doors, edges and verdicts ask for the same Services again and again. */
const resolved = new WeakMap<Cluster, WeakMap<Service, readonly ServiceEndpoint[]>>()

function resolveEndpoints(cluster: Cluster, service: Service): readonly ServiceEndpoint[] {
  if (service.type === 'ExternalName') return []
  const slices = clusterIndex(cluster).slicesByService.get(service.ref) ?? []
  const current = slices.filter((slice) => slice.from === 'EndpointSlice')
  if (current.length > 0) return endpointsOfSlices(cluster, service, current, 'slices')
  if (slices.length > 0) return endpointsOfSlices(cluster, service, slices, 'endpoints')
  return selectedPods(cluster, service).flatMap((pod) => endpointOfPod(service, pod))
}

/** Pods that the selector names, whether or not they can take traffic. Without a selector, none. */
export function selectedPods(cluster: Cluster, service: Service): readonly Pod[] {
  if (service.selector === null || service.selector.size === 0 || service.type === 'ExternalName') return []
  const selector = labelsSelector(service.selector)
  return (clusterIndex(cluster).podsByNamespace.get(service.namespace) ?? []).filter((pod) => matchesSelector(selector, pod.labels))
}

/** The number a pod listens on for a Service port; null when no container or sidecar has a port of that name and protocol. */
export function resolveTargetPort(pod: Pod, servicePort: ServicePort): number | null {
  if (typeof servicePort.targetPort === 'number') return servicePort.targetPort
  for (const container of pod.containers) {
    if (container.kind === 'init') continue
    const found = container.ports.find((port) => port.name === servicePort.targetPort && port.protocol === servicePort.protocol)
    if (found !== undefined) return found.port
  }
  return null
}

function endpointOfPod(service: Service, pod: Pod): readonly ServiceEndpoint[] {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return []
  // A pod that was seen without an address cannot be reached; one of a manifest has an address that nobody knows yet.
  if (pod.phase === 'Pending' && pod.ips.length === 0) return []
  return [
    {
      pod: pod.ref,
      address: pod.ips[0] ?? null,
      addresses: pod.ips,
      nodeName: pod.nodeName,
      ready: service.publishNotReadyAddresses || (pod.ready && !pod.terminating),
      serving: pod.ready,
      terminating: pod.terminating,
      ports: service.ports.map((servicePort) => ({ servicePort, port: resolveTargetPort(pod, servicePort) })),
      from: 'selector',
    },
  ]
}

type Draft = {
  pod: PodRef | null
  readonly addresses: Set<string>
  nodeName: string | null
  ready: boolean
  serving: boolean
  terminating: boolean
  readonly ports: Map<ServicePort, number>
}

/** An endpoint may stand in several slices: one per family, one per set of ports, and twice while it moves. */
function endpointsOfSlices(
  cluster: Cluster,
  service: Service,
  slices: readonly EndpointSlice[],
  from: 'slices' | 'endpoints',
): readonly ServiceEndpoint[] {
  const drafts = new Map<string, Draft>()
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue
    for (const endpoint of slice.endpoints) {
      const key = endpoint.targetPod ?? `ip:${endpoint.addresses[0] ?? ''}`
      let draft = drafts.get(key)
      if (draft === undefined) {
        draft = {
          pod: endpoint.targetPod !== null && cluster.pods.has(endpoint.targetPod) ? endpoint.targetPod : null,
          addresses: new Set(),
          nodeName: endpoint.nodeName,
          ready: false,
          serving: false,
          terminating: true,
          ports: new Map(),
        }
        drafts.set(key, draft)
      }
      for (const address of endpoint.addresses) draft.addresses.add(address)
      draft.ready ||= endpoint.ready
      draft.serving ||= endpoint.serving
      draft.terminating &&= endpoint.terminating
      for (const servicePort of service.ports) {
        const port = slice.ports?.find((candidate) => candidate.name === servicePort.name && candidate.protocol === servicePort.protocol)
        if (port?.port) draft.ports.set(servicePort, port.port)
      }
    }
  }
  return [...drafts.values()].map((draft) => ({
    pod: draft.pod,
    address: [...draft.addresses][0] ?? null,
    addresses: [...draft.addresses],
    nodeName: draft.nodeName,
    ready: draft.ready,
    serving: draft.serving,
    terminating: draft.terminating,
    ports: service.ports.map((servicePort) => ({ servicePort, port: draft.ports.get(servicePort) ?? null })),
    from,
  }))
}
