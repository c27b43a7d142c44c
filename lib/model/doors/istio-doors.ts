import type { Cluster, Pod } from '../cluster'
import { type Door, type DoorPort, type DoorRule, PREDICTED } from '../door'
import { entryIndex } from '../entry/entry-index'
import type { IstioDestination, IstioGateway, IstioRoute, VirtualService } from '../entry/istio-objects'
import { isSecretMissing } from '../secret-presence'
import { addServiceTarget } from './add-service-target'
import { DoorDraft, type Place } from './door-draft'
import { followDestination } from './istio-destinations'
import { isEgressGateway, isForGateway, proxiesOf, servicesOfProxies, sharedHosts, virtualServicesOf } from './istio-gateways'

/** One door per Gateway of Istio that is entered from outside, with the VirtualServices that name it. */
export function istioDoors(cluster: Cluster): readonly Door[] {
  return entryIndex(cluster)
    .all('IstioGateway')
    .filter((gateway) => !isEgressGateway(cluster, gateway))
    .map((gateway) => istioDoor(cluster, gateway))
}

function istioDoor(cluster: Cluster, gateway: IstioGateway): Door {
  const { meta, namespace, name, servers } = gateway
  const draft = new DoorDraft()
  const proxies = proxiesOf(cluster, gateway)
  checkProxies(cluster, gateway, draft)
  servers.forEach(({ credential }, index) => {
    const at: Place = { meta, path: ['spec', 'servers', index, 'tls', 'credentialName'], value: credential }
    for (const place of new Set(proxies.map((pod) => `${pod.namespace}/${credential}`))) {
      if (credential !== null && isSecretMissing(cluster, place)) {
        draft.problem(
          'secret-missing',
          'error',
          `certificate secret ${place} is not there; it belongs into the namespace of the proxies`,
          at,
        )
      }
    }
  })
  const attached = virtualServicesOf(cluster, gateway)
  for (const service of attached) addVirtualService(cluster, gateway, service, draft)
  const shared = attached.some((service) => servers.some((server) => sharedHosts(gateway, server, service).length > 0))
  if (!shared && !cluster.unread.has('networking.istio.io/VirtualService')) {
    draft.problem('no-routes', 'warning', `no VirtualService uses Gateway ${namespace}/${name}`, {
      meta,
      path: ['spec', 'servers'],
      value: null,
    })
  }
  const services = servicesOfProxies(cluster, gateway)
  return draft.finish({
    id: `IstioGateway:${namespace}/${name}`,
    kind: 'IstioGateway',
    namespace,
    name,
    meta,
    className: null,
    addresses: [
      ...new Set(
        services.flatMap((service) => [
          ...service.loadBalancer.ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
          ...service.externalIps,
        ]),
      ),
    ],
    ports: servers.flatMap(doorPort),
    hosts: [...new Set(servers.flatMap(({ hosts }) => hosts.flatMap(({ host }) => (host === '*' ? [] : host))))],
    facts: [
      { name: 'proxies', value: [...new Set(proxies.map((pod) => nameOf(cluster, pod)))].join(', ') || 'none' },
      ...servers.flatMap(({ tlsMode }) => (tlsMode === null ? [] : { name: 'TLS mode', value: tlsMode })),
    ],
    standing: PREDICTED,
  })
}

function nameOf(cluster: Cluster, { namespace, name, workload }: Pod): string {
  return `${namespace}/${cluster.workloads.get(workload)?.name ?? name}`
}

/** A Gateway whose selector picks no proxy is served by nobody. */
export function checkProxies(cluster: Cluster, gateway: IstioGateway, draft: DoorDraft): void {
  const { meta, namespace, name, selector } = gateway
  if (selector.size === 0 || cluster.unread.has('/Pod') || proxiesOf(cluster, gateway).length > 0) return
  const labels = [...selector].map(([key, value]) => `${key}=${value}`).join(', ')
  const message = `no pod has the labels ${labels} that Gateway ${namespace}/${name} selects: nobody serves it`
  draft.problem('gateway-without-pods', 'error', message, { meta, path: ['spec', 'selector'], value: labels })
}

function doorPort({ port, protocol, tlsMode, name }: IstioGateway['servers'][number]): readonly DoorPort[] {
  if (port === null) return []
  return [{ port, protocol: protocol === 'UDP' ? 'UDP' : 'TCP', tls: tlsMode !== null || protocol === 'HTTPS' || protocol === 'TLS', name }]
}

function addVirtualService(cluster: Cluster, gateway: IstioGateway, service: VirtualService, draft: DoorDraft): void {
  for (const server of gateway.servers) {
    const hosts = sharedHosts(gateway, server, service)
    const tls = doorPort(server).some((port) => port.tls)
    for (const route of service.routes) {
      if (!isForGateway(route, service, gateway)) continue
      const ports = route.matches.flatMap(({ port }) => port ?? [])
      if (ports.length > 0 && server.port !== null && !ports.includes(server.port)) continue
      for (const host of hosts) addRoute(cluster, service, route, { host: host === '*' ? null : host, tls }, draft)
    }
  }
}

function addRoute(
  cluster: Cluster,
  service: VirtualService,
  route: IstioRoute,
  { host, tls }: Pick<DoorRule, 'host' | 'tls'>,
  draft: DoorDraft,
): void {
  const texts = route.matches.map(({ text }) => text)
  const base = { host, tls, route: `VirtualService:${service.namespace}/${service.name}`, note: '', works: true } as const
  for (const path of texts.length > 0 ? texts : ['']) {
    const rule = { ...base, path: path === '' ? null : path }
    if (route.answer !== null) draft.target({ ...rule, kind: 'answer', text: route.answer, weight: 1, role: 'backend' })
    for (const destination of route.destinations)
      addDestination(cluster, service, destination, { ...rule, weight: destination.weight, role: 'backend' }, draft)
    for (const mirror of route.mirrors) addDestination(cluster, service, mirror, { ...rule, weight: 1, role: 'mirror' }, draft)
    if (route.delegate !== null) addDelegate(cluster, service, route, rule, draft)
  }
}

function addDelegate(
  cluster: Cluster,
  service: VirtualService,
  { delegate, path }: IstioRoute,
  rule: Pick<DoorRule, 'host' | 'tls'>,
  draft: DoorDraft,
): void {
  if (delegate === null) return
  const found = entryIndex(cluster).get('VirtualService', delegate.namespace, delegate.name)
  if (found === null) {
    const at: Place = { meta: service.meta, path: [...path, 'delegate'], value: `${delegate.namespace}/${delegate.name}` }
    draft.problem('destination-missing', 'error', `VirtualService ${delegate.namespace}/${delegate.name} does not exist`, at)
    return
  }
  // A delegate delegates no further.
  for (const route of found.routes) addRoute(cluster, found, { ...route, delegate: null }, rule, draft)
}

function addDestination(cluster: Cluster, from: VirtualService, destination: IstioDestination, rule: DoorRule, draft: DoorDraft): void {
  if (!draft.follows()) return
  const { host, service, port, works, problems } = followDestination(cluster, from, destination)
  for (const problem of problems) draft.add(problem)
  const note = destination.subset === null ? '' : `subset ${destination.subset}`
  const end = { ...rule, note, works: works && rule.weight > 0 }
  if (service !== null) addServiceTarget(cluster, draft, end, service.ref, port)
  else if (host.kind === 'missing') draft.target({ ...end, kind: 'other', apiGroup: null, resourceKind: 'Service', name: host.name })
  else draft.target({ ...end, kind: 'external', name: host.kind === 'service' ? destination.host : host.name, port })
}
