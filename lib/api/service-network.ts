import type { Cluster, Service } from '../model/cluster'
import { detectDns } from '../platform/dns/detect-dns'
import { type NameScope, nameScope, namesOf, type ServiceName } from '../platform/dns/service-names'
import { familiesOf, type ServiceFamilies } from '../platform/services/service-families'
import { type SpreadRule, spreadOf } from '../platform/services/service-strategy'

/** What the platform makes of a Service: how connections find an endpoint, its names, its address families. */
export type ServiceNetwork = {
  readonly spread: readonly SpreadRule[]
  readonly names: readonly ServiceName[]
  readonly scope: NameScope
  readonly zone: { readonly value: string; readonly isAssumed: boolean }
  readonly families: ServiceFamilies
}

export function serviceNetwork(cluster: Cluster, service: Service): ServiceNetwork {
  const { value, isAssumed } = detectDns(cluster).zone
  return {
    spread: spreadOf(cluster, service, value),
    names: namesOf(cluster, service),
    scope: nameScope(cluster, service),
    zone: { value, isAssumed },
    families: familiesOf(cluster, service),
  }
}
