import type { Cluster } from '../cluster'
import { clusterZone, statedZone } from '../cluster-zone'
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
export function istioHost(cluster: Cluster, host: string, namespace: string): IstioHost {
  if (host.startsWith('*')) return { kind: 'wildcard', name: host }
  const known = hostsOf(cluster)
  const key = `${host} ${host.includes('.') ? '' : namespace}`
  const before = known.resolved.get(key)
  if (before !== undefined) return before
  const made = resolve(cluster, known, host, namespace)
  known.resolved.set(key, made)
  return made
}

function resolve(cluster: Cluster, { exact, wildcards }: KnownHosts, host: string, namespace: string): IstioHost {
  const zone = clusterZone(cluster)
  const full = host.includes('.') ? host : `${host}.${namespace}.svc.${zone}`
  const entry =
    exact.get(full) ?? exact.get(host) ?? wildcards.find(({ suffix }) => full.endsWith(suffix) && full.length > suffix.length)?.entry
  if (entry !== undefined) return { kind: 'entry', entry, name: host }
  const [name = '', place = '', ...rest] = full.split('.')
  const ref = serviceRef(place, name)
  const isOfCluster = rest[0] === 'svc' && (rest.length === 1 || rest.slice(1).join('.') === zone)
  // As long as nothing states the zone, a name that fits a Service is taken for it.
  const mayBe = isOfCluster || rest.length === 0 || (rest[0] === 'svc' && statedZone(cluster) === null)
  if (mayBe && cluster.services.has(ref)) return { kind: 'service', service: ref }
  if (isOfCluster || !host.includes('.')) return { kind: 'missing', name: full }
  return { kind: 'undeclared', name: host }
}

/** Hosts of ServiceEntries, and every answer that was given before: the same few hosts are asked for again and again. */
type KnownHosts = {
  readonly exact: ReadonlyMap<string, ServiceEntry>
  readonly wildcards: readonly { readonly suffix: string; readonly entry: ServiceEntry }[]
  readonly resolved: Map<string, IstioHost>
}

const knownHosts = new WeakMap<Cluster, KnownHosts>()

function hostsOf(cluster: Cluster): KnownHosts {
  const known = knownHosts.get(cluster)
  if (known !== undefined) return known
  const exact = new Map<string, ServiceEntry>()
  const wildcards: { suffix: string; entry: ServiceEntry }[] = []
  for (const entry of entryIndex(cluster).all('ServiceEntry')) {
    for (const host of entry.hosts) {
      if (host.startsWith('*.')) wildcards.push({ suffix: host.slice(1), entry })
      else if (!exact.has(host)) exact.set(host, entry)
    }
  }
  const made = { exact, wildcards, resolved: new Map<string, IstioHost>() }
  knownHosts.set(cluster, made)
  return made
}
