import { followExternalName } from '../../model/external-name'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** SV-06: an alias that goes in a circle, names a Service that does not exist, or names an address. */
export function findAliasEnds(view: ClusterView): readonly FindingDraft[] {
  return [...view.cluster.services.values()].flatMap((service): readonly FindingDraft[] => {
    const chain = followExternalName(view.cluster, service)
    if (chain === null) return []
    const { end, through } = chain
    const find = (message: string, more: { readonly severity?: 'warning'; readonly why?: string; readonly fix?: string } = {}) => [
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
      default:
        return []
    }
  })
}
