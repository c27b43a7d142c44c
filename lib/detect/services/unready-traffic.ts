import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** SV-13: a Service with an address of its own that also sends traffic to pods that are not ready. */
export function findUnreadyTraffic(view: ClusterView): readonly FindingDraft[] {
  return view.services
    .filter(({ service }) => service.publishNotReadyAddresses && !service.headless && service.type !== 'ExternalName')
    .map((facts) => {
      const unready = facts.endpoints.filter((endpoint) => endpoint.ready && !endpoint.serving)
      return makeFinding('SV-13', aboutService(facts.service.meta), {
        field: ['spec', 'publishNotReadyAddresses'],
        value: 'true',
        message:
          unready.length === 0
            ? 'Pods get traffic of the Service whether or not they are ready.'
            : `${unready.length} of ${facts.endpoints.length} pods get traffic of the Service and are not ready.`,
        evidence: unready.map(({ pod, address }) => `${pod ?? address} is not ready`),
      })
    })
}
