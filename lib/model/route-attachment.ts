import type { AllowedNamespaces, Cluster, Gateway, GatewayRoute, Listener } from './cluster'
import type { DoorProblem } from './door'
import { hostsIntersect } from './host-names'
import { serviceRef } from './names'
import { matchesSelector } from './selector'

type Parent = GatewayRoute['parents'][number]

/** One route at one of the parents it names. */
export type RouteAttachment = {
  readonly route: GatewayRoute
  readonly parent: Parent
  /** The Gateway in the end, also of a ListenerSet; null for a Service (mesh) and for a parent that does not exist. */
  readonly gateway: Gateway | null
  /** Listeners that take the route. */
  readonly listeners: readonly Listener[]
  readonly accepted: boolean
  /** True when no controller has answered, and the answer is ours. */
  readonly predicted: boolean
  readonly problems: readonly DoorProblem[]
}

/** Kinds that a listener takes when it does not list them. Unknown protocols are a controller's own: any kind. */
const KINDS_BY_PROTOCOL: ReadonlyMap<string, readonly string[]> = new Map([
  ['HTTP', ['HTTPRoute', 'GRPCRoute']],
  ['HTTPS', ['HTTPRoute', 'GRPCRoute']],
  ['TLS', ['TLSRoute', 'TCPRoute']],
  ['TCP', ['TCPRoute']],
  ['UDP', ['UDPRoute']],
])

/** Attaches every route to its parents: as its status says where a controller has answered, else as the rules of the Gateway API predict. */
export function attachRoutes(cluster: Cluster): readonly RouteAttachment[] {
  return cluster.routes.flatMap((route) => route.parents.map((parent) => attach(cluster, route, parent)))
}

function attach(cluster: Cluster, route: GatewayRoute, parent: Parent): RouteAttachment {
  if (parent.kind === 'Service') {
    const exists = cluster.services.has(serviceRef(parent.namespace, parent.name))
    return settle(
      route,
      parent,
      null,
      [],
      exists ? null : { code: 'parent-missing', text: `Service ${parent.namespace}/${parent.name} does not exist` },
    )
  }
  const found = findListeners(cluster, parent)
  if ('missing' in found) return settle(route, parent, null, [], { code: 'parent-missing', text: found.missing })

  const named = found.listeners.filter(
    (listener) =>
      (parent.sectionName === null || listener.name === parent.sectionName) && (parent.port === null || listener.port === parent.port),
  )
  const ofKind = named.filter((listener) => takesKind(listener, route.kind))
  const open = ofKind.filter((listener) => allows(cluster, listener.allowedRoutes, found.namespace, route.namespace))
  const meeting = open.filter(
    (listener) => route.hostnames.length === 0 || route.hostnames.some((host) => hostsIntersect(listener.hostname, host)),
  )
  const refusal =
    meeting.length > 0
      ? null
      : named.length === 0
        ? 'it has no such listener (NoMatchingParent)'
        : open.length === 0
          ? 'its listeners do not admit this kind of route from this namespace (NotAllowedByListeners)'
          : 'no listener has a host name in common with it (NoMatchingListenerHostname)'
  return settle(
    route,
    parent,
    found.gateway,
    meeting,
    refusal === null ? null : { code: 'route-not-accepted', text: `${parent.kind} ${parent.namespace}/${parent.name}: ${refusal}` },
  )
}

/** Lets what the controller said overrule the prediction. */
function settle(
  route: GatewayRoute,
  parent: Parent,
  gateway: Gateway | null,
  listeners: readonly Listener[],
  refusal: { readonly code: DoorProblem['code']; readonly text: string } | null,
): RouteAttachment {
  const { kind, namespace, name, sectionName } = parent
  const stated = route.status.find(
    (status) =>
      status.accepted !== null &&
      status.parent.kind === kind &&
      status.parent.namespace === namespace &&
      status.parent.name === name &&
      status.parent.sectionName === sectionName,
  )?.accepted
  const title = `${route.kind} ${route.namespace}/${route.name}`
  if (stated) {
    const message = `${title} is not accepted by ${kind} ${namespace}/${name}: ${stated.reason}`
    return {
      route,
      parent,
      gateway,
      // A controller may go by rules that we do not know; what it accepted is attached somewhere.
      listeners: stated.ok && listeners.length === 0 ? (gateway?.listeners ?? []) : stated.ok ? listeners : [],
      accepted: stated.ok,
      predicted: false,
      problems: stated.ok ? [] : [{ code: 'route-not-accepted', severity: 'error', message, predicted: false }],
    }
  }
  return {
    route,
    parent,
    gateway,
    listeners,
    accepted: refusal === null,
    predicted: true,
    problems: refusal === null ? [] : [{ code: refusal.code, severity: 'error', message: `${title}: ${refusal.text}`, predicted: true }],
  }
}

type FoundListeners = { readonly gateway: Gateway; readonly namespace: string; readonly listeners: readonly Listener[] }

function findListeners(cluster: Cluster, parent: Parent): FoundListeners | { readonly missing: string } {
  const place = `${parent.namespace}/${parent.name}`
  if (parent.kind === 'Gateway') {
    const gateway = cluster.gateways.get(place)
    return gateway === undefined
      ? { missing: `Gateway ${place} does not exist` }
      : { gateway, namespace: gateway.namespace, listeners: gateway.listeners }
  }
  if (parent.kind !== 'ListenerSet') return { missing: `a ${parent.kind} as the parent of a route is not known` }
  const set = cluster.listenerSets.find((candidate) => candidate.namespace === parent.namespace && candidate.name === parent.name)
  if (set === undefined) return { missing: `ListenerSet ${place} does not exist` }
  const gateway = cluster.gateways.get(`${set.gateway.namespace}/${set.gateway.name}`)
  if (gateway === undefined)
    return { missing: `Gateway ${set.gateway.namespace}/${set.gateway.name} of ListenerSet ${place} does not exist` }
  if (!allows(cluster, gateway.allowedListeners, gateway.namespace, set.namespace)) {
    return { missing: `Gateway ${gateway.namespace}/${gateway.name} does not admit ListenerSet ${place}` }
  }
  return { gateway, namespace: set.namespace, listeners: set.listeners }
}

function takesKind(listener: Listener, kind: string): boolean {
  if (listener.allowedKinds.length > 0) return listener.allowedKinds.includes(kind)
  return KINDS_BY_PROTOCOL.get(listener.protocol)?.includes(kind) ?? true
}

function allows(cluster: Cluster, allowed: AllowedNamespaces, own: string, other: string): boolean {
  switch (allowed.from) {
    case 'All':
      return true
    case 'Same':
      return own === other
    case 'None':
      return false
    case 'Selector': {
      const labels = cluster.namespaces.get(other)?.labels
      return allowed.selector !== null && labels !== undefined && matchesSelector(allowed.selector, labels)
    }
  }
}
