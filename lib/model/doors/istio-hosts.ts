import type { Cluster } from '../cluster'
import { entryIndex } from '../entry/entry-index'
import type { ServiceEntry } from '../entry/istio-objects'
import type { ServiceRef } from '../names'
import { serviceRef } from '../names'

/** What a host of an Istio object stands for. */
export type IstioHost =
  | { readonly kind: 'service'; readonly service: ServiceRef }
  | { readonly kind: 'entry'; readonly entry: ServiceEntry; readonly name: string }
  /** A wildcard, which may stand for many. */
  | { readonly kind: 'wildcard'; readonly name: string }
  /** A Service that should be in this cluster and is not. */
  | { readonly kind: 'missing'; readonly name: string }
  /** A name outside the cluster that no ServiceEntry declares. */
  | { readonly kind: 'undeclared'; readonly name: string }

/**
 * Resolves a host as Istio does: a name without dots means the namespace of the object that says it, any other is a full
 * name. `NAME.NS` is no full name to Istio, yet people write it; where such a Service exists it is what they mean.
 */
export function istioHost(cluster: Cluster, host: string, namespace: string, zone = 'cluster.local'): IstioHost {
  if (host.startsWith('*')) return { kind: 'wildcard', name: host }
  const full = host.includes('.') ? host : `${host}.${namespace}.svc.${zone}`
  const entry = entryIndex(cluster)
    .all('ServiceEntry')
    .find(({ hosts }) => hosts.some((pattern) => pattern === full || pattern === host || covers(pattern, full)))
  if (entry !== undefined) return { kind: 'entry', entry, name: host }
  const [name = '', place = '', ...rest] = full.split('.')
  const ref = serviceRef(place, name)
  const isInCluster = rest[0] === 'svc'
  if ((isInCluster || rest.length === 0) && cluster.services.has(ref)) return { kind: 'service', service: ref }
  if (isInCluster || !host.includes('.')) return { kind: 'missing', name: full }
  return { kind: 'undeclared', name: host }
}

function covers(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') && name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1
}
