import type { Cluster, Gateway, GatewayRoute, Listener } from './cluster'
import type { Door, DoorPort, DoorProblem, DoorTarget } from './door'
import { serviceRef } from './names'
import { isReferencePermitted } from './reference-grants'
import type { RouteAttachment } from './route-attachment'
import { attachRoutes } from './route-attachment'
import { isSecretMissing } from './secret-presence'
import { resolveServiceBackend } from './service-backend'

/** A listener and the namespace of the object that states it. */
type HeldListener = { readonly listener: Listener; readonly namespace: string }

/** Hosts times paths times backends is unbounded in a manifest that no API server has checked. */
export const MAX_TARGETS_PER_DOOR = 2_000

const GATEWAY_GROUP = 'gateway.networking.k8s.io'

/** One door per Gateway, with the listeners and routes attached to it. Routes of a mesh (parent Service) open no door. */
export function gatewayDoors(cluster: Cluster): readonly Door[] {
  const attachments = attachRoutes(cluster)
  return [...cluster.gateways.values()].map((gateway) =>
    gatewayDoor(
      cluster,
      gateway,
      attachments.filter((attachment) => attachment.gateway === gateway),
    ),
  )
}

function gatewayDoor(cluster: Cluster, gateway: Gateway, attachments: readonly RouteAttachment[]): Door {
  const problems: DoorProblem[] = []
  const add = (problem: DoorProblem): void => {
    if (!problems.some((known) => known.message === problem.message)) problems.push(problem)
  }
  const held: HeldListener[] = gateway.listeners.map((listener) => ({ listener, namespace: gateway.namespace }))
  for (const set of cluster.listenerSets) {
    if (set.gateway.namespace !== gateway.namespace || set.gateway.name !== gateway.name) continue
    for (const listener of set.listeners) held.push({ listener, namespace: set.namespace })
  }
  const listeners = held.map(({ listener }) => listener)
  if (!cluster.gatewayClasses.has(gateway.className)) add(warning('class-missing', `GatewayClass ${gateway.className} does not exist`))
  for (const problem of listenerProblems(cluster, held)) add(problem)

  const targets: DoorTarget[] = []
  let hidden = 0
  for (const attachment of attachments) {
    attachment.problems.forEach(add)
    if (!attachment.accepted) continue
    for (const target of routeTargets(cluster, attachment, add)) {
      if (targets.length < MAX_TARGETS_PER_DOOR) targets.push(target)
      else hidden++
    }
  }
  if (!attachments.some((attachment) => attachment.accepted)) add(warning('no-routes', 'no route is attached'))
  return {
    id: `Gateway:${gateway.namespace}/${gateway.name}`,
    kind: 'Gateway',
    namespace: gateway.namespace,
    name: gateway.name,
    className: gateway.className,
    addresses: gateway.addresses,
    ports: listeners.map(doorPort),
    hosts: [...new Set(listeners.flatMap((listener) => listener.hostname ?? []))],
    targets,
    facts: hidden > 0 ? [{ name: 'targets that are not listed', value: String(hidden) }] : [],
    problems,
  }
}

/** Targets of one attached route; a route without host names takes those of its listeners. */
function* routeTargets(
  cluster: Cluster,
  { route, listeners, predicted }: RouteAttachment,
  add: (problem: DoorProblem) => void,
): Iterable<DoorTarget> {
  const tls = listeners.some((listener) => doorPort(listener).tls)
  const hosts = route.hostnames.length > 0 ? route.hostnames : listeners.flatMap((listener) => listener.hostname ?? [])
  const name = `${route.kind}:${route.namespace}/${route.name}`
  for (const rule of route.rules) {
    if (rule.backends.length > 0 && rule.backends.every((backend) => backend.weight === 0)) {
      add(warning('no-weight', `every backend of a rule of ${route.kind} ${route.namespace}/${route.name} has weight 0`))
    }
    for (const backend of rule.backends) {
      const { port, problems } = checkBackend(cluster, route, backend, predicted)
      problems.forEach(add)
      const service = serviceRef(backend.namespace, backend.name)
      const works = problems.length === 0 && backend.weight > 0
      for (const host of hosts.length > 0 ? hosts : [null]) {
        for (const path of rule.matches.length > 0 ? rule.matches : [null]) {
          if (backend.kind === 'Service')
            yield { kind: 'service', service, port, host, path, tls, route: name, weight: backend.weight, works }
          else yield { kind: 'other', apiGroup: null, resourceKind: backend.kind, name: backend.name, host, path }
        }
      }
    }
  }
}

type Backend = GatewayRoute['rules'][number]['backends'][number]

function checkBackend(
  cluster: Cluster,
  route: GatewayRoute,
  backend: Backend,
  predicted: boolean,
): { readonly port: number | null; readonly problems: readonly DoorProblem[] } {
  if (backend.kind !== 'Service') return { port: null, problems: [] }
  const permitted = isReferencePermitted(cluster, {
    fromGroup: GATEWAY_GROUP,
    fromKind: route.kind,
    fromNamespace: route.namespace,
    toGroup: '',
    toKind: 'Service',
    toNamespace: backend.namespace,
    toName: backend.name,
  })
  const { port, problems } = resolveServiceBackend(cluster, serviceRef(backend.namespace, backend.name), backend.port)
  if (permitted) return { port: port?.port ?? null, problems }
  const message = `${route.kind} ${route.namespace}/${route.name} may not refer to Service ${backend.namespace}/${backend.name}: no ReferenceGrant there admits it`
  return { port: port?.port ?? null, problems: [{ code: 'reference-not-permitted', severity: 'error', message, predicted }, ...problems] }
}

function* listenerProblems(cluster: Cluster, held: readonly HeldListener[]): Iterable<DoorProblem> {
  const seen = new Map<string, string>()
  for (const { listener, namespace } of held) {
    const key = JSON.stringify([listener.port, listener.hostname, transportOf(listener)])
    const other = seen.get(key)
    if (other !== undefined) yield warning('rule-conflict', `listeners ${other} and ${listener.name} have the same port and host name`)
    seen.set(key, listener.name)
    for (const certificate of listener.certificates) {
      const place = certificate.includes('/') ? certificate : `${namespace}/${certificate}`
      if (isSecretMissing(cluster, place))
        yield warning('secret-missing', `certificate secret ${place} of listener ${listener.name} is not there`)
    }
  }
}

function doorPort(listener: Listener): DoorPort {
  const tls = listener.tlsMode !== null || listener.protocol === 'HTTPS' || listener.protocol === 'TLS'
  return { port: listener.port, protocol: transportOf(listener), tls, name: listener.name }
}

function transportOf(listener: Listener): DoorPort['protocol'] {
  return listener.protocol === 'UDP' ? 'UDP' : 'TCP'
}

function warning(code: DoorProblem['code'], message: string): DoorProblem {
  return { code, severity: 'warning', message, predicted: false }
}
