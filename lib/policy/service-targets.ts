import { formatAddress, parseAddress } from '../model/address'
import type { Cluster, Service } from '../model/cluster'
import { clusterZone } from '../model/cluster-zone'
import { type ServiceRef, serviceRef } from '../model/names'
import type { FlowProtocol } from '../model/protocol'
import { type ServiceEndpoint, serviceEndpoints } from '../model/service-endpoints'

/** Where a connection to a Service ends up, as a policy sees it: after translation to one endpoint's address and port. */
export type ServiceTarget = {
  /** A pod, or `ip:A` for a bare address. */
  readonly ref: string
  /** null: this endpoint has no port of the name that the Service wants, so nothing arrives. */
  readonly port: number | null
}

/** The Service that a name of the contract, its own address or a cluster-internal DNS name means; null for other names. */
export function serviceOf(name: string, cluster: Cluster): Service | null {
  if (name.startsWith('ip:')) return serviceAt(name.slice(3), cluster)
  if (name.startsWith('svc:')) return cluster.services.get(name as ServiceRef) ?? null
  if (!name.startsWith('dns:')) return null
  const labels = name.slice(4).replace(/\.$/, '').toLowerCase().split('.')
  const [service = '', namespace = '', marker, ...domain] = labels
  const isInternal = marker === 'svc' && (domain.length === 0 || domain.join('.') === clusterZone(cluster))
  return isInternal ? (cluster.services.get(serviceRef(namespace, service)) ?? null) : null
}

function serviceAt(text: string, cluster: Cluster): Service | null {
  const address = parseAddress(text)
  if (address === null) return null
  let byAddress = servicesByAddress.get(cluster)
  if (byAddress === undefined) {
    byAddress = new Map()
    for (const service of cluster.services.values()) {
      for (const own of service.clusterIps) {
        const parsed = parseAddress(own)
        if (parsed !== null) byAddress.set(formatAddress(parsed), service)
      }
    }
    servicesByAddress.set(cluster, byAddress)
  }
  return byAddress.get(formatAddress(address)) ?? null
}

/** Recorded connections ask for the same addresses again and again. */
const servicesByAddress = new WeakMap<Cluster, Map<string, Service>>()

/** `port` is the Service's port; null means every port that it has. A headless Service does not translate ports. */
export function serviceTargets(cluster: Cluster, service: Service, port: number | null, protocol: FlowProtocol): readonly ServiceTarget[] {
  const endpoints = serviceEndpoints(cluster, service)
  const ready = endpoints.filter((endpoint) => endpoint.ready)
  // Manifests say nothing of readiness; what the selector finds stands for what will run.
  const serving = ready.length === 0 && endpoints.every((endpoint) => endpoint.from === 'selector') ? endpoints : ready
  return serving.flatMap((endpoint) => {
    const ref = endpoint.pod ?? (endpoint.address === null ? null : `ip:${endpoint.address}`)
    if (ref === null) return []
    if (service.headless && port !== null) return [{ ref, port }]
    return portsOf(endpoint, port, protocol).map((target) => ({ ref, port: target }))
  })
}

function portsOf(endpoint: ServiceEndpoint, port: number | null, protocol: FlowProtocol): readonly (number | null)[] {
  return endpoint.ports
    .filter(({ servicePort }) => servicePort.protocol === protocol && (port === null || servicePort.port === port))
    .map((found) => found.port)
}
