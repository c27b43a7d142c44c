import type { Cluster, Service } from '../model/cluster'
import type { Door } from '../model/door'
import { detectDns } from '../platform/dns/detect-dns'
import { type NameScope, nameScope, namesOf, type ServiceName } from '../platform/dns/service-names'
import type { EntrySpread } from '../platform/services/entry-spread'
import { entrySpread } from '../platform/services/entry-strategy'
import { familiesOf, type ServiceFamilies } from '../platform/services/service-families'
import { type SpreadRule, spreadOf } from '../platform/services/service-strategy'

/** What the platform makes of a Service: how connections find an endpoint, its names, its address families. */
export type ServiceNetwork = {
  readonly spread: readonly SpreadRule[]
  /** How the entries before it choose an endpoint, where that is theirs and known. */
  readonly entries: readonly (EntrySpread & { readonly door: string })[]
  readonly names: readonly ServiceName[]
  readonly scope: NameScope
  readonly zone: { readonly value: string; readonly isAssumed: boolean }
  readonly families: ServiceFamilies
}

export function serviceNetwork(cluster: Cluster, service: Service, doors: readonly Door[]): ServiceNetwork {
  const { value, isAssumed } = detectDns(cluster).zone
  return {
    spread: spreadOf(cluster, service, value),
    entries: doors.flatMap((door) => {
      const spread = entrySpread(cluster, door, service)
      return spread === null ? [] : { ...spread, door: `${door.kind} ${door.namespace}/${door.name}` }
    }),
    names: namesOf(cluster, service),
    scope: nameScope(cluster, service),
    zone: { value, isAssumed },
    families: familiesOf(cluster, service),
  }
}
