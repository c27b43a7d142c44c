import type { Cluster, Pod } from './cluster'
import { serverOption } from './k3s-arguments'

/** The end of every name of a cluster, such as `cluster.local`, and what states it. */
export type StatedZone = {
  readonly zone: string
  readonly by:
    | { readonly kind: 'setting'; readonly place: string; readonly field: string }
    | { readonly kind: 'k3s'; readonly option: string }
    | { readonly kind: 'search'; readonly pod: Pod }
}

/** What nearly every cluster has. */
export const DEFAULT_ZONE = 'cluster.local'

/** Where CoreDNS keeps its configuration, by who installs it. */
export const COREFILES = [
  'kube-system/coredns',
  'kube-system/rke2-coredns-rke2-coredns',
  'openshift-dns/dns-default',
  'kube-system/node-local-dns',
] as const

/** The DNS zone of a cluster: as something states it, else the default. */
export function clusterZone(cluster: Cluster): string {
  return statedZone(cluster)?.zone ?? DEFAULT_ZONE
}

/** The DNS zone as the configuration of CoreDNS, kubeadm, k3s or a pod states it; null when nothing does. */
export function statedZone(cluster: Cluster): StatedZone | null {
  const known = zones.get(cluster)
  if (known !== undefined) return known
  const made = ofCorefile(cluster) ?? ofKubeadm(cluster) ?? ofK3s(cluster) ?? ofSearches(cluster)
  zones.set(cluster, made)
  return made
}

const zones = new WeakMap<Cluster, StatedZone | null>()

function ofCorefile(cluster: Cluster): StatedZone | null {
  const field = 'Corefile kubernetes'
  const place = COREFILES.find((one) => cluster.settings.get(one)?.has(field))
  if (place === undefined) return null
  const names = cluster.settings.get(place)?.get(field)?.split(' ') ?? []
  const zone = names.find((name) => !/\.arpa\.?$/.test(name) && name !== '')
  return zone === undefined ? null : { zone: canonical(zone), by: { kind: 'setting', place, field } }
}

function ofKubeadm(cluster: Cluster): StatedZone | null {
  const place = 'kube-system/kubeadm-config'
  const field = 'ClusterConfiguration networking.dnsDomain'
  const zone = cluster.settings.get(place)?.get(field)
  return zone ? { zone: canonical(zone), by: { kind: 'setting', place, field } } : null
}

function ofK3s(cluster: Cluster): StatedZone | null {
  const option = 'cluster-domain'
  const zone = serverOption(cluster.nodes.values(), option)?.value
  return zone ? { zone: canonical(zone), by: { kind: 'k3s', option } } : null
}

/** A pod that lists its search domains itself names the zone: `shop.svc.corp.local` beside `svc.corp.local`. */
function ofSearches(cluster: Cluster): StatedZone | null {
  for (const pod of cluster.pods.values()) {
    const zone = pod.dns.searches.find((search) => search.startsWith('svc.'))?.slice('svc.'.length)
    if (zone) return { zone: canonical(zone), by: { kind: 'search', pod } }
  }
  return null
}

function canonical(zone: string): string {
  return zone.toLowerCase().replace(/\.$/, '')
}
