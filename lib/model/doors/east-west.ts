import type { Cluster } from '../cluster'
import type { DoorProblem } from '../door'
import { entryIndex } from '../entry/entry-index'
import type { ServiceEntry, VirtualService } from '../entry/istio-objects'
import type { ServiceRef } from '../names'
import { serviceRef } from '../names'
import { attachRoutes } from '../route-attachment'
import { resolveServiceBackend } from '../service-backend'
import { followDestination } from './istio-destinations'
import { isForMesh } from './istio-gateways'
import { istioHost } from './istio-hosts'

/** What calls to one Service inside the cluster are sent on to, by the mesh: declared, like every route. */
export type EastWestRoute = {
  /** What clients call: a Service, or a name outside that a ServiceEntry declares. */
  readonly from: { readonly kind: 'service'; readonly service: ServiceRef } | { readonly kind: 'entry'; readonly entry: ServiceEntry }
  readonly to: { readonly kind: 'service'; readonly service: ServiceRef } | { readonly kind: 'external'; readonly name: string }
  readonly port: number | null
  /** `HTTPRoute:NS/NAME`, `VirtualService:NS/NAME`, `TrafficSplit:NS/NAME`. */
  readonly route: string
  readonly weight: number
  /** Path and subset; empty for everything. */
  readonly note: string
  readonly works: boolean
}

type EastWest = { readonly routes: readonly EastWestRoute[]; readonly problems: readonly DoorProblem[] }

/** Routes of the mesh: routes of the Gateway API whose parent is a Service, VirtualServices of sidecars, traffic splits. */
export function eastWestRoutes(cluster: Cluster): readonly EastWestRoute[] {
  return resolve(cluster).routes
}

/** What is wrong with references of those routes. */
export function eastWestProblems(cluster: Cluster): readonly DoorProblem[] {
  return resolve(cluster).problems
}

const resolved = new WeakMap<Cluster, EastWest>()

function resolve(cluster: Cluster): EastWest {
  const known = resolved.get(cluster)
  if (known !== undefined) return known
  const parts = [ofGatewayApi(cluster), ofVirtualServices(cluster), ofTrafficSplits(cluster)]
  const made = { routes: parts.flatMap(({ routes }) => routes), problems: parts.flatMap(({ problems }) => problems) }
  resolved.set(cluster, made)
  return made
}

function ofGatewayApi(cluster: Cluster): EastWest {
  const routes: EastWestRoute[] = []
  const problems: DoorProblem[] = []
  for (const { route, parent, accepted, isResolved } of attachRoutes(cluster)) {
    const from = parentOf(cluster, parent)
    if (from === null || !accepted) continue
    const name = `${route.kind}:${route.namespace}/${route.name}`
    for (const rule of route.rules) {
      const note = rule.matches.join(', ')
      for (const backend of rule.backends) {
        const { weight, port } = backend
        const base = { from, route: name, weight, note }
        if (backend.kind === 'Hostname') routes.push({ ...base, to: { kind: 'external', name: backend.name }, port, works: weight > 0 })
        if (backend.kind !== 'Service') continue
        const service = serviceRef(backend.namespace, backend.name)
        const at = { meta: route.meta, path: backend.at, value: `${backend.namespace}/${backend.name}` }
        const found = resolveServiceBackend(cluster, service, port, at)
        if (!isResolved) problems.push(...found.problems)
        routes.push({
          ...base,
          to: { kind: 'service', service },
          port: found.port?.port ?? port,
          works: found.problems.length === 0 && weight > 0,
        })
      }
    }
  }
  return { routes, problems }
}

function parentOf(
  cluster: Cluster,
  { kind, namespace, name }: { kind: string; namespace: string; name: string },
): EastWestRoute['from'] | null {
  if (kind === 'Service') return { kind: 'service', service: serviceRef(namespace, name) }
  const entry = kind === 'ServiceEntry' ? entryIndex(cluster).get('ServiceEntry', namespace, name) : null
  return entry === null ? null : { kind: 'entry', entry }
}

function ofVirtualServices(cluster: Cluster): EastWest {
  const routes: EastWestRoute[] = []
  const problems: DoorProblem[] = []
  for (const service of entryIndex(cluster).all('VirtualService')) {
    for (const from of hostsOf(cluster, service)) {
      for (const route of service.routes) {
        if (!isForMesh(route, service)) continue
        const path = route.matches.map(({ text }) => text).filter((text) => text !== '')
        for (const destination of route.destinations) {
          const end = followDestination(cluster, service, destination)
          problems.push(...end.problems.filter(({ code }) => code !== 'no-ready-endpoints'))
          const subset = destination.subset === null ? [] : [`subset ${destination.subset}`]
          const to =
            end.service === null
              ? { kind: 'external' as const, name: destination.host }
              : { kind: 'service' as const, service: end.service.ref }
          routes.push({
            from,
            to,
            port: end.port,
            route: `VirtualService:${service.namespace}/${service.name}`,
            weight: destination.weight,
            note: [...path, ...subset].join(', '),
            works: end.works && destination.weight > 0,
          })
        }
      }
    }
  }
  return { routes, problems }
}

function hostsOf(cluster: Cluster, service: VirtualService): readonly EastWestRoute['from'][] {
  return service.hosts.flatMap((name): readonly EastWestRoute['from'][] => {
    const host = istioHost(cluster, name, service.namespace)
    return host.kind === 'service' || host.kind === 'entry' ? [host] : []
  })
}

function ofTrafficSplits(cluster: Cluster): EastWest {
  const routes = entryIndex(cluster)
    .all('TrafficSplit')
    .flatMap(({ namespace, name, service, backends }) =>
      backends.map(
        (backend): EastWestRoute => ({
          from: { kind: 'service', service: serviceRef(namespace, service) },
          to: { kind: 'service', service: serviceRef(namespace, backend.service) },
          port: null,
          route: `TrafficSplit:${namespace}/${name}`,
          weight: backend.weight,
          note: '',
          works: cluster.services.has(serviceRef(namespace, backend.service)) && backend.weight > 0,
        }),
      ),
    )
  return { routes, problems: [] }
}
