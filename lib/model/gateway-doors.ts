import type { Cluster, Gateway, GatewayRoute, RouteBackend } from './cluster'
import { type Door, type DoorRule, type DoorStanding, PREDICTED } from './door'
import { addServiceTarget } from './doors/add-service-target'
import { DoorDraft, type Place } from './doors/door-draft'
import { leadsOutOfCluster } from './doors/egress-listeners'
import { checkGatewayClass, checkListeners } from './doors/gateway-problems'
import { listenerPort, listenersOf } from './doors/listeners'
import { entryIndex } from './entry/entry-index'
import { serviceRef } from './names'
import { isReferencePermitted } from './reference-grants'
import { attachRoutes, type RouteAttachment } from './route-attachment'
import { resolveServiceBackend } from './service-backend'

const GATEWAY_GROUP = 'gateway.networking.k8s.io'

/**
 * One door per Gateway that is entered from outside, with the listeners and routes attached to it. Routes of a mesh (parent
 * Service), waypoints and gateways that lead out of the cluster open no door.
 */
export function gatewayDoors(cluster: Cluster): readonly Door[] {
  const attachments = attachRoutes(cluster)
  return [...cluster.gateways.values()].flatMap((gateway) => {
    const own = attachments.filter((attachment) => attachment.gateway === gateway)
    return isWaypoint(gateway) || leadsOutOfCluster(own) ? [] : [gatewayDoor(cluster, gateway, own)]
  })
}

/** A waypoint takes what the mesh sends on inside the cluster. */
function isWaypoint({ className, listeners }: Gateway): boolean {
  return className.endsWith('-waypoint') || (listeners.length > 0 && listeners.every(({ protocol }) => protocol === 'HBONE'))
}

function gatewayDoor(cluster: Cluster, gateway: Gateway, attachments: readonly RouteAttachment[]): Door {
  const draft = new DoorDraft()
  const held = listenersOf(cluster, gateway)
  const listeners = held.map(({ listener }) => listener)
  const { meta, status } = gateway
  checkGatewayClass(cluster, gateway, draft)
  checkListeners(cluster, gateway, held, draft)
  for (const attachment of attachments) {
    for (const problem of attachment.problems) draft.add(problem)
    if (attachment.accepted) addTargets(cluster, attachment, draft)
  }
  const isAttached =
    attachments.some((attachment) => attachment.accepted) || status.listeners.some(({ attachedRoutes }) => (attachedRoutes ?? 0) > 0)
  if (!isAttached && !hasUnreadRoutes(cluster)) {
    draft.problem('no-routes', 'warning', `no route is attached to Gateway ${gateway.namespace}/${gateway.name}`, {
      meta,
      path: ['spec', 'listeners'],
      value: null,
    })
  }
  return draft.finish({
    id: `Gateway:${gateway.namespace}/${gateway.name}`,
    kind: 'Gateway',
    namespace: gateway.namespace,
    name: gateway.name,
    meta,
    className: gateway.className,
    addresses: gateway.addresses,
    ports: listeners.map(listenerPort),
    hosts: [...new Set(listeners.flatMap((listener) => listener.hostname ?? []))],
    facts: [],
    standing: standingOf(gateway),
  })
}

function standingOf({ status: { accepted, programmed } }: Gateway): DoorStanding {
  const condition = accepted?.ok === false ? accepted : (programmed ?? accepted)
  if (condition === null) return PREDICTED
  const word = condition === programmed ? 'programmed' : 'accepted'
  const text = condition.ok ? word : `not ${word}: ${condition.reason}${condition.message === '' ? '' : ` (${condition.message})`}`
  return { by: 'status', isOpen: condition.ok, text }
}

function hasUnreadRoutes(cluster: Cluster): boolean {
  return ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].some((kind) => cluster.unread.has(`${GATEWAY_GROUP}/${kind}`))
}

/** Targets of one attached route; a route without host names takes those of its listeners. */
function addTargets(cluster: Cluster, attachment: RouteAttachment, draft: DoorDraft): void {
  const { route, listeners } = attachment
  const tls = listeners.some((listener) => listenerPort(listener).tls)
  const ownHosts = route.hostnames.length > 0 ? route.hostnames : listeners.flatMap((listener) => listener.hostname ?? [])
  const hosts = ownHosts.length > 0 ? ownHosts : [null]
  const name = `${route.kind}:${route.namespace}/${route.name}`
  route.rules.forEach((rule, index) => {
    const base = { tls, route: name, note: '' }
    const each = (add: (place: Pick<DoorRule, 'host' | 'path'>) => void): void => {
      for (const host of hosts)
        for (const path of rule.matches.length > 0 ? rule.matches : [null]) add({ host, path: path === '' ? null : path })
    }
    if (rule.backends.length > 0 && rule.backends.every((backend) => backend.weight === 0)) {
      const message = `every backend of a rule of ${route.kind} ${route.namespace}/${route.name} has weight 0: requests get an error`
      draft.problem('no-weight', 'error', message, { meta: route.meta, path: ['spec', 'rules', index, 'backendRefs'], value: '0' })
    }
    const answer = rule.answer
    if (answer !== null)
      each((place) => draft.target({ ...base, ...place, kind: 'answer', text: answer, weight: 1, role: 'backend', works: true }))
    for (const backend of [...rule.backends, ...rule.mirrors]) {
      const role = rule.mirrors.includes(backend) ? 'mirror' : 'backend'
      const target = resolveBackend(cluster, attachment, backend, draft)
      const note = target.kind === 'service' ? backendTls(cluster, backend) : ''
      const works = target.works && backend.weight > 0
      each((place) => {
        const end = { ...base, ...place, note, weight: backend.weight, role, works } as const
        if (target.kind === 'service') addServiceTarget(cluster, draft, end, target.service, target.port)
        else draft.target({ ...target, ...end })
      })
    }
  })
}

/** How the gateway speaks to the pods of a backend, where a BackendTLSPolicy says it. */
function backendTls(cluster: Cluster, { namespace, name }: RouteBackend): string {
  const policy = entryIndex(cluster)
    .all('BackendTLSPolicy')
    .find((one) => one.namespace === namespace && one.targets.some((target) => target.kind === 'Service' && target.name === name))
  return policy === undefined ? '' : `TLS to the pods${policy.hostname === null ? '' : ` as ${policy.hostname}`}`
}

type BackendEnd =
  | { readonly kind: 'service'; readonly service: ReturnType<typeof serviceRef>; readonly port: number | null; readonly works: boolean }
  | { readonly kind: 'external'; readonly name: string; readonly port: number | null; readonly works: boolean }
  | { readonly kind: 'other'; readonly apiGroup: string; readonly resourceKind: string; readonly name: string; readonly works: boolean }

/** Kinds of controllers of their own; what stands behind them is not known here. */
const FOREIGN_GROUPS: ReadonlySet<string> = new Set(['', GATEWAY_GROUP])

function resolveBackend(
  cluster: Cluster,
  { route, isResolved, predicted }: RouteAttachment,
  backend: RouteBackend,
  draft: DoorDraft,
): BackendEnd {
  const { group, kind, namespace, name, port, at: path } = backend
  const at: Place = { meta: route.meta, path, value: `${namespace}/${name}` }
  if (kind === 'Hostname' && group === 'networking.istio.io') return { kind: 'external', name, port, works: true }
  if (kind !== 'Service' || group !== '') {
    const isUnknown = FOREIGN_GROUPS.has(group) && !isResolved
    if (isUnknown)
      draft.problem('backend-unknown', 'error', `${titleOf(route)} names a backend of the kind ${kind}, which does not exist`, at)
    return { kind: 'other', apiGroup: group, resourceKind: kind, name, works: !isUnknown }
  }
  const service = serviceRef(namespace, name)
  const { port: found, problems } = resolveServiceBackend(cluster, service, port, at)
  // What a controller has resolved exists and is permitted; whether its pods are ready it does not say.
  for (const problem of isResolved ? problems.filter(({ code }) => code === 'no-ready-endpoints') : problems) draft.add(problem)
  const isPermitted =
    isResolved ||
    cluster.unread.has(`${GATEWAY_GROUP}/ReferenceGrant`) ||
    isReferencePermitted(cluster, {
      fromGroup: GATEWAY_GROUP,
      fromKind: route.kind,
      fromNamespace: route.namespace,
      toGroup: '',
      toKind: 'Service',
      toNamespace: namespace,
      toName: name,
    })
  if (!isPermitted) {
    const message = `${titleOf(route)} may not refer to Service ${namespace}/${name}: no ReferenceGrant there admits it`
    draft.problem('reference-not-permitted', 'error', message, at, predicted)
  }
  return { kind: 'service', service, port: found?.port ?? null, works: problems.length === 0 && isPermitted }
}

function titleOf({ kind, namespace, name }: GatewayRoute): string {
  return `${kind} ${namespace}/${name}`
}
