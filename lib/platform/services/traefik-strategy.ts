import type { Cluster, Service } from '../../model/cluster'
import type { Door } from '../../model/door'
import { entryIndex } from '../../model/entry/entry-index'
import type { IngressRoute } from '../../model/entry/traefik-objects'
import { fieldEvidence, objectOf } from '../evidence'
import { BY_COOKIE, BY_SERVICE, type EntrySpread } from './entry-spread'

const TRAEFIK_DEFAULT: EntrySpread = { strategy: 'weighted round robin (the default of Traefik)', from: null }

const TRAEFIK_STRATEGIES: ReadonlyMap<string, string> = new Map([
  ['wrr', 'weighted round robin'],
  ['RoundRobin', 'weighted round robin'],
  ['p2c', 'the endpoint with the fewest requests, of two drawn by lot'],
  ['hrw', 'by hash of the client address'],
  ['leasttime', 'the endpoint that answers fastest'],
])

/** A Service may stand in several rules, also behind a TraefikService, and each says for itself. */
export function traefikRouteSpread(cluster: Cluster, kind: IngressRoute['kind'], { namespace, name }: Door, service: Service): EntrySpread {
  const index = entryIndex(cluster)
  const route = index.get(kind, namespace, name)
  const backends = [
    ...(route?.routes.flatMap(({ services }) => services) ?? []).map((backend) => ({
      backend,
      holder: route,
      at: 'spec.routes[].services[]',
    })),
    ...index.all('TraefikService').flatMap((holder) => holder.parts.map(({ backend, path }) => ({ backend, holder, at: path.join('.') }))),
  ].filter(({ backend }) => backend.kind === 'Service' && backend.namespace === service.namespace && backend.name === service.name)
  const spreads = backends.map(({ backend: { spread }, holder, at }): EntrySpread => {
    if (spread === null || holder === null) return TRAEFIK_DEFAULT
    const from = fieldEvidence('object', objectOf(holder.meta), `${at}.${spread.field}`, spread.value)
    if (spread.field === 'nativeLB') return { strategy: BY_SERVICE, from }
    if (spread.field === 'sticky') return { strategy: BY_COOKIE, from }
    return { strategy: TRAEFIK_STRATEGIES.get(spread.value) ?? spread.value, from }
  })
  const [first = TRAEFIK_DEFAULT] = spreads
  if (spreads.every(({ strategy }) => strategy === first.strategy)) return first
  return {
    strategy: [...new Set(spreads.map(({ strategy }) => strategy))].join(', or '),
    from: spreads.find(({ from }) => from)?.from ?? null,
  }
}

/** For Ingresses Traefik reads annotations of the Service. */
export function traefikServiceSpread({ meta }: Service): EntrySpread {
  const ways = [
    ['traefik.ingress.kubernetes.io/service.nativelb', BY_SERVICE],
    ['traefik.ingress.kubernetes.io/service.sticky.cookie', BY_COOKIE],
  ] as const
  for (const [name, strategy] of ways) {
    if (meta.annotations.get(name) === 'true') return { strategy, from: fieldEvidence('annotation', objectOf(meta), name, 'true') }
  }
  return TRAEFIK_DEFAULT
}
