import type { Cluster } from '../../model/cluster'
import type { Door } from '../../model/door'
import { type Evidence, fieldEvidence, objectOf } from '../evidence'
import { settingOf } from '../settings'

/** How an entry spreads requests over the endpoints of the Service behind it. */
export type EntrySpread = { readonly strategy: string; readonly from: Evidence | null }

const NGINX = 'nginx.ingress.kubernetes.io'
const NGINX_CONFIG = 'ingress-nginx/ingress-nginx-controller'

/** null for ways in that hand connections to the Service itself, and for controllers of which nothing is known. */
export function entrySpread(cluster: Cluster, door: Door): EntrySpread | null {
  switch (door.kind) {
    case 'IngressRoute':
    case 'IngressRouteTCP':
    case 'IngressRouteUDP':
      return { strategy: 'weighted round robin (the default of Traefik)', from: null }
    case 'Ingress':
      return ingressSpread(cluster, door)
    case 'IstioGateway':
      return { strategy: 'as clients in the Istio mesh', from: null }
    case 'Route':
      return routeSpread(door)
    default:
      return null
  }
}

function ingressSpread(cluster: Cluster, door: Door): EntrySpread | null {
  const controller = cluster.ingressClasses.get(door.className ?? '')?.controller ?? null
  if (controller === 'traefik.io/ingress-controller') return { strategy: 'weighted round robin (the default of Traefik)', from: null }
  if (controller !== 'k8s.io/ingress-nginx') return null
  const { meta } = door
  const stated = (name: string, words: (value: string) => string): EntrySpread | null => {
    const value = meta?.annotations.get(`${NGINX}/${name}`)
    if (meta === null || value === undefined || value === '') return null
    return { strategy: words(value), from: fieldEvidence('annotation', objectOf(meta), `${NGINX}/${name}`, value) }
  }
  const affinity = stated('affinity', (value) => (value === 'cookie' ? 'each client keeps its endpoint by a cookie' : value))
  const own = affinity ?? stated('upstream-hash-by', (value) => `by hash of ${value}`) ?? stated('load-balance', algorithm)
  if (own !== null) return own
  const global = settingOf(cluster, NGINX_CONFIG, 'load-balance')
  if (global !== null) return { strategy: algorithm(global.value), from: global.from }
  return { strategy: 'round robin by request (the default of ingress-nginx)', from: null }
}

function algorithm(value: string): string {
  if (value === 'ewma') return 'the endpoint that answers fastest (EWMA)'
  return value === 'round_robin' ? 'round robin by request' : value
}

const BALANCE = 'haproxy.router.openshift.io/balance'

/** OpenShift: random since 4.8, by the client address for what passes through still encrypted. */
function routeSpread({ meta }: Door): EntrySpread {
  const value = meta?.annotations.get(BALANCE)
  if (meta === null || value === undefined) return { strategy: 'random (the default of the router of OpenShift)', from: null }
  return { strategy: value, from: fieldEvidence('annotation', objectOf(meta), BALANCE, value) }
}
