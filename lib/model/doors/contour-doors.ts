import type { Cluster } from '../cluster'
import { type Door, type DoorRule, PREDICTED } from '../door'
import type { ContourService, HttpProxy } from '../entry/contour-objects'
import { entryIndex } from '../entry/entry-index'
import { isReadIn } from '../is-read'
import { serviceRef } from '../names'
import { isSecretMissing } from '../secret-presence'
import { resolveServiceBackend } from '../service-backend'
import { addServiceTarget } from './add-service-target'
import { DoorDraft, type Place } from './door-draft'

/** Includes in a row that are followed. */
const MAX_DEPTH = 20

/** One door per HTTPProxy with a host name of its own, with all that it includes. */
export function contourDoors(cluster: Cluster): readonly Door[] {
  return entryIndex(cluster)
    .all('HTTPProxy')
    .flatMap((proxy) => (proxy.fqdn === null ? [] : [contourDoor(cluster, proxy, proxy.fqdn)]))
}

function contourDoor(cluster: Cluster, root: HttpProxy, fqdn: string): Door {
  const { meta, namespace, name, tls, status } = root
  const draft = new DoorDraft()
  addRoutes(cluster, root, { fqdn, isTls: tls !== null, prefix: '' }, draft, [])
  const secret = tls?.secretName ?? null
  if (secret !== null) {
    const place = secret.includes('/') ? secret : `${namespace}/${secret}`
    const at: Place = { meta, path: ['spec', 'virtualhost', 'tls', 'secretName'], value: secret }
    if (isSecretMissing(cluster, place)) draft.problem('secret-missing', 'error', `TLS secret ${place} is not there`, at)
  }
  if (status !== null && status.state !== 'valid') {
    const message = `Contour calls HTTPProxy ${namespace}/${name} ${status.state}: ${status.description}`
    draft.problem('not-accepted', 'error', message, { meta, path: ['spec'], value: null }, false)
  }
  return draft.finish({
    id: `HTTPProxy:${namespace}/${name}`,
    kind: 'HTTPProxy',
    namespace,
    name,
    meta,
    className: meta.annotations.get('projectcontour.io/ingress.class') ?? null,
    addresses: root.addresses,
    ports: [
      { port: 80, protocol: 'TCP', tls: false, name: 'http' },
      ...(tls === null ? [] : [{ port: 443, protocol: 'TCP' as const, tls: true, name: 'https' }]),
    ],
    hosts: [fqdn],
    facts: tls?.passthrough ? [{ name: 'TLS ends at', value: 'the pods' }] : [],
    standing: status === null ? PREDICTED : { by: 'status', isOpen: status.state === 'valid', text: status.state },
  })
}

type Frame = { readonly fqdn: string; readonly isTls: boolean; readonly prefix: string }

function addRoutes(cluster: Cluster, proxy: HttpProxy, frame: Frame, draft: DoorDraft, above: readonly HttpProxy[]): void {
  if (!draft.follows()) return
  const route = above.length === 0 ? null : `HTTPProxy:${proxy.namespace}/${proxy.name}`
  proxy.routes.forEach((entry, index) => {
    const rule: DoorRule = {
      host: frame.fqdn,
      path: join(frame.prefix, entry.condition) || null,
      tls: frame.isTls,
      route,
      weight: 1,
      role: 'backend',
      note: '',
      works: true,
    }
    if (entry.answer !== null) draft.target({ ...rule, kind: 'answer', text: entry.answer })
    addServices(cluster, proxy, entry.services, rule, ['spec', 'routes', index, 'services'], draft)
  })
  const tcp: DoorRule = { host: frame.fqdn, path: null, tls: frame.isTls, route, weight: 1, role: 'backend', note: '', works: true }
  addServices(cluster, proxy, proxy.tcpServices, tcp, ['spec', 'tcpproxy', 'services'], draft)
  for (const include of proxy.includes) {
    const at: Place = { meta: proxy.meta, path: include.path, value: `${include.namespace}/${include.name}` }
    const child = entryIndex(cluster).get('HTTPProxy', include.namespace, include.name)
    if (child === null) {
      if (!isReadIn(cluster, include.namespace, 'projectcontour.io/HTTPProxy')) continue
      draft.problem('part-missing', 'error', `HTTPProxy ${include.namespace}/${include.name} does not exist`, at)
    } else if (child === proxy || above.includes(child) || above.length >= MAX_DEPTH) {
      draft.problem('loop', 'error', `HTTPProxy ${include.namespace}/${include.name} is included by itself`, at)
    } else addRoutes(cluster, child, { ...frame, prefix: join(frame.prefix, include.condition) }, draft, [...above, proxy])
  }
}

function addServices(
  cluster: Cluster,
  { namespace, meta }: HttpProxy,
  services: readonly ContourService[],
  rule: DoorRule,
  path: readonly (string | number)[],
  draft: DoorDraft,
): void {
  const plain = services.filter(({ isMirror }) => !isMirror)
  // Where nobody states a weight, all are alike.
  const isEven = plain.every(({ weight }) => weight === 0)
  services.forEach(({ name, port: wanted, weight, isMirror }, index) => {
    if (!draft.follows()) return
    const at: Place = { meta, path: [...path, index], value: name }
    const service = serviceRef(namespace, name)
    const { port, problems } = resolveServiceBackend(cluster, service, wanted, at)
    for (const problem of problems) draft.add(problem)
    const share = isEven || isMirror ? 1 : weight
    const next: DoorRule = { ...rule, weight: share, role: isMirror ? 'mirror' : 'backend', works: problems.length === 0 && share > 0 }
    addServiceTarget(cluster, draft, next, service, port?.port ?? wanted)
  })
}

/** Prefixes of nested conditions come one behind the other: `/api` and `/v1` are `/api/v1`. */
function join(outer: string, inner: string): string {
  if (outer === '' || outer === '/') return inner
  if (inner === '' || inner === '/') return outer
  return inner.startsWith('/') ? `${outer.endsWith('/') ? outer.slice(0, -1) : outer}${inner}` : `${outer} ${inner}`
}
