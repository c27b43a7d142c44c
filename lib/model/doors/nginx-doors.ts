import type { Cluster } from '../cluster'
import { type Door, type DoorRule, type DoorStanding, PREDICTED } from '../door'
import { entryIndex } from '../entry/entry-index'
import type { NginxRoute, NginxStatus, NginxUpstream, TransportServer, VirtualServer, VirtualServerRoute } from '../entry/nginx-objects'
import { isReadIn } from '../is-read'
import { serviceRef } from '../names'
import { isSecretMissing } from '../secret-presence'
import { resolveServiceBackend } from '../service-backend'
import { addServiceTarget } from './add-service-target'
import { DoorDraft, type Place } from './door-draft'

/** One door per VirtualServer and TransportServer of NGINX Ingress Controller. */
export function nginxDoors(cluster: Cluster): readonly Door[] {
  const index = entryIndex(cluster)
  return [
    ...index.all('VirtualServer').map((server) => virtualServerDoor(cluster, server)),
    ...index.all('TransportServer').map((server) => transportServerDoor(cluster, server)),
  ]
}

function virtualServerDoor(cluster: Cluster, server: VirtualServer): Door {
  const { meta, namespace, name, host } = server
  const draft = new DoorDraft()
  addRoutes(cluster, server, server, draft, null)
  if (server.tlsSecret !== null && isSecretMissing(cluster, `${namespace}/${server.tlsSecret}`)) {
    const at: Place = { meta, path: ['spec', 'tls', 'secret'], value: server.tlsSecret }
    draft.problem('secret-missing', 'error', `TLS secret ${namespace}/${server.tlsSecret} is not there`, at)
  }
  checkStatus(server, draft)
  return draft.finish({
    id: `VirtualServer:${namespace}/${name}`,
    kind: 'VirtualServer',
    namespace,
    name,
    meta,
    className: server.className,
    addresses: server.status?.addresses ?? [],
    ports: [
      { port: 80, protocol: 'TCP', tls: false, name: 'http' },
      ...(server.hasTls ? [{ port: 443, protocol: 'TCP' as const, tls: true, name: 'https' }] : []),
    ],
    hosts: host === null ? [] : [host],
    facts: [],
    standing: standingOf(server.status),
  })
}

type RouteHolder = VirtualServer | VirtualServerRoute

/** The routes of a VirtualServer, or of a VirtualServerRoute that `route` names: that one hands over to nobody else. */
function addRoutes(cluster: Cluster, server: VirtualServer, holder: RouteHolder, draft: DoorDraft, route: string | null): void {
  const key = holder.kind === 'VirtualServer' ? 'routes' : 'subroutes'
  holder.routes.forEach((entry, index) => {
    if (entry.delegate !== null && holder.kind === 'VirtualServer') {
      const at: Place = { meta: holder.meta, path: ['spec', key, index, 'route'], value: entry.delegate }
      addDelegate(cluster, server, entry.delegate, at, draft)
    }
    for (const action of entry.actions) addAction(cluster, server, holder, entry, action, draft, route)
  })
}

function addDelegate(cluster: Cluster, server: VirtualServer, delegate: string, at: Place, draft: DoorDraft): void {
  const [namespace, name] = delegate.includes('/') ? (delegate.split('/', 2) as [string, string]) : [server.namespace, delegate]
  const found = entryIndex(cluster).get('VirtualServerRoute', namespace, name)
  if (found === null) {
    if (isReadIn(cluster, namespace, 'k8s.nginx.org/VirtualServerRoute')) {
      draft.problem('part-missing', 'error', `VirtualServerRoute ${namespace}/${name} does not exist`, at)
    }
    return
  }
  if (found.host !== server.host) {
    const message = `VirtualServerRoute ${namespace}/${name} is for the host ${found.host ?? 'none'}, not for ${server.host ?? 'none'}: NGINX leaves it out`
    draft.problem('not-accepted', 'error', message, { meta: found.meta, path: ['spec', 'host'], value: found.host })
    return
  }
  addRoutes(cluster, server, found, draft, `VirtualServerRoute:${namespace}/${name}`)
}

function addAction(
  cluster: Cluster,
  server: VirtualServer,
  holder: RouteHolder,
  { path }: NginxRoute,
  action: NginxRoute['actions'][number],
  draft: DoorDraft,
  route: string | null,
): void {
  if (!draft.follows()) return
  const rule: DoorRule = {
    host: server.host,
    path,
    tls: server.hasTls,
    route,
    weight: action.weight ?? 1,
    role: 'backend',
    note: action.condition,
    works: action.weight !== 0,
  }
  const at: Place = { meta: holder.meta, path: action.path, value: action.upstream }
  if (action.upstream === null) draft.target({ ...rule, kind: 'answer', text: action.answer ?? 'a fixed answer' })
  else addUpstream(cluster, holder, holder.upstreams, action.upstream, rule, at, draft)
}

function addUpstream(
  cluster: Cluster,
  { namespace }: { readonly namespace: string },
  upstreams: readonly NginxUpstream[],
  name: string,
  rule: DoorRule,
  at: Place,
  draft: DoorDraft,
): void {
  const upstream = upstreams.find((candidate) => candidate.name === name)
  if (upstream === undefined) {
    draft.problem('part-missing', 'error', `there is no upstream ${name}`, at)
    draft.target({ ...rule, kind: 'other', apiGroup: 'k8s.nginx.org', resourceKind: 'upstream', name, works: false })
    return
  }
  const ends = [
    { service: upstream.service, port: upstream.port, role: rule.role },
    ...(upstream.backup === null ? [] : [{ service: upstream.backup, port: upstream.backupPort, role: 'fallback' as const }]),
  ]
  for (const end of ends) {
    // An upstream may name a Service of another namespace as `NS/NAME`.
    const service = end.service.includes('/')
      ? serviceRef(...(end.service.split('/', 2) as [string, string]))
      : serviceRef(namespace, end.service)
    const { port, problems } = resolveServiceBackend(cluster, service, end.port, at)
    for (const problem of problems) draft.add(problem)
    addServiceTarget(
      cluster,
      draft,
      { ...rule, role: end.role, works: rule.works && problems.length === 0 },
      service,
      port?.port ?? end.port,
    )
  }
}

function transportServerDoor(cluster: Cluster, server: TransportServer): Door {
  const { meta, namespace, name, host, listener } = server
  const draft = new DoorDraft()
  const isPassthrough = listener.protocol === 'TLS_PASSTHROUGH'
  const at: Place = { meta, path: ['spec', 'action', 'pass'], value: server.pass }
  const rule: DoorRule = { host, path: null, tls: isPassthrough, route: null, weight: 1, role: 'backend', note: '', works: true }
  if (server.pass !== null) addUpstream(cluster, server, server.upstreams, server.pass, rule, at, draft)
  checkStatus(server, draft)
  return draft.finish({
    id: `TransportServer:${namespace}/${name}`,
    kind: 'TransportServer',
    namespace,
    name,
    meta,
    className: server.className,
    addresses: server.status?.addresses ?? [],
    // The number of a listener of its own stands in a GlobalConfiguration.
    ports: isPassthrough ? [{ port: 443, protocol: 'TCP', tls: true, name: listener.name }] : [],
    hosts: host === null ? [] : [host],
    facts: listener.name === '' ? [] : [{ name: 'listener', value: `${listener.name} (${listener.protocol})` }],
    standing: standingOf(server.status),
  })
}

function checkStatus({ kind, meta, namespace, name, status }: VirtualServer | TransportServer, draft: DoorDraft): void {
  if (status === null || status.state === 'Valid') return
  const severity = status.state === 'Invalid' ? 'error' : 'warning'
  const message = `${kind} ${namespace}/${name} is ${status.state.toLowerCase()} to its controller: ${status.message}`
  draft.problem('not-accepted', severity, message, { meta, path: ['spec'], value: null }, false)
}

function standingOf(status: NginxStatus | null): DoorStanding {
  return status === null ? PREDICTED : { by: 'status', isOpen: status.state !== 'Invalid', text: status.state }
}
