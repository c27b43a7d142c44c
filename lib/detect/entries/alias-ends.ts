import type { Cluster } from '../../model/cluster'
import { dependencies } from '../../model/dependencies'
import { followExternalName } from '../../model/external-name'
import type { ServiceRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** SV-06: an alias that goes in a circle, names a Service that does not exist or an address, or is called by TLS under its own name. */
export function findAliasEnds(view: ClusterView): readonly FindingDraft[] {
  const callers = tlsCallers(view.cluster)
  return [...view.cluster.services.values()].flatMap((service): readonly FindingDraft[] => {
    const chain = followExternalName(view.cluster, service)
    if (chain === null) return []
    const { end, through } = chain
    const find = (message: string, more: More = {}) => [
      makeFinding('SV-06', aboutService(service.meta), {
        field: ['spec', 'externalName'],
        value: service.externalName ?? '',
        message,
        evidence: through.length > 1 ? [`it leads over ${through.slice(1).join(', ')}`] : [],
        ...more,
      }),
    ]
    switch (end.kind) {
      case 'loop':
        return find('The name leads back to the Service itself.')
      case 'missing':
        return view.isRead('/Service') ? find(`The name stands for ${end.service}, which does not exist.`) : []
      case 'address':
        return find(`${end.address} is an address, and DNS takes it for a name that nobody has.`, {
          severity: 'warning',
          why: 'Clients ask DNS for a CNAME to an address, which most resolvers refuse.',
          fix: 'Use a Service without a selector, with an EndpointSlice that holds the address.',
        })
      case 'dns': {
        const names = callers.get(service.ref) ?? []
        if (names.length === 0) return []
        return find(`Clients call it by HTTPS under a name that the certificate of ${end.name} is not for.`, {
          severity: 'warning',
          why: 'An alias changes where a name leads, not which name clients check the certificate against, nor the Host they ask for.',
          fix: `Let clients call ${end.name} by its own name.`,
          evidence: names.slice(0, MOST_CALLERS),
        })
      }
      default:
        return []
    }
  })
}

/** Places that are listed; they are all alike. */
const MOST_CALLERS = 10

type More = { readonly severity?: 'warning'; readonly why?: string; readonly fix?: string; readonly evidence?: readonly string[] }

/** Workloads whose configuration names an alias in an HTTPS URL, and where, by the alias. */
function tlsCallers(cluster: Cluster): ReadonlyMap<ServiceRef, readonly string[]> {
  const callers = new Map<ServiceRef, string[]>()
  if (![...cluster.services.values()].some(({ externalName }) => externalName !== null)) return callers
  for (const workload of cluster.workloads.values()) {
    for (const { service, evidence } of dependencies(cluster, workload)) {
      if (!cluster.services.get(service)?.externalName) continue
      const secured = evidence.filter((text) => text.includes(': https://')).map((text) => `${workload.ref}: ${text}`)
      if (secured.length > 0) callers.set(service, [...(callers.get(service) ?? []), ...secured])
    }
  }
  return callers
}
