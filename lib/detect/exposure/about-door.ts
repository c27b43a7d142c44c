import type { Cluster } from '../../model/cluster'
import type { Door } from '../../model/door'
import { serviceRef } from '../../model/names'
import { aboutObject, aboutService, type FindingObject } from '../make-finding'

/** The object that opens a door; null for ports of pods. */
export function aboutDoor({ kind, namespace, name }: Door, cluster: Cluster): FindingObject | null {
  switch (kind) {
    case 'Ingress': {
      const meta = cluster.ingresses.find((ingress) => ingress.namespace === namespace && ingress.name === name)?.meta
      return meta === undefined ? null : aboutObject(meta)
    }
    case 'Gateway': {
      const meta = cluster.gateways.get(`${namespace}/${name}`)?.meta
      return meta === undefined ? null : aboutObject(meta)
    }
    case 'LoadBalancer':
    case 'NodePort':
    case 'ExternalIP': {
      const service = cluster.services.get(serviceRef(namespace, name))
      return service === undefined ? null : aboutService(service.meta)
    }
    case 'HostPort':
    case 'HostNetwork':
      return null
  }
}
