import { parseAddress } from './address'
import type { Cluster, Service } from './cluster'
import { clusterZone } from './cluster-zone'
import type { ServiceRef } from './names'
import { serviceRef } from './names'

/** Where the alias of an ExternalName Service ends. */
export type ExternalNameEnd =
  /** A Service of this cluster that is no alias itself. */
  | { readonly kind: 'service'; readonly service: ServiceRef }
  /** A name outside the cluster. */
  | { readonly kind: 'dns'; readonly name: string }
  /** An IP address written as a name: DNS has no answer for it. */
  | { readonly kind: 'address'; readonly address: string }
  /** A Service of this cluster that does not exist. */
  | { readonly kind: 'missing'; readonly service: ServiceRef }
  | { readonly kind: 'loop' }

export type ExternalNameChain = {
  /** Every alias on the way, the asked Service first. */
  readonly through: readonly ServiceRef[]
  readonly end: ExternalNameEnd
}

/**
 * Follows an ExternalName Service through aliases that name other Services of the cluster. null for a Service of
 * another type.
 */
export function followExternalName(cluster: Cluster, service: Service): ExternalNameChain | null {
  if (service.externalName === null) return null
  const through: ServiceRef[] = []
  for (let current = service; ; ) {
    if (through.includes(current.ref)) return { through, end: { kind: 'loop' } }
    through.push(current.ref)
    const name = current.externalName ?? ''
    if (parseAddress(name) !== null) return { through, end: { kind: 'address', address: name } }
    const target = serviceOfName(name, clusterZone(cluster))
    if (target === null) return { through, end: { kind: 'dns', name } }
    const next = cluster.services.get(target)
    if (next === undefined) return { through, end: { kind: 'missing', service: target } }
    if (next.externalName === null) return { through, end: { kind: 'service', service: target } }
    current = next
  }
}

/** Service of a full name `NAME.NS.svc.ZONE`. An alias is a CNAME, so search lists do not apply to it. */
function serviceOfName(name: string, zone: string): ServiceRef | null {
  const suffix = `.svc.${zone}`
  if (!name.endsWith(suffix)) return null
  const labels = name.slice(0, -suffix.length).split('.')
  // A longer name is that of one endpoint of a headless Service; the Service is what it depends on.
  const [service, namespace] = labels.slice(-2)
  return service && namespace ? serviceRef(namespace, service) : null
}
