import type { Cluster, Service } from '../../model/cluster'
import type { Door } from '../../model/door'
import { entryIndex } from '../../model/entry/entry-index'
import { fieldEvidence, objectOf } from '../evidence'
import { settingOf } from '../settings'
import { BY_COOKIE, BY_SERVICE, type EntrySpread } from './entry-spread'
import { traefikRouteSpread, traefikServiceSpread } from './traefik-strategy'

const NGINX = 'nginx.ingress.kubernetes.io'
const NGINX_CONFIG = 'ingress-nginx/ingress-nginx-controller'

/** null for ways in that hand connections to the Service itself, and for controllers of which nothing is known. */
export function entrySpread(cluster: Cluster, door: Door, service: Service): EntrySpread | null {
  switch (door.kind) {
    case 'IngressRoute':
    case 'IngressRouteTCP':
    case 'IngressRouteUDP':
      return traefikRouteSpread(cluster, door.kind, door, service)
    case 'Ingress':
      return ingressSpread(cluster, door, service)
    case 'IstioGateway':
      return { strategy: 'as clients in the Istio mesh', from: null }
    case 'Route':
      return routeSpread(cluster, door)
    default:
      return null
  }
}

function ingressSpread(cluster: Cluster, door: Door, service: Service): EntrySpread | null {
  const controller = cluster.ingressClasses.get(door.className ?? '')?.controller ?? null
  if (controller === 'traefik.io/ingress-controller') return traefikServiceSpread(service)
  if (controller !== 'k8s.io/ingress-nginx') return null
  const { meta } = door
  const stated = (name: string, words: (value: string) => string): EntrySpread | null => {
    const value = meta?.annotations.get(`${NGINX}/${name}`)
    if (meta === null || value === undefined || value === '') return null
    return { strategy: words(value), from: fieldEvidence('annotation', objectOf(meta), `${NGINX}/${name}`, value) }
  }
  if (meta?.annotations.get(`${NGINX}/service-upstream`) === 'true') return stated('service-upstream', () => BY_SERVICE)
  const affinity = stated('affinity', (value) => (value === 'cookie' ? BY_COOKIE : value))
  const own = affinity ?? stated('upstream-hash-by', (value) => `by hash of ${value}`) ?? stated('load-balance', algorithm)
  if (own !== null) return own
  const global = settingOf(cluster, NGINX_CONFIG, 'load-balance')
  if (global !== null) return { strategy: algorithm(global.value), from: global.from }
  if (cluster.settings.has(NGINX_CONFIG)) return { strategy: 'round robin by request (the default of ingress-nginx)', from: null }
  return {
    strategy: 'cannot tell: the settings of ingress-nginx were not seen (round robin by request unless they say otherwise)',
    from: null,
  }
}

function algorithm(value: string): string {
  if (value === 'ewma') return 'the endpoint that answers fastest (EWMA)'
  return value === 'round_robin' ? 'round robin by request' : value
}

const BALANCE = 'haproxy.router.openshift.io/balance'

/** OpenShift: random since 4.8, by the client address for what passes through still encrypted. */
function routeSpread(cluster: Cluster, { meta, namespace, name }: Door): EntrySpread {
  const value = meta?.annotations.get(BALANCE)
  if (meta === null || value === undefined) {
    const isPassedThrough = entryIndex(cluster).get('OpenShiftRoute', namespace, name)?.termination === 'passthrough'
    const strategy = isPassedThrough ? 'by hash of the client address' : 'random'
    return { strategy: `${strategy} (the default of the router of OpenShift)`, from: null }
  }
  return { strategy: value, from: fieldEvidence('annotation', objectOf(meta), BALANCE, value) }
}
