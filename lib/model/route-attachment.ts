import type { Cluster, Gateway, GatewayRoute, Listener } from './cluster'
import type { DoorProblem } from './door'
import type { Place } from './doors/door-draft'
import { admits, admitsListenerSet } from './doors/listeners'
import { entryIndex } from './entry/entry-index'
import { hostsIntersect } from './host-names'
import { serviceRef } from './names'

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
  /** True when a controller found every reference of the route in order: our own reading need not be asked. */
  readonly isResolved: boolean
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
  const known = attachments.get(cluster)
  if (known !== undefined) return known
  const made = cluster.routes.flatMap((route) => route.parents.map((parent, index) => attach(cluster, route, parent, index)))
  attachments.set(cluster, made)
  return made
}

const attachments = new WeakMap<Cluster, readonly RouteAttachment[]>()

function attach(cluster: Cluster, route: GatewayRoute, parent: Parent, index: number): RouteAttachment {
  const at: Place = { meta: route.meta, path: ['spec', 'parentRefs', index], value: `${parent.namespace}/${parent.name}` }
  if (parent.kind === 'Service' || parent.kind === 'ServiceEntry') {
    const exists =
      parent.kind === 'Service'
        ? cluster.services.has(serviceRef(parent.namespace, parent.name)) || cluster.unread.has('/Service')
        : entryIndex(cluster).get('ServiceEntry', parent.namespace, parent.name) !== null ||
          cluster.unread.has('networking.istio.io/ServiceEntry')
    const text = `${parent.kind} ${parent.namespace}/${parent.name} does not exist`
    return settle(route, parent, null, [], exists ? null : { code: 'parent-missing', text }, at)
  }
  // A parent of another project, such as Linkerd's EgressNetwork: what it demands is not known here.
  if (parent.kind !== 'Gateway' && parent.kind !== 'ListenerSet') return settle(route, parent, null, [], null, at)
  const found = findListeners(cluster, parent)
  if ('missing' in found) {
    const isUnread = found.code === 'parent-missing' && cluster.unread.has(`gateway.networking.k8s.io/${parent.kind}`)
    return settle(route, parent, null, [], isUnread ? null : { code: found.code, text: found.missing }, at)
  }

  const named = found.listeners.filter(
    (listener) =>
      (parent.sectionName === null || listener.name === parent.sectionName) && (parent.port === null || listener.port === parent.port),
  )
  const ofKind = named.filter((listener) => takesKind(listener, route.kind))
  const open = ofKind.filter((listener) => admits(cluster, listener.allowedRoutes, found.namespace, route.namespace))
  const meeting = open.filter(
    (listener) => route.hostnames.length === 0 || route.hostnames.some((host) => hostsIntersect(listener.hostname, host)),
  )
  return settle(route, parent, found.gateway, meeting, refusalOf(parent, named, open, meeting), at)
}

type Refusal = { readonly code: DoorProblem['code']; readonly text: string }

function refusalOf(parent: Parent, named: readonly Listener[], open: readonly Listener[], meeting: readonly Listener[]): Refusal | null {
  if (meeting.length > 0) return null
  const place = `${parent.kind} ${parent.namespace}/${parent.name}`
  if (named.length === 0) return { code: 'route-not-accepted', text: `${place}: it has no such listener (NoMatchingParent)` }
  if (open.length === 0) {
    return {
      code: 'route-not-accepted',
      text: `${place}: its listeners do not admit this kind of route from this namespace (NotAllowedByListeners)`,
    }
  }
  return { code: 'host-not-shared', text: `${place}: no listener has a host name in common with it (NoMatchingListenerHostname)` }
}

/** Lets what the controller said overrule the prediction. */
function settle(
  route: GatewayRoute,
  parent: Parent,
  gateway: Gateway | null,
  listeners: readonly Listener[],
  refusal: Refusal | null,
  at: Place,
): RouteAttachment {
  const { kind, namespace, name, sectionName } = parent
  const status = route.status.find(
    (candidate) =>
      candidate.accepted !== null &&
      candidate.parent.kind === kind &&
      candidate.parent.namespace === namespace &&
      candidate.parent.name === name &&
      candidate.parent.sectionName === sectionName,
  )
  const title = `${route.kind} ${route.namespace}/${route.name}`
  const stated = status?.accepted
  if (status !== undefined && stated) {
    const problems: DoorProblem[] = []
    const state = (code: DoorProblem['code'], text: string): void => {
      problems.push({ code, severity: 'error', message: `${title} ${text}`, predicted: false, at })
    }
    if (!stated.ok) {
      const code = stated.reason === 'NoMatchingListenerHostname' ? 'host-not-shared' : 'route-not-accepted'
      state(code, `is not accepted by ${kind} ${namespace}/${name}: ${reasonOf(stated)}`)
    } else if (status.resolvedRefs?.ok === false) {
      state(
        codeOfReason(status.resolvedRefs.reason),
        `has a reference that ${kind} ${namespace}/${name} cannot follow: ${reasonOf(status.resolvedRefs)}`,
      )
    }
    return {
      route,
      parent,
      gateway,
      // A controller may go by rules that we do not know; what it accepted is attached somewhere.
      listeners: stated.ok && listeners.length === 0 ? (gateway?.listeners ?? []) : stated.ok ? listeners : [],
      accepted: stated.ok,
      predicted: false,
      isResolved: status.resolvedRefs?.ok === true,
      problems,
    }
  }
  return {
    route,
    parent,
    gateway,
    listeners,
    accepted: refusal === null,
    predicted: true,
    isResolved: false,
    problems:
      refusal === null ? [] : [{ code: refusal.code, severity: 'error', message: `${title}: ${refusal.text}`, predicted: true, at }],
  }
}

function reasonOf({ reason, message }: { readonly reason: string; readonly message: string }): string {
  return message === '' ? reason : `${reason} (${message})`
}

function codeOfReason(reason: string): DoorProblem['code'] {
  if (reason === 'RefNotPermitted') return 'reference-not-permitted'
  return reason === 'InvalidKind' || reason === 'UnsupportedProtocol' ? 'backend-unknown' : 'service-missing'
}

type FoundListeners = { readonly gateway: Gateway; readonly namespace: string; readonly listeners: readonly Listener[] }
type NotFound = { readonly missing: string; readonly code: DoorProblem['code'] }

function findListeners(cluster: Cluster, parent: Parent): FoundListeners | NotFound {
  const place = `${parent.namespace}/${parent.name}`
  const missing = (text: string): NotFound => ({ missing: text, code: 'parent-missing' })
  if (parent.kind === 'Gateway') {
    const gateway = cluster.gateways.get(place)
    return gateway === undefined
      ? missing(`Gateway ${place} does not exist`)
      : { gateway, namespace: gateway.namespace, listeners: gateway.listeners }
  }
  const set = cluster.listenerSets.find((candidate) => candidate.namespace === parent.namespace && candidate.name === parent.name)
  if (set === undefined) return missing(`ListenerSet ${place} does not exist`)
  const gateway = cluster.gateways.get(`${set.gateway.namespace}/${set.gateway.name}`)
  if (gateway === undefined) return missing(`Gateway ${set.gateway.namespace}/${set.gateway.name} of ListenerSet ${place} does not exist`)
  if (!admitsListenerSet(cluster, gateway, set)) {
    const text = `Gateway ${gateway.namespace}/${gateway.name} does not admit ListenerSet ${place}`
    return { missing: text, code: 'route-not-accepted' }
  }
  return { gateway, namespace: set.namespace, listeners: set.listeners }
}

function takesKind(listener: Listener, kind: string): boolean {
  if (listener.allowedKinds.length > 0) return listener.allowedKinds.includes(kind)
  return KINDS_BY_PROTOCOL.get(listener.protocol)?.includes(kind) ?? true
}
