import type { Cluster } from '../cluster'
import { type Door, type DoorPort, PREDICTED } from '../door'
import type { NamedRef } from '../entry/entry-base'
import { entryIndex } from '../entry/entry-index'
import type { IngressRoute } from '../entry/traefik-objects'
import { isReadIn } from '../is-read'
import { isSecretMissing } from '../secret-presence'
import { DoorDraft, PLAIN_RULE, type Place } from './door-draft'
import { ANY_REQUEST, readTraefikRule, type TraefikRule } from './traefik-rule'
import { TraefikTargets } from './traefik-targets'

/** One door per IngressRoute of any of the three kinds. Traefik writes no status into them, so all of it is our reading. */
export function traefikDoors(cluster: Cluster): readonly Door[] {
  const index = entryIndex(cluster)
  return (['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP'] as const).flatMap((kind) =>
    index.all(kind).map((route) => traefikDoor(cluster, route)),
  )
}

function traefikDoor(cluster: Cluster, ingressRoute: IngressRoute): Door {
  const draft = new DoorDraft()
  const targets = new TraefikTargets(cluster, ingressRoute, draft)
  const hosts = new Set<string>()
  const isHttp = ingressRoute.kind === 'IngressRoute'
  ingressRoute.routes.forEach((route, index) => {
    const at = (key: string): Place => ({ meta: ingressRoute.meta, path: ['spec', 'routes', index, key], value: route.match })
    for (const middleware of route.middlewares)
      targets.checkMiddleware(isHttp ? 'Middleware' : 'MiddlewareTCP', middleware, at('middlewares'))
    for (const rule of route.match === null ? [ANY_REQUEST] : readRule(route.match, at('match'), draft)) {
      for (const host of rule.hosts) hosts.add(host)
      const note = rule.others.join(', ')
      for (const host of rule.hosts.length > 0 ? rule.hosts : [null]) {
        for (const path of rule.paths.length > 0 ? rule.paths : [null]) {
          const base = { ...PLAIN_RULE, host, path, tls: ingressRoute.tls !== null, note }
          route.services.forEach((service, i) => {
            targets.follow(service, { ...base, weight: service.weight }, { ...at('services'), path: [...at('services').path, i] })
          })
        }
      }
    }
  })
  checkTls(cluster, ingressRoute, targets, draft)
  const { ports, addresses } = entryPointsOf(cluster, ingressRoute)
  return draft.finish({
    id: `${ingressRoute.kind}:${ingressRoute.namespace}/${ingressRoute.name}`,
    kind: ingressRoute.kind,
    namespace: ingressRoute.namespace,
    name: ingressRoute.name,
    meta: ingressRoute.meta,
    className: ingressRoute.meta.annotations.get('kubernetes.io/ingress.class') ?? null,
    addresses,
    ports,
    hosts: [...hosts],
    facts: ingressRoute.entryPoints.length === 0 ? [] : [{ name: 'entry points', value: ingressRoute.entryPoints.join(', ') }],
    standing: PREDICTED,
  })
}

function readRule(match: string, at: Place, draft: DoorDraft): readonly TraefikRule[] {
  const rule = readTraefikRule(match)
  if (rule.ok) return rule.value
  draft.problem('rule-unreadable', 'error', `the rule ${match.slice(0, 120)} cannot be read: ${rule.error}`, at)
  return [ANY_REQUEST]
}

function checkTls(cluster: Cluster, { namespace, meta, tls }: IngressRoute, targets: TraefikTargets, draft: DoorDraft): void {
  if (tls === null) return
  const at = (key: string, value: string): Place => ({ meta, path: ['spec', 'tls', key], value })
  if (tls.secretName !== null && isSecretMissing(cluster, `${namespace}/${tls.secretName}`)) {
    draft.problem('secret-missing', 'error', `TLS secret ${namespace}/${tls.secretName} is not there`, at('secretName', tls.secretName))
  }
  const options = tls.options
  if (options !== null && options.name !== 'default' && !isKnown(cluster, options)) {
    targets.missing(`TLSOption ${options.namespace}/${options.name}`, at('options', options.name), 'warning')
  }
}

function isKnown(cluster: Cluster, { namespace, name }: NamedRef): boolean {
  return (
    name.includes('@') ||
    !isReadIn(cluster, namespace, 'traefik.io/TLSOption') ||
    entryIndex(cluster).get('TLSOption', namespace, name) !== null
  )
}

/** Ports that Traefik's usual names for its listeners stand for. */
const USUAL_PORTS: ReadonlyMap<string, number> = new Map([
  ['web', 80],
  ['websecure', 443],
  ['traefik', 8080],
])

/** Where Traefik listens, as far as its own Service or the usual names tell it. */
function entryPointsOf(cluster: Cluster, { entryPoints, kind, tls }: IngressRoute): { ports: DoorPort[]; addresses: readonly string[] } {
  const services = [...cluster.services.values()].filter(
    ({ meta, selector, type }) =>
      type !== 'ExternalName' && ['app.kubernetes.io/name', 'app'].some((label) => (selector ?? meta.labels).get(label) === 'traefik'),
  )
  const protocol = kind === 'IngressRouteUDP' ? 'UDP' : 'TCP'
  const ports: DoorPort[] = []
  for (const name of entryPoints) {
    const own = services.flatMap((service) => service.ports).find((port) => port.name === name)
    const number = own?.port ?? USUAL_PORTS.get(name)
    if (number !== undefined) ports.push({ port: number, protocol, tls: tls !== null, name })
  }
  const addresses = services.flatMap(({ loadBalancer, externalIps }) => [
    ...loadBalancer.ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
    ...externalIps,
  ])
  return { ports, addresses: [...new Set(addresses)] }
}
