import type { Cluster, Pod, Service } from '../cluster'
import { entryIndex } from '../entry/entry-index'
import type { IstioGateway, IstioRoute, VirtualService } from '../entry/istio-objects'
import { hostsIntersect } from '../host-names'
import { labelsSelector, matchesSelector } from '../selector'
import { selectedPods } from '../service-endpoints'

/** Proxies that a Gateway is set up on, in any namespace; an empty selector means them all, and is no promise of any. */
export function proxiesOf(cluster: Cluster, { selector }: IstioGateway): readonly Pod[] {
  if (selector.size === 0) return []
  const known = foundProxies.get(cluster)?.get(selector)
  if (known !== undefined) return known
  const wanted = labelsSelector(selector)
  const found = [...cluster.pods.values()].filter(
    ({ labels, phase }) => phase !== 'Succeeded' && phase !== 'Failed' && matchesSelector(wanted, labels),
  )
  const table = foundProxies.get(cluster) ?? new WeakMap<IstioGateway['selector'], readonly Pod[]>()
  foundProxies.set(cluster, table.set(selector, found))
  return found
}

/** Every VirtualService asks for the proxies of its Gateways again, and each answer looks at every pod. */
const foundProxies = new WeakMap<Cluster, WeakMap<IstioGateway['selector'], readonly Pod[]>>()

/** Services before the proxies of a Gateway. */
export function servicesOfProxies(cluster: Cluster, gateway: IstioGateway): readonly Service[] {
  const pods = new Set(proxiesOf(cluster, gateway).map(({ ref }) => ref))
  if (pods.size === 0) return []
  const namespaces = new Set(proxiesOf(cluster, gateway).map(({ namespace }) => namespace))
  const near = [...cluster.services.values()].filter(({ namespace }) => namespaces.has(namespace))
  return near.filter((service) => selectedPods(cluster, service).some(({ ref }) => pods.has(ref)))
}

/** VirtualServices that name a Gateway and share a host with one of its servers. */
export function virtualServicesOf(cluster: Cluster, gateway: IstioGateway): readonly VirtualService[] {
  return entryIndex(cluster)
    .all('VirtualService')
    .filter((service) => service.gateways.some((name) => namesGateway(name, service.namespace, gateway)))
}

/** Whether a Gateway's name, as a VirtualService of a namespace writes it, means this one. */
export function namesGateway(text: string, namespace: string, gateway: IstioGateway): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return text === gateway.name && namespace === gateway.namespace
  const place = text.slice(0, slash)
  return text.slice(slash + 1) === gateway.name && (place === '.' ? namespace : place) === gateway.namespace
}

/** Whether a route of a VirtualService is for requests that come through a Gateway. */
export function isForGateway({ matches }: IstioRoute, service: VirtualService, gateway: IstioGateway): boolean {
  if (matches.length === 0) return true
  return matches.some(({ gateways }) => gateways.length === 0 || gateways.some((name) => namesGateway(name, service.namespace, gateway)))
}

/** Whether a route is for requests of the sidecars themselves. */
export function isForMesh({ matches }: IstioRoute, { gateways: all }: VirtualService): boolean {
  if (matches.length === 0) return all.includes('mesh')
  return matches.some(({ gateways }) => (gateways.length === 0 ? all : gateways).includes('mesh'))
}

/** Hosts of a VirtualService that a server of a Gateway lets in. */
export function sharedHosts(gateway: IstioGateway, server: IstioGateway['servers'][number], service: VirtualService): readonly string[] {
  const open = server.hosts.filter(
    ({ namespace }) => namespace === '*' || (namespace === '.' ? gateway.namespace : namespace) === service.namespace,
  )
  return service.hosts.filter((host) => open.some((pattern) => hostsIntersect(anyOf(pattern.host), anyOf(host))))
}

function anyOf(host: string): string | null {
  return host === '*' ? null : host
}

/**
 * True when a Gateway leads out: its proxies are called so, or what sidecars send to it leaves for a name that the same
 * VirtualService takes over from them.
 */
export function isEgressGateway(cluster: Cluster, gateway: IstioGateway): boolean {
  if ([...gateway.selector.values()].some((value) => value.includes('egress'))) return true
  const services = virtualServicesOf(cluster, gateway)
  return (
    services.length > 0 &&
    services.every((service) => service.gateways.includes('mesh') && service.routes.some((route) => isTwoStep(route, service)))
  )
}

/** A route for the mesh alone, while others of the object are for gateways alone. */
function isTwoStep(route: IstioRoute, { routes }: VirtualService): boolean {
  const only = (one: IstioRoute, wanted: boolean) =>
    one.matches.length > 0 && one.matches.every(({ gateways }) => gateways.length > 0 && gateways.includes('mesh') === wanted)
  return only(route, true) && routes.some((other) => only(other, false))
}
