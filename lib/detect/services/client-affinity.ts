import type { ClusterView } from '../cluster-view'
import { OWN_DOORS } from '../exposure/served-doors'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** SV-12: affinity by the address of the client, where another address stands in its place. */
export function* findClientAffinity(view: ClusterView): Iterable<FindingDraft | null> {
  const affine = view.services.filter(({ service }) => service.sessionAffinity.mode === 'ClientIP' && !service.headless)
  if (affine.length === 0) return
  const proxied = new Map<string, string[]>()
  for (const { kind, id, targets } of view.doors) {
    if (OWN_DOORS.has(kind)) continue
    for (const target of targets) {
      if (target.kind !== 'service') continue
      const doors = proxied.get(target.service) ?? []
      proxied.set(target.service, doors)
      if (!doors.includes(id)) doors.push(id)
    }
  }
  for (const { service } of affine) {
    yield null
    const isTranslated = (service.type === 'NodePort' || service.type === 'LoadBalancer') && service.externalTrafficPolicy === 'Cluster'
    const doors = proxied.get(service.ref) ?? []
    if (!isTranslated && doors.length === 0) continue
    yield makeFinding('SV-12', aboutService(service.meta), {
      field: ['spec', 'sessionAffinity'],
      value: 'ClientIP',
      message: isTranslated
        ? 'Clients outside arrive with the address of a machine, so all that come through one machine stick to one pod.'
        : 'Clients arrive with the address of the proxy in front, which sticks to one pod for all of them.',
      evidence: [
        ...(isTranslated ? [`type ${service.type} with externalTrafficPolicy Cluster`] : []),
        ...doors.map((door) => `${door} leads to the Service`),
      ],
    })
  }
}
