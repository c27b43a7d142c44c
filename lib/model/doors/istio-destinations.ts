import type { Cluster, Service } from '../cluster'
import type { DoorProblem } from '../door'
import { entryIndex } from '../entry/entry-index'
import type { DestinationRule, IstioDestination, VirtualService } from '../entry/istio-objects'
import type { ServiceRef } from '../names'
import { labelsSelector, matchesSelector } from '../selector'
import { deadPort } from '../service-backend'
import { serviceEndpoints } from '../service-endpoints'
import type { Place } from './door-draft'
import { type IstioHost, istioHost } from './istio-hosts'

/** Where one destination of a VirtualService leads. */
export type DestinationEnd = {
  readonly host: IstioHost
  readonly service: Service | null
  readonly port: number | null
  readonly works: boolean
  readonly problems: readonly DoorProblem[]
}

/** Follows a destination: its host, its port and its subset, as a DestinationRule has it. */
export function followDestination(cluster: Cluster, from: VirtualService, destination: IstioDestination): DestinationEnd {
  const host = istioHost(cluster, destination.host, from.namespace)
  const at = (key: string, value: string | null): Place => ({ meta: from.meta, path: [...destination.path, key], value })
  const problems: DoorProblem[] = []
  const state = (code: DoorProblem['code'], message: string, place: Place): void => {
    problems.push({ code, severity: 'error', message, predicted: true, at: place })
  }
  const title = `VirtualService ${from.namespace}/${from.name}`
  if (host.kind === 'missing' && !cluster.unread.has('/Service')) {
    state('destination-missing', `${title} sends requests to ${host.name}, which does not exist`, at('host', destination.host))
  }
  if (host.kind === 'undeclared' && !cluster.unread.has('networking.istio.io/ServiceEntry')) {
    state('destination-missing', `${title} sends requests to ${host.name}, which no ServiceEntry declares`, at('host', destination.host))
  }
  const service = host.kind === 'service' ? (cluster.services.get(host.service) ?? null) : null
  const port = service?.ports.find((candidate) => destination.port === null || candidate.port === destination.port) ?? null
  if (service !== null && port === null && destination.port !== null && service.type !== 'ExternalName') {
    const message = `${title} sends requests to port ${destination.port} of Service ${service.namespace}/${service.name}, which has no such port`
    state('destination-missing', message, at('port', String(destination.port)))
  }
  if (service !== null && port !== null) {
    const dead = deadPort(cluster, service, port, at('host', destination.host))
    if (dead !== null) problems.push(dead)
  }
  if (service !== null && destination.subset !== null)
    problems.push(...checkSubset(cluster, service, destination.subset, title, at('subset', destination.subset)))
  const isLost = host.kind === 'missing' || host.kind === 'undeclared'
  return { host, service, port: port?.port ?? destination.port, works: !isLost && problems.length === 0, problems }
}

function checkSubset(cluster: Cluster, service: Service, name: string, title: string, at: Place): readonly DoorProblem[] {
  const make = (message: string): DoorProblem => ({ code: 'destination-missing', severity: 'error', message, predicted: true, at })
  const place = `Service ${service.namespace}/${service.name}`
  const subset = rulesFor(cluster, service)
    .flatMap(({ subsets }) => subsets)
    .find((candidate) => candidate.name === name)
  if (subset === undefined) {
    if (cluster.unread.has('networking.istio.io/DestinationRule')) return []
    return [make(`${title} sends requests to the subset ${name} of ${place}, which no DestinationRule defines`)]
  }
  return hasSubsetPods(cluster, service, subset.labels)
    ? []
    : [make(`${title} sends requests to the subset ${name} of ${place}, which no pod is in`)]
}

/** DestinationRules about a Service, in whatever namespace they stand. */
function rulesFor(cluster: Cluster, service: Service): readonly DestinationRule[] {
  let known = rulesByService.get(cluster)
  if (known === undefined) {
    known = new Map()
    for (const rule of entryIndex(cluster).all('DestinationRule')) {
      const end = istioHost(cluster, rule.host, rule.namespace)
      if (end.kind === 'service') known.set(end.service, [...(known.get(end.service) ?? []), rule])
    }
    rulesByService.set(cluster, known)
  }
  return known.get(service.ref) ?? []
}

const rulesByService = new WeakMap<Cluster, Map<ServiceRef, readonly DestinationRule[]>>()

/** Whether some pod behind a Service has the labels of a subset; also when nobody can tell. */
export function hasSubsetPods(cluster: Cluster, service: Service, labels: DestinationRule['subsets'][number]['labels']): boolean {
  if (cluster.unread.has('/Pod')) return true
  const wanted = labelsSelector(labels)
  const endpoints = serviceEndpoints(cluster, service)
  // Of a Service without any pods the lack of pods is the fault, not the subset.
  if (endpoints.length === 0) return true
  return endpoints.some(({ pod }) => {
    const found = pod === null ? undefined : cluster.pods.get(pod)
    return found !== undefined && matchesSelector(wanted, found.labels)
  })
}
