import type { Cluster } from '../cluster'
import { entryIndex } from '../entry/entry-index'
import type { ServiceRef } from '../names'
import { serviceRef } from '../names'
import { istioHost } from './istio-hosts'

/**
 * Services that clients call and that a mesh sends on to others: the root of a TrafficSplit, the parent of a route, the
 * host of a VirtualService. That they have no pods of their own is intended.
 */
export function apexServices(cluster: Cluster): ReadonlySet<ServiceRef> {
  const known = sets.get(cluster)
  if (known !== undefined) return known
  const index = entryIndex(cluster)
  const apexes = new Set<ServiceRef>()
  for (const { namespace, service } of index.all('TrafficSplit')) apexes.add(serviceRef(namespace, service))
  for (const { parents } of cluster.routes) {
    for (const { kind, namespace, name } of parents) if (kind === 'Service') apexes.add(serviceRef(namespace, name))
  }
  for (const service of index.all('VirtualService')) {
    if (!service.gateways.includes('mesh') || service.routes.length === 0) continue
    for (const host of service.hosts) {
      const end = istioHost(cluster, host, service.namespace)
      const isOther = service.routes.every(({ destinations }) => destinations.every((destination) => destination.host !== host))
      if (end.kind === 'service' && isOther) apexes.add(end.service)
    }
  }
  sets.set(cluster, apexes)
  return apexes
}

const sets = new WeakMap<Cluster, ReadonlySet<ServiceRef>>()
