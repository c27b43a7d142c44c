import type { Cluster, Pod } from '../cluster'
import { DoorDraft, type Place } from '../doors/door-draft'
import { followDestination } from '../doors/istio-destinations'
import { isEgressGateway, isForGateway, isForMesh, proxiesOf, servicesOfProxies, virtualServicesOf } from '../doors/istio-gateways'
import { entryIndex } from '../entry/entry-index'
import type { IstioGateway, VirtualService } from '../entry/istio-objects'
import { leavesByItself, workloadsOf } from './egress-pods'
import { ANYTHING, distinctDestinations, type EgressDestination, type EgressWay, egressWay } from './egress-way'

/** Gateways of Istio that lead out: sidecars send to them by one half of a VirtualService, the other half leads on. */
export function istioEgress(cluster: Cluster): readonly EgressWay[] {
  return entryIndex(cluster)
    .all('IstioGateway')
    .filter((gateway) => isEgressGateway(cluster, gateway))
    .map((gateway) => istioWay(cluster, gateway))
}

function istioWay(cluster: Cluster, gateway: IstioGateway): EgressWay {
  const { meta, namespace, name, servers } = gateway
  const draft = new DoorDraft()
  const proxies = proxiesOf(cluster, gateway)
  const services = virtualServicesOf(cluster, gateway)
  const title = `egress gateway ${namespace}/${name}`
  if (proxies.length === 0 && !cluster.unread.has('/Pod')) {
    const labels = [...gateway.selector].map(([key, value]) => `${key}=${value}`).join(', ')
    const message = `${title} has no pods: nothing has the labels ${labels}`
    draft.problem('half-missing', 'warning', message, { meta, path: ['spec', 'selector'], value: labels })
  }
  const destinations: EgressDestination[] = []
  for (const service of services) destinations.push(...checkHalves(cluster, gateway, service, draft))
  if (services.length === 0 && !cluster.unread.has('networking.istio.io/VirtualService')) {
    const hosts = servers.flatMap((server) => server.hosts.map(({ host }) => host)).join(', ')
    const message = `no VirtualService leads to ${title}, so nothing that goes to ${hosts} passes it`
    draft.problem('half-missing', 'warning', message, { meta, path: ['spec', 'servers'], value: hosts })
  }
  const sources = meshedPods(cluster, services)
  return egressWay(meta, 'Istio', sources, draft, {
    id: `IstioGateway:${namespace}/${name}`,
    kind: 'IstioGateway',
    sources: workloadsOf(sources).filter((ref) => !proxies.some(({ workload }) => workload === ref)),
    machines: [...new Set(proxies.flatMap(({ nodeName }) => nodeName ?? []))],
    proxies: workloadsOf(proxies),
    destinations: distinctDestinations(destinations),
    facts: [
      { name: 'can be bypassed', value: 'yes, unless a NetworkPolicy closes direct egress' },
      { name: 'hosts that nobody declares', value: undeclaredHosts(cluster) },
    ],
  })
}

/** Where a VirtualService leads from a gateway; states the half that is not there. */
function checkHalves(cluster: Cluster, gateway: IstioGateway, service: VirtualService, draft: DoorDraft): readonly EgressDestination[] {
  const { meta, namespace, name, routes, hosts } = service
  const at = (key: string): Place => ({ meta, path: ['spec', key], value: hosts.join(', ') })
  const title = `VirtualService ${namespace}/${name}`
  const mine = new Set(servicesOfProxies(cluster, gateway).map(({ ref }) => ref))
  const inward = routes.filter((route) => isForMesh(route, service))
  const outward = routes.filter(
    (route) =>
      isForGateway(route, service, gateway) &&
      !route.destinations.some((destination) => {
        const end = followDestination(cluster, service, destination)
        return end.service !== null && mine.has(end.service.ref)
      }),
  )
  const [first] = inward
  const leads = inward.some(({ destinations }) =>
    destinations.some((destination) => {
      const { host, service: found } = followDestination(cluster, service, destination)
      // Without its pods nobody can tell which Service stands before the gateway.
      return host.kind === 'missing' || (found !== null && (mine.size === 0 || mine.has(found.ref)))
    }),
  )
  if (first === undefined || !leads) {
    draft.problem(
      'half-missing',
      'warning',
      `${title} has no route that sends what sidecars call to the egress gateway ${gateway.namespace}/${gateway.name}`,
      at('gateways'),
    )
  }
  const onward = outward.filter((route) => !isForMesh(route, service) || route.matches.length === 0)
  if (onward.length === 0) {
    draft.problem(
      'half-missing',
      'warning',
      `${title} has no route that leads on from the egress gateway ${gateway.namespace}/${gateway.name}`,
      at('http'),
    )
  }
  return onward.flatMap(({ destinations }) =>
    destinations.map((destination): EgressDestination => {
      const end = followDestination(cluster, service, destination)
      if (end.host.kind === 'undeclared' && !cluster.unread.has('networking.istio.io/ServiceEntry')) {
        const place: Place = { meta, path: [...destination.path, 'host'], value: destination.host }
        draft.problem(
          'half-missing',
          'warning',
          `no ServiceEntry declares ${destination.host}, to which ${title} leads: the gateway does not know it`,
          place,
        )
      }
      return { ...ANYTHING, kind: 'name', text: destination.host, port: destination.port, note: '', works: end.works }
    }),
  )
}

/** Pods with a sidecar; where none is known to have one, those of the namespaces whose VirtualServices lead to the gateway. */
function meshedPods(cluster: Cluster, services: readonly VirtualService[]): readonly Pod[] {
  const namespaces = new Set(services.map(({ namespace }) => namespace))
  const alive = [...cluster.pods.values()].filter(leavesByItself)
  const meshed = alive.filter(({ containers, namespace }) => {
    const isInjected = cluster.namespaces.get(namespace)?.labels.get('istio-injection') === 'enabled'
    return isInjected || containers.some(({ name }) => name === 'istio-proxy')
  })
  return meshed.length > 0 ? meshed : alive.filter(({ namespace }) => namespaces.has(namespace))
}

/** What sidecars do with hosts that no ServiceEntry declares. */
function undeclaredHosts(cluster: Cluster): string {
  const settings = cluster.settings.get('istio-system/istio')
  if (settings === undefined) return 'unknown: the configuration of the mesh is not seen'
  return settings.get('mesh outboundTrafficPolicy.mode') === 'REGISTRY_ONLY' ? 'are refused by sidecars' : 'are let through by sidecars'
}
