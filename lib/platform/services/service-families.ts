import { parseAddress } from '../../model/address'
import type { Cluster, Service } from '../../model/cluster'
import { serviceEndpoints } from '../../model/service-endpoints'

export type Family = 'IPv4' | 'IPv6'
const FAMILIES: readonly Family[] = ['IPv4', 'IPv6']

/** The address families of a Service: what it asks for, what it got, and over what it can be used. */
export type ServiceFamilies = {
  /** `IPv4`, `IPv6` or both as the spec says it; empty when it leaves that to the cluster. */
  readonly requested: readonly Family[]
  readonly policy: Service['ipFamilyPolicy']
  /** Of its own addresses; of a headless Service, which has none, what the API server wrote down. */
  readonly granted: readonly Family[]
  /** With an address of its own and a ready endpoint that has one too. */
  readonly usable: readonly Family[]
}

export function familiesOf(cluster: Cluster, service: Service): ServiceFamilies {
  const { ipFamilies, ipFamilyPolicy, clusterIps, headless } = service
  const granted = headless ? sorted(ipFamilies) : familiesIn(clusterIps)
  const ready = serviceEndpoints(cluster, service).filter((endpoint) => endpoint.ready)
  const reached = new Set(familiesIn(ready.flatMap(({ addresses }) => addresses)))
  const open = headless && granted.length === 0 ? [...reached] : granted.filter((family) => reached.has(family))
  return { requested: ipFamilies, policy: ipFamilyPolicy, granted, usable: sorted(open) }
}

export function familiesIn(addresses: readonly string[]): readonly Family[] {
  const found = new Set(addresses.flatMap((address) => parseAddress(address)?.family ?? []))
  return sorted([...(found.has(4) ? (['IPv4'] as const) : []), ...(found.has(6) ? (['IPv6'] as const) : [])])
}

function sorted(families: readonly Family[]): readonly Family[] {
  return FAMILIES.filter((family) => families.includes(family))
}
